import { useEffect, type KeyboardEvent, type RefObject } from "react";
import { HEAD } from "./columns";
import { leaveRow, ROW } from "./rowFocus";

/** At most so many rows before and after those that are seen are wanted, and no more than half of those at hand. */
const MARGIN = 100;
/** How long a row is waited for that a key asked for, in pictures: a page that is read takes three or four. */
const PATIENCE = 120;

/** Says which rows are about to be seen whenever not all of them are at hand: from one on to before another. */
export function useSeenRows(
  table: RefObject<HTMLDivElement | null>,
  rows: readonly unknown[],
  before: number,
  total: number,
  rowHeight: number,
  tell: (from: number, to: number) => void,
) {
  useEffect(() => {
    const element = table.current;
    if (!element || rows.length === total) return;
    const margin = Math.min(MARGIN, Math.floor(rows.length / 2));
    const look = () => {
      const { scrollTop, clientHeight } = element;
      const from = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
      const to = Math.min(total, Math.ceil((scrollTop + clientHeight - HEAD) / rowHeight) + margin);
      if (from < before || to > before + rows.length) tell(from, to);
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
    // Other rows are looked at anew.
  }, [table, rows, before, total, rowHeight, tell]);
}

/**
 * Home and End go to the first and the last of all rows, where the table would go to those that it has. The way there
 * reads them; as soon as the row is drawn it has the focus, unless somebody has gone elsewhere meanwhile.
 */
export function goToEnd(event: KeyboardEvent<HTMLElement>, before: number, rows: number, total: number) {
  const home = event.key === "Home";
  const beyond = home ? before > 0 : event.key === "End" && before + rows < total;
  // Among the cells of a row these keys go to its first and last one.
  const row = event.target instanceof Element ? event.target.closest(ROW) : null;
  const meant = row !== null && (event.ctrlKey || event.target === row);
  if (!beyond || !meant || event.shiftKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const table = event.currentTarget;
  const around = leaveRow(table);
  table.scrollTop = home ? 0 : table.scrollHeight;
  const there = table.scrollTop;
  const focus = (patience: number) => {
    if (patience === 0 || table.scrollTop !== there || document.activeElement !== around) return;
    const row = table.querySelector<HTMLElement>(`[role=row][aria-rowindex="${home ? 2 : total + 1}"]`);
    if (row) row.focus();
    else requestAnimationFrame(() => focus(patience - 1));
  };
  focus(PATIENCE);
}
