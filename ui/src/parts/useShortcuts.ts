import { useEffect } from "react";

/** Keys that work anywhere on a screen, except while typing and while a dialog or menu is open. */
export function useShortcuts(keys: Record<string, (() => void) | null>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run) return;
      const target = event.target instanceof Element ? event.target : null;
      // An empty search box has nothing to clear, so Escape leaves it.
      const empty = target instanceof HTMLInputElement && target.type === "search" && target.value === "";
      if (
        !(empty && event.key === "Escape") &&
        target?.closest(
          "input:not([type=checkbox]), textarea, [role=dialog], [role=alertdialog], [role=menu], [role=listbox]",
        )
      )
        return;
      if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}
