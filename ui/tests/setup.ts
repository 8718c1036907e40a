import { configure } from "@testing-library/react";
import { painted } from "../src/backend/first-picture";

// What the browser has and jsdom has not. Layout is looked at in the real window.
Element.prototype.scrollIntoView = () => undefined;
globalThis.IntersectionObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
} as unknown as typeof IntersectionObserver;
(document as { fonts?: unknown }).fonts ??= { load: () => Promise.resolve([]) };
HTMLCanvasElement.prototype.getContext = () => null;
globalThis.CSS ??= { escape: (text: string) => text.replace(/[^\w-]/gu, "\\$&") } as unknown as typeof CSS;

// Parts of the page are shown without the page around them, which says when the first picture is there.
painted();

// A screen is read when it is first shown, and a machine that builds something else at the time needs longer for it.
configure({ asyncUtilTimeout: 15_000 });
