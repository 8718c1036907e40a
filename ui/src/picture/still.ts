/**
 * What the components of the first picture use of React, for a page that is drawn once and never again: state stays as
 * it begins, effects do not run, and what is read later is not there.
 */
import { options, render, type ComponentChild, type VNode } from "preact";
import { useContext } from "preact/hooks";

export { createContext, Fragment, Fragment as StrictMode, Fragment as Suspense } from "preact";
export { useContext as use };

const nothing = () => undefined;

export const useState = <T>(first: T | (() => T)): [T, () => void] => [
  typeof first === "function" ? (first as () => T)() : first,
  nothing,
];
export const useRef = <T>(current: T): { current: T } => ({ current });
/** Nothing is named by it: the picture has no ids. */
export const useId = (): string => "";
export const useMemo = <T>(make: () => T): T => make();
export const useCallback = <T>(callback: T): T => callback;
export const useEffect = nothing;
export const useLayoutEffect = nothing;
export const startTransition = nothing;
export const lazy = () => () => null;
export const memo = <T>(component: T): T => component;
export const flushSync = nothing;

// Nothing in the picture can be pressed or looked up.
options.vnode = ({ type, props }: VNode) => {
  if (typeof type !== "string") return;
  for (const name in props) {
    if (name === "id" || name.startsWith("on")) delete (props as Record<string, unknown>)[name];
  }
};

/** Draws an element, once. */
export const draw = (element: unknown, into: Element): void => render(element as ComponentChild, into);
