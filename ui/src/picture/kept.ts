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
  const again = { key, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", again));
  return true;
}

const carryOut = (kept: Kept): boolean => (kept instanceof KeyboardEvent ? pressKey(kept) : press(kept));

/** How long the page has for drawing what was pressed, in frames. */
const PATIENCE = 60;

/**
 * Keeps what was done last on the picture and does it again on the page that takes its place: nobody has to press again
 * what was there to be seen. Gives what takes it.
 */
export function keep(picture: Element): {
  pressed: (event: PointerEvent) => void;
  typed: (event: KeyboardEvent) => void;
} {
  let kept: Kept | undefined;
  // Until it is carried out, whoever does something else means that.
  const forget = () => {
    if (!picture.isConnected) kept = undefined;
  };
  const events = ["pointerdown", "keydown"];
  for (const event of events) document.addEventListener(event, forget, true);
  const finish = (patience: number) => {
    if (kept && patience > 0 && !carryOut(kept)) requestAnimationFrame(() => finish(patience - 1));
    else for (const event of events) document.removeEventListener(event, forget, true);
  };
  new MutationObserver((_, observer) => {
    if (picture.isConnected) return;
    observer.disconnect();
    finish(PATIENCE);
  }).observe(document.body, { childList: true });
  return {
    pressed: ({ target, clientX: x, clientY: y }) => {
      const { row, control } = seen(target as Element);
      kept = row === null && control === null ? undefined : { x, y, row, control };
    },
    typed: (event) => (kept = event),
  };
}
