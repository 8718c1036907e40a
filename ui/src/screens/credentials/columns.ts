import { i18n } from "../../i18n";

/** A column of the table. */
export type ColumnId = "name" | "status" | "provider" | "key" | "tail" | "on";
/** How wide it is: fixed, or a share of what is left. */
export type ColumnSpec = { id: ColumnId; name: string; width: number | `${number}fr`; min: number };

/** Heights, for the layout of the rows in view. */
export const ROW = 40;
/** That of the head. */
export const HEAD = 34;

// The pane repeats what a narrow table leaves out.
const FROM: Partial<Record<ColumnId, number>> = { provider: 560, key: 860, tail: 440 };

/** The columns of which the ids are given. */
export function columnsFor(shown: string): ColumnSpec[] {
  const all: ColumnSpec[] = [
    { id: "name", name: i18n._("Name"), width: "5fr", min: 180 },
    { id: "status", name: i18n._("Status"), width: 178, min: 170 },
    { id: "provider", name: i18n._("Provider"), width: "3fr", min: 110 },
    { id: "key", name: i18n._("Lookup key"), width: "4fr", min: 150 },
    { id: "tail", name: i18n._("Key"), width: 92, min: 90 },
    { id: "on", name: i18n._("On"), width: 64, min: 60 },
  ];
  return all.filter((column) => shown.split(" ").includes(column.id));
}

const ids: ColumnId[] = ["name", "status", "provider", "key", "tail", "on"];
/** The ids of the columns for which there is room, as one text. */
export const shownAt = (width: number) => ids.filter((id) => width >= (FROM[id] ?? 0)).join(" ");
