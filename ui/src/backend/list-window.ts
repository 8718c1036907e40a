import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CredentialView, ListView } from "./bindings";
import { listQuery, listStart, readPage, type Filter, type PageStart } from "./queries";

type Pages = InfiniteData<ListView, PageStart>;

/** So many pages stay when some are let go. */
const KEPT = 2;
/** So many are let go at once: the table is drawn again for it. */
const AT_ONCE = 2;

/** How many rows come before the first one that is at hand. */
export const rowsBefore = (pages: Pages | undefined): number => pages?.pageParams[0]?.at ?? 0;

/** The end of a list at which rows are let go. */
export type End = "first" | "last";

/** Which pages stay, as the bounds of a slice. */
const staying = { first: [-KEPT], last: [0, KEPT] } satisfies Record<End, number[]>;
/** And which go. */
const going = { first: [0, -KEPT], last: [KEPT] } satisfies Record<End, number[]>;

const isFull = (pages: Pages) => pages.pages.length >= KEPT + AT_ONCE;

/** The rows that are let go at an end before a page is added at the other; none while there are few. */
export const goingRows = (pages: Pages | undefined, end: End): CredentialView[] =>
  pages !== undefined && isFull(pages) ? pages.pages.slice(...going[end]).flatMap((page) => page.items) : [];

/** The part of a long list that is at hand: a table takes memory for all rows that it is given, seen or not. */
export function useListWindow(scope: string | null, filter: Filter) {
  const client = useQueryClient();
  return useMemo(() => {
    const { queryKey } = listQuery(scope, filter);
    let away = false;
    return {
      /** Lets rows at an end go where there are many. */
      letGo: (end: End) =>
        client.setQueryData<Pages>(queryKey, (pages) =>
          pages !== undefined && isFull(pages)
            ? {
                pages: pages.pages.slice(...staying[end]),
                pageParams: pages.pageParams.slice(...staying[end]),
              }
            : pages,
        ),
      /** Goes back to the page with this row, which was at hand before, and lets all others go. */
      goBack: async (row: number) => {
        if (away) return;
        away = true;
        try {
          // A page that is on its way would bring back what it was asked for.
          await client.cancelQueries({ queryKey });
          let start = client.getQueryData<Pages>(queryKey)?.pageParams[0] ?? listStart;
          while (start.at > row && start.previous !== null) start = start.previous;
          const page = await readPage(scope, filter, start);
          client.setQueryData<Pages>(queryKey, { pages: [page], pageParams: [start] });
        } catch {
          // The list says itself why it cannot be read.
          void client.invalidateQueries({ queryKey });
        } finally {
          away = false;
        }
      },
    };
  }, [client, scope, filter]);
}
