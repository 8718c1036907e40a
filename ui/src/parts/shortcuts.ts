import { i18n } from "../i18n";

/** A key that does something, as the sheet shows it. */
type Entry = { caps: string[]; does: () => string };

/**
 * Every key of the page. `useShortcuts` takes none that does not stand here, and the sheet lists all of them: so a key
 * that works is a key that is told.
 */
const table = {
  "Control+k": {
    caps: ["Ctrl", "K"],
    does: () => i18n._("Find a command, a credential, a provider or an organisation"),
  },
  n: { caps: ["N"], does: () => i18n._("Add a credential; among consumers, a consumer") },
  "/": { caps: ["/"], does: () => i18n._("Search what the screen shows") },
  Escape: {
    caps: ["Esc"],
    does: () => i18n._("Close what is open, leave the form, or stop waiting"),
  },
  "?": { caps: ["?"], does: () => i18n._("Show these shortcuts") },
} satisfies Record<string, Entry>;

/** The name of a key of the page: what is typed, with `Control+` before it where Ctrl is held. */
export type ShortcutKey = keyof typeof table;

/** Every key of the page, in the order of the sheet. */
export function shortcuts(): { key: ShortcutKey; caps: string[]; does: string }[] {
  return (Object.entries(table) as [ShortcutKey, Entry][]).map(([key, entry]) => ({
    key,
    caps: entry.caps,
    does: entry.does(),
  }));
}

/** The caps of one key. */
export const capsOf = (key: ShortcutKey): string[] => table[key].caps;

/** What the controls themselves do with keys, as on every desktop. */
export function controlKeys(): { caps: string[]; does: string }[] {
  return [
    { caps: ["Tab", "⇧ Tab"], does: i18n._("Go to the next control, or to the one before") },
    { caps: ["↑", "↓"], does: i18n._("Move through a list, a table or a menu") },
    { caps: ["Home", "End"], does: i18n._("Go to the first row of a list, or to the last") },
    { caps: ["Enter"], does: i18n._("Open the row, press the button, or save the form") },
    { caps: ["Space"], does: i18n._("Press the button, turn the switch, or choose the row") },
  ];
}
