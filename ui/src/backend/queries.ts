import { infiniteQueryOptions, queryOptions, type InfiniteData } from "@tanstack/react-query";
import type { ListRequest, ListSettings, ListSort, ListView, ProviderType } from "./bindings";
import { call } from "./call";
import { afterFirstPicture } from "./first-picture";

/** What the list is narrowed to, and its order. */
export type Filter = {
  type: ProviderType | null;
  /** Words and operators. */
  search: string;
  sort: ListSort;
  descending: boolean;
};

/** The whole list, by name. */
export const noFilter: Filter = { type: null, search: "", sort: "name", descending: false };

/** The list as it was left. */
export const keptFilter = (kept: ListSettings): Filter => ({
  type: kept.type,
  search: kept.search,
  sort: kept.sort ?? "name",
  descending: kept.descending,
});

/** Rows of the first page: what a window shows, and some to scroll to. Whoever types waits for all of them. */
const PAGE = 50;
/** Rows of the pages after it. */
const LATER_PAGE = 500;
/** Of one that somebody goes to: it is soon drawn, and has some screens before and after what is seen. */
const AROUND = 240;

let readEarly = false;

/** Says that the program has read the vault before the page was there. */
export function markReadEarly(): void {
  readEarly = true;
}

/** Reads again, once and after the first picture, what was read before anybody listened to changes. */
export async function catchUp(refresh: () => void): Promise<void> {
  if (!readEarly) return;
  readEarly = false;
  await afterFirstPicture(refresh);
}

export const startupQuery = queryOptions({ queryKey: ["startup"], queryFn: () => call("startup") });

/** Whether the keychain is open: it takes its time, and nothing of the list depends on it. */
export const keyQuery = queryOptions({
  queryKey: ["key"],
  queryFn: () => afterFirstPicture(() => call("keyStatus")),
});

/** The catalogue: by far the largest answer, and the rows are complete without it but for a word. */
export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: () => afterFirstPicture(() => call("providerList")),
});

export const providerFilesQuery = queryOptions({
  queryKey: ["providers", "files"],
  queryFn: () => call("providerFiles"),
});

export const countsQuery = (scope: string | null) =>
  queryOptions({ queryKey: ["counts", scope], queryFn: () => call("credentialCounts", scope) });

export const attentionQuery = (scope: string | null) =>
  queryOptions({ queryKey: ["attention", scope], queryFn: () => call("attention", scope) });

export const credentialQuery = (id: string) =>
  queryOptions({ queryKey: ["credential", id], queryFn: () => call("credentialShow", { id }) });

/** What the list asks for. */
export function requested(scope: string | null, filter: Filter): ListRequest {
  return {
    scope,
    type: filter.type,
    search: filter.search.trim() === "" ? null : filter.search,
    sort: filter.sort,
    descending: filter.descending,
  };
}

/** A page of the list: how many rows come before it, the row after which it begins where that was read, and how many
 * rows it has at most. */
export type PageStart = { at: number; after: string | null; limit: number };

/** The first page: the first picture waits for it alone. */
export const listStart: PageStart = { at: 0, after: null, limit: PAGE };

/** The page with a row in its middle. */
export const pageAround = (row: number): PageStart =>
  row < PAGE / 2 ? listStart : { at: Math.max(0, row - AROUND / 2), after: null, limit: AROUND };

/** Reads a page of the list. */
export const readPage = (
  scope: string | null,
  filter: Filter,
  { at, after, limit }: PageStart,
): Promise<ListView> =>
  call("credentialList", { ...requested(scope, filter), limit, after, skip: after === null ? at : 0 });

export const listQuery = (scope: string | null, filter: Filter) =>
  infiniteQueryOptions<ListView, Error, InfiniteData<ListView, PageStart>, readonly unknown[], PageStart>({
    queryKey: ["list", scope, filter],
    queryFn: ({ pageParam }) => readPage(scope, filter, pageParam),
    initialPageParam: listStart,
    // What comes or goes before a page moves none of its rows to the next one.
    getNextPageParam: (page, _, start) =>
      page.next === null ? null : { at: start.at + page.items.length, after: page.next, limit: LATER_PAGE },
    getPreviousPageParam: (_, __, { at }) =>
      at === 0 ? null : { at: Math.max(0, at - LATER_PAGE), after: null, limit: Math.min(at, LATER_PAGE) },
  });
