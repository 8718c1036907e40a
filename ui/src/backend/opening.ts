import type { Opening } from "./bindings";
import { countsQuery, keptFilter, listQuery, listStart, startupQuery } from "./queries";

declare global {
  interface Window {
    /** What the program read while it started, as JSON; see opening.rs. */
    __STRONGROOM_OPENING__?: string;
  }
}

/** What the program read while it started. A page that is loaded again finds it too, when it may be long out of date. */
export function handedOver(): Opening | null {
  const text = window.__STRONGROOM_OPENING__;
  const [navigation] = performance.getEntriesByType("navigation");
  const fresh = (navigation as PerformanceNavigationTiming | undefined)?.type === "navigate";
  return text !== undefined && fresh ? (JSON.parse(text) as Opening) : null;
}

/** Passes on each answer that is in it, with its question. */
export function eachAnswer(opening: Opening, take: (key: readonly unknown[], answer: unknown) => void): void {
  take(startupQuery.queryKey, opening.startup);
  const scope = opening.startup.organisation;
  if (opening.list) {
    const { queryKey } = listQuery(scope, keptFilter(opening.startup.list));
    take(queryKey, { pages: [opening.list], pageParams: [listStart] });
  }
  if (opening.counts) take(countsQuery(scope).queryKey, opening.counts);
}
