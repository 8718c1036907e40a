import { ROW } from "../screens/credentials/rowFocus";

declare global {
  interface Window {
    /** Resolves when the first picture has been seen; absent where none is drawn. */
    __STRONGROOM_PICTURE__?: Promise<void>;
  }
}

/** The id of the element with the first picture, which is drawn before the page's code is there. */
export const PICTURE = "picture";

const SEARCH = "input[type=search]";

/** A page that shows no rows after this many frames shows something else. */
const PATIENCE = 10;

/** Whether the page's rows stand where those of the picture do. If not, they are on their way there. */
function standsAlike(picture: Element): boolean {
  const table = document.querySelector<HTMLElement>("#page [role=grid]");
  const [first] = picture.querySelectorAll("[data-still]");
  const top = first?.parentElement?.scrollTop ?? 0;
  if (table?.querySelector(ROW) == null) return false;
  if (table.scrollTop === top) return true;
  table.scrollTop = top;
  return false;
}

/** Gives the page's search box what was typed into the picture's, and the focus if that has it. */
function handOverSearch(from: HTMLInputElement | null, focused: boolean): void {
  const to = document.querySelector<HTMLInputElement>(`#page ${SEARCH}`);
  if (!from || !to) return;
  if (focused) to.focus();
  if (to.value !== from.value) {
    // As typing does it: a box of React looks at its value through a property of its own.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(to, from.value);
    to.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  if (focused) to.setSelectionRange(from.selectionStart, from.selectionEnd);
}

/**
 * Takes the first picture away once the page has rows to show in its place, before those are painted. The page goes on
 * where the picture was: scrolled as far, and with what was typed.
 */
export function takePictureAway(patience = PATIENCE): void {
  const picture = document.getElementById(PICTURE);
  if (!picture) return;
  if (!document.hidden && patience > 0 && !standsAlike(picture)) {
    requestAnimationFrame(() => takePictureAway(patience - 1));
    return;
  }
  const search = picture.querySelector<HTMLInputElement>(SEARCH);
  const focused = search !== null && document.activeElement === search;
  picture.remove();
  handOverSearch(search, focused);
}
