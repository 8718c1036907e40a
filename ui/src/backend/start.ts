import { notifyManager, QueryClient } from "@tanstack/react-query";
import { limitWaiting } from "./first-picture";
import { eachAnswer, handedOver } from "./opening";
import { keptFilter, listQuery, markReadEarly, startupQuery } from "./queries";

/** What the page knows of the vault. Nothing is asked twice unless somebody changed something. */
export const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: "always" },
    mutations: { networkMode: "always", gcTime: 0 },
  },
});

// What has come is drawn at once. Usually a timer comes first, and whoever types waits for it twice with each letter.
notifyManager.setScheduler(queueMicrotask);

/** Gives the page what the first picture shows: handed over by the program, or else asked for. */
export function start(): void {
  limitWaiting();
  const opening = handedOver();
  delete window.__STRONGROOM_OPENING__;
  if (opening) {
    markReadEarly();
    eachAnswer(opening, (key, answer) => client.setQueryData(key, answer));
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
