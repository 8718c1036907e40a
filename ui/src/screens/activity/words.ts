import type { AuditGroup } from "../../backend";
import { i18n } from "../../i18n";
import type { IconName } from "../../parts/icons";

/** The kinds of entries, in the order of their chips. */
export const groups: AuditGroup[] = ["changes", "checks", "deliveries", "refused"];

/** A kind of entries, with the shape that stands before each. */
export function groupWord(group: AuditGroup): { word: string; icon: IconName } {
  switch (group) {
    case "changes":
      return { word: i18n._("Changes"), icon: "key" };
    case "checks":
      return { word: i18n._("Checks"), icon: "check" };
    case "deliveries":
      return { word: i18n._("Deliveries"), icon: "ext" };
    case "refused":
      return { word: i18n._("Refused"), icon: "x" };
  }
}

/** Spans of time that end now. */
export const spans = (): { id: string; days: number; name: string }[] => [
  { id: "1", days: 1, name: i18n._("Last 24 hours") },
  { id: "7", days: 7, name: i18n._("Last 7 days") },
  { id: "30", days: 30, name: i18n._("Last 30 days") },
  { id: "365", days: 365, name: i18n._("Last year") },
];

/** How long entries can be kept. */
export const terms = (): { days: number | null; name: string }[] => [
  { days: null, name: i18n._("For ever") },
  { days: 90, name: i18n._("90 days") },
  { days: 365, name: i18n._("1 year") },
  { days: 3 * 365, name: i18n._("3 years") },
  { days: 7 * 365, name: i18n._("7 years") },
];

/** Whose an entry is, by name. */
export const ownerNames = (scopes: string[]): string =>
  scopes.map((scope) => (scope === "system" ? i18n._("System-wide") : scope)).join(", ");
