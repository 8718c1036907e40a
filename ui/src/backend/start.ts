import { QueryClient } from "@tanstack/react-query";
import { keptFilter, listQuery, startupQuery } from "./queries";

/** What the page knows of the vault. Nothing is asked twice unless somebody changed something. */
export const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: "always" },
    mutations: { networkMode: "always", gcTime: 0 },
  },
});

/** Asks for what the first picture needs before the page is built. */
export function start(): void {
  void client
    .fetchQuery(startupQuery)
    .then((view) =>
      view.stage === "ready"
        ? client.prefetchInfiniteQuery(listQuery(view.organisation, keptFilter(view.list)))
        : undefined,
    )
    // The page asks again and shows what was refused.
    .catch(() => undefined);
}
