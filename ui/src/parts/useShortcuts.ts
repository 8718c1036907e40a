import { useEffect } from "react";
import type { ShortcutKey } from "./shortcuts";

const TYPING =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]:not([contenteditable=false]), [role=spinbutton]";
const OPEN = "[role=dialog], [role=alertdialog]";

/**
 * Keys that work anywhere on a screen, except while a dialog or a menu is open. While typing only those with Ctrl
 * work. `null` stands for a key that does nothing now.
 */
export function useShortcuts(keys: Partial<Record<ShortcutKey, (() => void) | null>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      const control = event.ctrlKey || event.metaKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const run = (keys as Record<string, (() => void) | null | undefined>)[control ? `Control+${key}` : key];
      if (!run) return;
      const target = event.target instanceof Element ? event.target : null;
      // An empty search box has nothing to clear, so Escape leaves it.
      const empty = target instanceof HTMLInputElement && target.type === "search" && target.value === "";
      const typing = target?.closest(TYPING) && !(empty && event.key === "Escape");
      if (typing && !control) return;
      if (target?.closest("[role=menu], [role=listbox]") || document.querySelector(OPEN)) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}
