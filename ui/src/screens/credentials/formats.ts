import type { InventoryFormat } from "../../backend";
import { i18n } from "../../i18n";

/** The forms in which an inventory is written. */
export const formats = (): { id: InventoryFormat; name: string }[] => [
  { id: "csv", name: i18n._("Spreadsheet (CSV)") },
  { id: "html", name: i18n._("Page (HTML)") },
  { id: "json", name: i18n._("JSON") },
];
