import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ListView } from "./bindings";
import { listQuery, listStart, readPage, type Filter, type PageStart } from "./queries";

type Pages = InfiniteData<ListView, PageStart>;

/** So many pages stay when some are let go. */
const KEPT = 2;
/** So many are let go at once: the table is drawn again for it. */
const AT_ONCE = 2;

/** How many rows come before the first one that is at hand. */
export const rowsBefore = (pages: Pages | undefined): number => pages?.pageParams[0]?.at ?? 0;

const isFull = (pages: Pages) => pages.pages.length >= KEPT + AT_ONCE;

/** The rows of the first pages, which go when one is added at the end of many; none while these are few. */
export const goingFirst = (pages: Pages | undefined) =>
  pages !== undefined && isFull(pages) ? pages.pages.slice(0, -KEPT).flatMap((page) => page.items) : [];

/** The part of a long list that is at hand: a table takes memory for all rows that it is given, seen or not. */
export function useListWindow(scope: string | null, filter: Filter) {
  const client = useQueryClient();
  const { queryKey } = listQuery(scope, filter);
  const key = JSON.stringify(queryKey);
  return useMemo(() => {
    const change = (to: (pages: Pages) => Pages) =>
      client.setQueryData<Pages>(queryKey, (pages) => (pages === undefined ? pages : to(pages)));
    const part = (from: number, to?: number) => (pages: Pages) => ({
      pages: pages.pages.slice(from, to),
      pageParams: pages.pageParams.slice(from, to),
    });
    let going = false;
    return {
      /** Lets the first pages go where there are many. */
      letFirstGo: () => change((pages) => (isFull(pages) ? part(-KEPT)(pages) : pages)),
      /** Lets the last pages go where there are many. */
      letLastGo: () => change((pages) => (isFull(pages) ? part(0, KEPT)(pages) : pages)),
      /** Goes back to the page with this row, which was at hand before. */
      goBack: async (row: number) => {
        if (going) return;
        going = true;
        // A page that is on its way would bring back what it was asked for.
        await client.cancelQueries({ queryKey });
        let start = client.getQueryData<Pages>(queryKey)?.pageParams[0] ?? listStart;
        while (start.at > row && start.previous !== null) start = start.previous;
        try {
          const page = await readPage(scope, filter, start);
          change(() => ({ pages: [page], pageParams: [start] }));
        } catch {
          // The list says itself why it cannot be read.
          void client.invalidateQueries({ queryKey });
        } finally {
          going = false;
        }
      },
    };
    // The same list has the same key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key]);
}
