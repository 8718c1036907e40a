/** What is done on the first picture and needs the page: kept, and carried out on the page that takes its place. */
import { ROW } from "../screens/credentials/rowFocus";

/** What can be pressed, beside rows. */
export const CONTROLS = "button, a, label, input";

/** A place that was pressed, and what was seen there. */
type Press = { x: number; y: number; row: string | null; control: string | null };
/** What was done last. */
type Kept = Press | KeyboardEvent;

/** What stands at a place: the row by its id, and the control in it by its words. */
function seen(element: Element | null) {
  const control = element?.closest(CONTROLS) ?? null;
  const row = element?.closest<HTMLElement>(`[data-still], ${ROW}`);
  return {
    row: row?.dataset["still"] ?? row?.dataset["key"] ?? null,
    control: control && control.textContent.trim(),
  };
}

/** Presses what stands there now, if it is what was seen. Gives whether it was. */
function press(kept: Press): boolean {
  const element = document.elementFromPoint(kept.x, kept.y);
  const now = seen(element);
  if (!element || now.row !== kept.row || now.control !== kept.control) return false;
  const target = element.closest<HTMLElement>(now.control === null ? ROW : CONTROLS);
  target?.focus();
  target?.click();
  return true;
}

/** Presses the same key, where it means something anywhere. */
function pressKey({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  const same = { key, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", same));
  return true;
}

const again = (kept: Kept): boolean => (kept instanceof KeyboardEvent ? pressKey(kept) : press(kept));

/** How long the page has for drawing what was pressed, in frames. */
const PATIENCE = 60;

/** Keeps what was done last on the picture: nobody has to press again what was there to be seen. */
export class Last {
  #kept: Kept | undefined;

  pressed({ target, clientX: x, clientY: y }: PointerEvent): void {
    const { row, control } = seen(target as Element);
    this.#kept = row === null && control === null ? undefined : { x, y, row, control };
  }

  typed(event: KeyboardEvent): void {
    this.#kept = event;
  }

  /** Does it again on the page, as soon as the same stands there. Until then, whoever does something else means that. */
  carryOut(): void {
    const done = new AbortController();
    const forget = () => {
      this.#kept = undefined;
    };
    for (const event of ["pointerdown", "keydown"]) {
      document.addEventListener(event, forget, { capture: true, signal: done.signal });
    }
    const attempt = (patience: number) => {
      if (this.#kept && patience > 0 && !again(this.#kept))
        requestAnimationFrame(() => attempt(patience - 1));
      else done.abort();
    };
    attempt(PATIENCE);
  }
}
