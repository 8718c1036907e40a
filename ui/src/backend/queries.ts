import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ProviderType } from "./bindings";
import { call } from "./call";
import { afterFirstPicture } from "./first-picture";

/** What the list is narrowed to. */
export type Filter = {
  type: ProviderType | null;
  status: string | null;
  provider: string | null;
  search: string;
};

/** The whole list. */
export const noFilter: Filter = { type: null, status: null, provider: null, search: "" };

/** Rows of a page. */
const PAGE = 100;

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

export const credentialQuery = (id: string) =>
  queryOptions({ queryKey: ["credential", id], queryFn: () => call("credentialShow", { id }) });

export const listQuery = (scope: string | null, filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ["list", scope, filter],
    queryFn: ({ pageParam }) =>
      call("credentialList", {
        scope,
        type: filter.type,
        provider: filter.provider,
        status: filter.status,
        search: filter.search === "" ? null : filter.search,
        limit: PAGE,
        after: pageParam,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
