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

/** Every column, in its place; `room` is how wide it wants to be at least before a lesser one joins it. */
export function allColumns() {
  const column = (
    id: ListColumn,
    name: string,
    width: number | `${number}fr`,
    min: number,
    room: number,
    sorts: ListSort | null,
  ) => ({ id, name, width, min, room, sorts });
  return [
    column("name", i18n._("Name"), "6fr", 190, 200, "name"),
    column("status", i18n._("Status"), 178, 170, 178, "status"),
    column("provider", i18n._("Provider"), "3fr", 110, 130, "provider"),
    column("key", i18n._("Lookup key"), "3.5fr", 150, 170, null),
    column("tail", i18n._("Key"), 92, 90, 92, null),
    column("checked", i18n._("Last checked"), 122, 110, 122, "checked"),
    column("used", i18n._("Last used"), 120, 100, 120, "used"),
    column("used_by", i18n._("Used by"), 80, 70, 80, null),
    column("expires", i18n._("Expires"), 120, 100, 120, "expires"),
    column("organisation", i18n._("Organisation"), "3fr", 110, 130, null),
    column("on", i18n._("On"), 64, 60, 64, null),
  ];
}

/** What is shown unless it was chosen away, as far as there is room: what matters most first. */
const usual: ListColumn[] = ["name", "status", "on", "tail", "provider", "key", "checked", "used_by"];
/** The same where the list is of several organisations. */
const usualOfAll: ListColumn[] = [
  "name",
  "status",
  "on",
  "tail",
  "provider",
  "organisation",
  "key",
  "checked",
  "used_by",
];

/** The width of the table in a window of this size, near enough to choose the columns before it is measured. */
export const firstWidth = (): number => window.innerWidth - (window.innerWidth < 1100 ? 204 : 232);

/**
 * The ids of the columns to show, as one text. What was chosen is shown whatever the width; the usual ones join it
 * while there is room, and the pane repeats what a narrow table leaves out.
 */
export function shownAt(width: number, chosen: ListColumnSetting[], everywhere: boolean): string {
  const all = allColumns();
  const keptOf = (id: ListColumn) => chosen.find((one) => one.id === id);
  const needs = (id: ListColumn) => keptOf(id)?.width ?? all.find((one) => one.id === id)?.room ?? 0;
  const wanted = new Set(chosen.filter((one) => one.shown).map((one) => one.id));
  // They name the row, and say how it stands.
  wanted.add("name");
  if (keptOf("status")?.shown !== false) wanted.add("status");
  let left = width - [...wanted].reduce((sum, id) => sum + needs(id), 0);
  for (const id of everywhere ? usualOfAll : usual) {
    if (wanted.has(id) || keptOf(id)?.shown === false) continue;
    left -= needs(id);
    if (left < 0) break;
    wanted.add(id);
  }
  return all
    .map(({ id }) => id)
    .filter((id) => wanted.has(id))
    .join(" ");
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
