import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import {
  goingRows,
  rowsBefore,
  type CredentialView,
  type useCredentials,
  type useListWindow,
} from "../../backend";

/** So many rows before those at hand are read page by page; farther back the page with the row is read by itself. */
const NEAR = 600;

/** The row of the table that has the focus. */
const focusedRow = (table: HTMLElement | null): HTMLElement | null => {
  const row = document.activeElement?.closest<HTMLElement>("[data-key]") ?? null;
  return table?.contains(row) === true ? row : null;
};

/** Whether one of these rows has the focus. */
const haveFocus = (table: HTMLElement | null, rows: readonly CredentialView[]) => {
  const key = focusedRow(table)?.dataset["key"];
  return key !== undefined && rows.some(({ id }) => id === key);
};

/** Takes the focus out of a row that is about to go: the table would give it to another, wherever that is. */
const leaveRow = (table: HTMLElement | null) => {
  if (focusedRow(table) !== null && document.activeElement instanceof HTMLElement)
    document.activeElement.blur();
};

/** Goes to the first of all rows, as soon as the table has drawn it; gives up after so many pictures. */
const focusFirst = (table: HTMLElement | null, patience = 30) => {
  if (!table || patience === 0) return;
  table.scrollTop = 0;
  const row = table.querySelector<HTMLElement>('[role=row][aria-rowindex="2"]');
  if (row) row.focus();
  else requestAnimationFrame(() => focusFirst(table, patience - 1));
};

/**
 * Reads rows as somebody scrolls, and lets go those that were left far behind. Rows stay while the focus is in one of
 * them; all do while some are chosen, and among cards.
 */
export function useScrolledRows(props: {
  list: ReturnType<typeof useCredentials>;
  window: ReturnType<typeof useListWindow>;
  tableRef: RefObject<HTMLDivElement | null>;
  asCards: boolean;
  choosing: boolean;
  /** The table has not followed yet. */
  behind: boolean;
}) {
  const { tableRef, asCards } = props;
  // The table keeps what it is given by identity; what it calls back looks here for what is so just now.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  const more = useCallback(() => {
    const { list, window, asCards, choosing, behind } = latest.current;
    if (!list.hasNextPage || list.isFetchingNextPage || list.isPlaceholderData || behind) return;
    const stay = asCards || choosing || haveFocus(tableRef.current, goingRows(list.data, "first"));
    if (!stay) window.letGo("first");
    void list.fetchNextPage();
  }, [tableRef]);

  const earlier = useCallback(
    (row: number) => {
      const { list, window, choosing, behind } = latest.current;
      if (list.isFetchingPreviousPage || list.isPlaceholderData || behind) return;
      if (!choosing && rowsBefore(list.data) - row > NEAR) {
        leaveRow(tableRef.current);
        void window.goBack(row);
        return;
      }
      const stay = choosing || haveFocus(tableRef.current, goingRows(list.data, "last"));
      if (!stay) window.letGo("last");
      void list.fetchPreviousPage();
    },
    [tableRef],
  );

  const back = useCallback(async () => {
    const { list, window, choosing } = latest.current;
    if (!choosing) return window.goBack(0);
    let read = await list.fetchPreviousPage();
    while (read.hasPreviousPage && !read.isError) read = await read.fetchPreviousPage();
  }, []);

  const first = useCallback(() => {
    leaveRow(tableRef.current);
    void back().then(() => focusFirst(tableRef.current));
  }, [back, tableRef]);

  // Cards are shown from the first one on.
  const before = rowsBefore(props.list.data);
  useEffect(() => {
    if (asCards && before > 0) void back();
  }, [asCards, before, back]);

  return { more, earlier, first };
}
