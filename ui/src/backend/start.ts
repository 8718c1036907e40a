import { QueryClient } from "@tanstack/react-query";
import type { Opening } from "./bindings";
import { limitWaiting } from "./first-picture";
import { countsQuery, keptFilter, listQuery, markReadEarly, startupQuery } from "./queries";

declare global {
  interface Window {
    /** What the program read while it started, as JSON; see opening.rs. */
    __STRONGROOM_OPENING__?: string;
  }
}

/** What the page knows of the vault. Nothing is asked twice unless somebody changed something. */
export const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: "always" },
    mutations: { networkMode: "always", gcTime: 0 },
  },
});

/** Gives the page what the first picture shows: handed over by the program, or else asked for. */
export function start(): void {
  limitWaiting();
  const opening = handedOver();
  if (opening) {
    markReadEarly();
    client.setQueryData(startupQuery.queryKey, opening.startup);
    const scope = opening.startup.organisation;
    if (opening.list) {
      const { queryKey } = listQuery(scope, keptFilter(opening.startup.list));
      client.setQueryData(queryKey, { pages: [opening.list], pageParams: [null] });
    }
    if (opening.counts) client.setQueryData(countsQuery(scope).queryKey, opening.counts);
    return;
  }
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

// A page that is loaded again finds what the program read at its start, which may be long ago.
function handedOver(): Opening | null {
  const text = window.__STRONGROOM_OPENING__;
  delete window.__STRONGROOM_OPENING__;
  const [navigation] = performance.getEntriesByType("navigation");
  const fresh = (navigation as PerformanceNavigationTiming | undefined)?.type === "navigate";
  return text !== undefined && fresh ? (JSON.parse(text) as Opening) : null;
}
