import type { ListColumn, ListColumnSetting, ListSort } from "../../backend";
import { i18n } from "../../i18n";

/** A column, or the box that chooses the row. */
export type ColumnId = ListColumn | "select";
/** How a column is headed and how wide it is: fixed, or a share of what is left. */
export type ColumnSpec = {
  id: ColumnId;
  name: string;
  width: number | `${number}fr`;
  min: number;
  sorts: ListSort | null;
};

/** Heights of a row, for the layout of the rows in view. */
export const ROW = { comfortable: 40, compact: 30 };
/** That of the head. */
export const HEAD = 34;

/** Every column, in its place; `from` is the width of the table below which it is left out unless it was chosen. */
export function allColumns() {
  const column = (
    id: ListColumn,
    name: string,
    width: number | `${number}fr`,
    min: number,
    from: number,
    sorts: ListSort | null,
  ) => ({ id, name, width, min, from, sorts });
  return [
    column("name", i18n._("Name"), "5fr", 180, 0, "name"),
    column("status", i18n._("Status"), 178, 170, 0, "status"),
    column("provider", i18n._("Provider"), "3fr", 110, 680, "provider"),
    column("key", i18n._("Lookup key"), "4fr", 150, 860, null),
    column("tail", i18n._("Key"), 92, 90, 440, null),
    column("checked", i18n._("Last checked"), 130, 110, Infinity, "checked"),
    column("used", i18n._("Last used"), 120, 100, Infinity, "used"),
    column("used_by", i18n._("Used by"), 80, 70, 1080, null),
    column("expires", i18n._("Expires"), 120, 100, Infinity, "expires"),
    column("organisation", i18n._("Organisation"), "3fr", 110, Infinity, null),
    column("on", i18n._("On"), 64, 60, 0, null),
  ];
}

/** The ids of the columns to show, as one text. The pane repeats what a narrow table leaves out. */
export function shownAt(width: number, chosen: ListColumnSetting[]): string {
  const wanted = allColumns().filter(({ id, from }) => {
    const kept = chosen.find((one) => one.id === id);
    return id === "name" || (kept ? kept.shown : width >= from);
  });
  return wanted.map(({ id }) => id).join(" ");
}

/** These columns, as wide as they were made. */
export function columnsFor(shown: string, chosen: ListColumnSetting[], selecting: boolean): ColumnSpec[] {
  const ids = shown.split(" ");
  const columns = allColumns()
    .filter(({ id }) => ids.includes(id))
    .map(({ id, name, width, min, sorts }): ColumnSpec => {
      const kept = chosen.find((one) => one.id === id);
      return { id, name, width: kept?.width ?? width, min, sorts };
    });
  const select: ColumnSpec = { id: "select", name: i18n._("Choose"), width: 44, min: 44, sorts: null };
  return selecting ? [select, ...columns] : columns;
}
