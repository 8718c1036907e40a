import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ProviderType } from "./bindings";
import { call } from "./call";

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

export const startupQuery = queryOptions({ queryKey: ["startup"], queryFn: () => call("startup") });
export const keyQuery = queryOptions({ queryKey: ["key"], queryFn: () => call("keyStatus") });
export const providersQuery = queryOptions({ queryKey: ["providers"], queryFn: () => call("providerList") });

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
