import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ListSettings, ListSort, ProviderType } from "./bindings";
import { call } from "./call";

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

/** Rows of a page. */
const PAGE = 100;
/** Rows of the pages after it. */
const LATER_PAGE = 500;

export const startupQuery = queryOptions({ queryKey: ["startup"], queryFn: () => call("startup") });
export const keyQuery = queryOptions({ queryKey: ["key"], queryFn: () => call("keyStatus") });
export const providersQuery = queryOptions({ queryKey: ["providers"], queryFn: () => call("providerList") });

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

export const listQuery = (scope: string | null, filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ["list", scope, filter],
    queryFn: ({ pageParam }) =>
      call("credentialList", {
        scope,
        type: filter.type,
        search: filter.search.trim() === "" ? null : filter.search,
        sort: filter.sort,
        descending: filter.descending,
        // The first picture waits for the first page alone.
        limit: pageParam === null ? PAGE : LATER_PAGE,
        after: pageParam,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
