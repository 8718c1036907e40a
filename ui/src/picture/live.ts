/** What the first picture does by itself, before the page's code is there. */
import { CONTROLS, Last } from "./kept";

const SEARCH = "input[type=search]";

/** A key that does something wherever the focus is; all others are for the page that is not there yet. */
const isShortcut = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) =>
  !altKey && (ctrlKey || metaKey ? key.toLowerCase() === "k" : ["n", "N", "?"].includes(key));

/**
 * Has the picture answer: what is pointed at and what is pressed looks so, the rows scroll, and the search box takes what
 * is typed. What else is pressed is kept for the page.
 */
export function bringToLife(picture: HTMLElement, drawAllRows: () => void): void {
  const last = new Last();
  const on = <K extends keyof HTMLElementEventMap>(
    event: K,
    does: (event: HTMLElementEventMap[K], target: HTMLElement) => void,
  ) =>
    picture.addEventListener(event, (e) => does(e, e.target as HTMLElement), {
      capture: true,
      passive: false,
    });

  /** Marks what is pointed at as the components do. */
  let marked: HTMLElement | null = null;
  on("pointermove", (_, target) => {
    const now = target.closest<HTMLElement>(`[data-still], ${CONTROLS}`);
    if (now === marked) return;
    delete marked?.dataset["hovered"];
    if (now) now.dataset["hovered"] = "true";
    marked = now;
  });
  /** And what was pressed last. */
  let unmark = () => undefined as void;
  on("pointerdown", (event, target) => {
    if (event.button !== 0 || target.matches(SEARCH)) return;
    last.pressed(event);
    unmark();
    const control = target.closest<HTMLElement>(CONTROLS);
    const pressed = control ?? target.closest<HTMLElement>("[data-still]");
    if (!pressed) return;
    const mark = control ? "pressed" : "selected";
    pressed.dataset[mark] = "true";
    unmark = () => void delete pressed.dataset[mark];
  });
  // Nothing gets the focus, is marked as text or is switched here but the search box.
  const leaveToThePage = (event: Event, target: HTMLElement) => {
    if (!target.matches(SEARCH)) event.preventDefault();
  };
  on("mousedown", leaveToThePage);
  on("click", leaveToThePage);
  on("dragstart", leaveToThePage);

  // Those in view come first.
  picture.addEventListener("scroll", drawAllRows, { capture: true, once: true, passive: true });

  const typed = (event: KeyboardEvent) => {
    const search = picture.querySelector<HTMLInputElement>(SEARCH);
    const control = event.ctrlKey || event.metaKey;
    const typing = document.activeElement === search && !(control && isShortcut(event));
    // The page that is drawn below hears nothing yet.
    event.stopImmediatePropagation();
    if (typing && event.key !== "Tab") return;
    if (event.key === "/" && !control) search?.focus();
    else if (isShortcut(event)) last.typed(event);
    else if (event.key !== "Tab") return;
    event.preventDefault();
  };
  const gone = new AbortController();
  document.addEventListener("keydown", typed, { capture: true, signal: gone.signal });
  new MutationObserver((_, observer) => {
    if (picture.isConnected) return;
    observer.disconnect();
    gone.abort();
    last.carryOut();
  }).observe(document.body, { childList: true });
}
