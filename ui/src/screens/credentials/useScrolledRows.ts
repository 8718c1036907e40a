import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { goingRows, rowsBefore, type useCredentials, type useListWindow } from "../../backend";
import { haveFocus, leaveRow } from "./rowFocus";

/** So many rows beside those at hand are read page by page; farther away the page with the row is read by itself. */
const NEAR = 600;

/** Whether a page is being read, or rows stand for those of another question. */
const isReading = (list: ReturnType<typeof useCredentials>) =>
  list.isFetchingNextPage || list.isFetchingPreviousPage || list.isPlaceholderData;

/**
 * Reads rows as somebody scrolls, and lets go those that were left far behind. Rows stay while the focus is in one of
 * them and they are near; all do among cards.
 */
export function useScrolledRows(props: {
  list: ReturnType<typeof useCredentials>;
  window: ReturnType<typeof useListWindow>;
  /** How many rows are at hand, how many before those, and how many there are. */
  rows: number;
  before: number;
  total: number;
  tableRef: RefObject<HTMLDivElement | null>;
  asCards: boolean;
  /** The table has not followed yet. */
  behind: boolean;
}) {
  const { list, window, rows, before, total, tableRef, asCards } = props;
  // The table keeps what it is given by identity; what it calls back looks here for what is so just now.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  /** Further rows at the end are wanted. */
  const more = useCallback(() => {
    const { list, window, asCards, behind } = latest.current;
    if (!list.hasNextPage || isReading(list) || behind) return;
    if (!asCards && !haveFocus(tableRef.current, goingRows(list.data, "first"))) window.letGo("first");
    void list.fetchNextPage();
  }, [tableRef]);

  /** Rows of which not all are at hand are about to be seen: from this one on to before that one. */
  const seen = useCallback(
    (from: number, to: number) => {
      const { list, window, rows, before, behind } = latest.current;
      if (list.isPlaceholderData || behind) return;
      if (from < before - NEAR || to > before + rows + NEAR) {
        leaveRow(tableRef.current);
        void window.goTo(Math.floor((from + to) / 2));
      } else if (isReading(list)) {
        // It is asked again when there are other rows.
      } else if (from < before) {
        if (!haveFocus(tableRef.current, goingRows(list.data, "last"))) window.letGo("last");
        void list.fetchPreviousPage();
      } else {
        more();
      }
    },
    [more, tableRef],
  );

  // Cards are shown from the first one on. And where the rows at hand are gone from the vault, others are there.
  const lost = list.isSuccess && !list.isPlaceholderData && rows === 0 && total > 0;
  useEffect(() => {
    if (asCards && rowsBefore(latest.current.list.data) > 0) void window.goTo(0);
    else if (lost) void window.goTo(total - 1);
  }, [asCards, before, lost, total, window]);

  return { more, seen };
}
