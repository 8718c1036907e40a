import { ROW } from "../screens/credentials/rowFocus";

/** What can be pressed, beside rows. */
const CONTROLS = "button, a, label, input";

/** A place that was pressed, and what was seen there. */
type Press = { x: number; y: number; row: string | null; control: string | null };

/** What stands at a place: the row by its id, and the control in it by its words. */
function seen(element: Element | null | undefined) {
  const control = element?.closest(CONTROLS) ?? null;
  const row = element?.closest<HTMLElement>(`[data-still], ${ROW}`);
  return {
    row: row?.dataset["still"] ?? row?.dataset["key"] ?? null,
    control: control && control.textContent.trim(),
  };
}

function pressIn(picture: Element, x: number, y: number): Press | undefined {
  // It is inert, so the browser finds nothing of it at the place. What lies deepest comes last.
  const there = [...picture.querySelectorAll(`[data-still], ${CONTROLS}`)].filter((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left <= x && x < right && top <= y && y < bottom;
  });
  return there.length === 0 ? undefined : { x, y, ...seen(there.at(-1)) };
}

/** Presses what stands there now, if it is what was seen. Gives whether it was. */
function carryOut(press: Press): boolean {
  const element = document.elementFromPoint(press.x, press.y);
  const now = seen(element);
  if (!element || now.row !== press.row || now.control !== press.control) return false;
  const target = element.closest<HTMLElement>(now.control === null ? ROW : CONTROLS);
  target?.focus();
  target?.click();
  return true;
}

/** How long the page has for drawing what was pressed, in pictures. */
const PATIENCE = 60;

/**
 * Keeps the last press on the picture and carries it out on the page that takes its place: nobody has to press again
 * what was there to be seen.
 */
export function keepPress(picture: Element): void {
  let kept: Press | undefined;
  // The button may be let go when the page is there already: the browser would take that for no press at all.
  const pressed = (event: PointerEvent) => {
    // The page below has what it can do already.
    const taken = event.target instanceof Element && event.target.closest(`${ROW}, ${CONTROLS}`) !== null;
    kept = taken || event.button !== 0 ? undefined : pressIn(picture, event.clientX, event.clientY);
  };
  // Until it is carried out another press takes its place.
  const finish = (patience: number) => {
    if (kept && patience > 0 && !carryOut(kept)) requestAnimationFrame(() => finish(patience - 1));
    else document.removeEventListener("pointerdown", pressed, true);
  };
  document.addEventListener("pointerdown", pressed, true);
  new MutationObserver((_, observer) => {
    if (picture.isConnected) return;
    observer.disconnect();
    finish(PATIENCE);
  }).observe(document.body, { childList: true });
}
