import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CredentialView, ListView } from "./bindings";
import { listQuery, pageAround, readPage, type Filter, type PageStart } from "./queries";

type Pages = InfiniteData<ListView, PageStart>;

/** So many pages stay when some are let go. */
const KEPT = 2;
/** So many are let go at once: the table is drawn again for it. */
const AT_ONCE = 2;

/** The rows at hand, each once: between two pages that are read one after the other, another program may add a row. */
export const rowsAtHand = (pages: Pages | undefined): CredentialView[] => [
  ...new Map(pages?.pages.flatMap(({ items }) => items.map((row) => [row.id, row] as const))).values(),
];

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
        client.setQueryData<Pages>(queryKey, (pages) => {
          if (pages === undefined || !isFull(pages)) return pages;
          const [start, ...further] = pages.pageParams.slice(...staying[end]);
          return {
            pages: pages.pages.slice(...staying[end]),
            // Read anew, the first page at hand stands at its place, whatever became of the row before it.
            pageParams: start ? [{ ...start, after: null }, ...further] : [],
          };
        }),
      /** Goes to the page with this row, and lets all others go. */
      goTo: async (row: number) => {
        if (away) return;
        away = true;
        try {
          // A page that is on its way would bring back what it was asked for.
          await client.cancelQueries({ queryKey });
          const start = pageAround(row);
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
