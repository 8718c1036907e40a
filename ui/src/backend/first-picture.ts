/** What the first picture can do without waits for it, so that it comes soon. */
import { lazy, type ComponentType } from "react";

/** A window that is never drawn, as one that starts out of sight, does not keep anything waiting for longer. */
const AT_LATEST_MS = 5000;

let there: () => void = () => undefined;
const firstPicture = new Promise<void>((resolve) => (there = resolve));

/** Says that the first picture is there. */
export function painted(): void {
  there();
}

/** Does something once the first picture is there. */
export function afterFirstPicture<T>(what: () => T | Promise<T>): Promise<T> {
  return firstPicture.then(what);
}

/** Sees to it that nothing waits for ever. */
export function limitWaiting(): void {
  setTimeout(painted, AT_LATEST_MS);
}

/** A component whose code is read after the first picture, or at once where it is wanted before. */
export function later<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  let loading: Promise<{ default: ComponentType<P> }> | undefined;
  const once = () => (loading ??= load());
  // What cannot be read now is tried again, and shown as a fault, when it is wanted.
  void afterFirstPicture(once).catch(() => (loading = undefined));
  return lazy(once);
}
