import type { CredentialView } from "../../backend";

/** A row of the table; its cells have keys too. */
export const ROW = "[role=row][data-key]";

/** The row of the table in which the focus is. */
const focusedRow = (table: HTMLElement | null): HTMLElement | null => {
  const row = document.activeElement?.closest<HTMLElement>(ROW) ?? null;
  return table?.contains(row) === true ? row : null;
};

/** Whether one of these rows has the focus. */
export const haveFocus = (table: HTMLElement | null, rows: readonly CredentialView[]) => {
  const key = focusedRow(table)?.dataset["key"];
  return key !== undefined && rows.some(({ id }) => id === key);
};

/**
 * Takes the focus out of a row that is about to go, to what stands around the table: the table would give it to another
 * row, and scroll there. Gives what has the focus then; null where no row had it.
 */
export function leaveRow(table: HTMLElement | null): HTMLElement | null {
  const around = table?.parentElement?.closest<HTMLElement>("[tabindex='-1']") ?? null;
  if (focusedRow(table) === null || around === null) return null;
  around.focus({ preventScroll: true });
  return around;
}
