import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, waitFor } from "@testing-library/react";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { pictureBundle } from "../first-picture.plugin";
import type { CredentialView, StartupView } from "../src/backend";
import { ready, stored } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
import { answerWith } from "./backend";
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const counts = { all: 2, by_type: { llm: 2 }, by_type_and_status: {}, urgent: 1 };
let code = "";

beforeAll(async () => {
  const files = await pictureBundle({ root: join(import.meta.dirname, "..") });
  const script = files.find((file) => file.fileName === "picture.js");
  code = script?.type === "chunk" ? script.code : "";
});
beforeEach(() => {
  document.elementFromPoint = () => null;
  // As wide as a new window.
  window.innerWidth = 1280;
  document.body.innerHTML = '<div id="picture" aria-hidden="true"></div><div id="page"></div>';
  loaded("navigate");
  delete window.__STRONGROOM_PICTURE__;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const loaded = (type: "navigate" | "reload") =>
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type } as PerformanceNavigationTiming]);

/** Runs the picture's own code, as built, and gives what it drew. */
async function drawn(
  items: CredentialView[],
  startup: Partial<StartupView> = {},
  total = items.length,
): Promise<Element> {
  const list = { items, next: null, total };
  window.__STRONGROOM_OPENING__ = JSON.stringify({ startup: { ...ready, ...startup }, list, counts });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- a file of ours
  new Function(code)();
  await window.__STRONGROOM_PICTURE__;
  const picture = document.getElementById("picture");
  if (!picture) throw new Error("there is nothing to draw into");
  return picture;
}

const named = (name: string, more: Partial<CredentialView> = {}): CredentialView => ({
  ...stored,
  id: name,
  name,
  ...more,
});

it("shows organisation, counts and rows, and leaves what was handed over to the page", async () => {
  const picture = await drawn([named("Production"), named("Staging", { enabled: false })]);
  for (const text of ["Acme Voice", "Test Person", "Production", "Staging", stored.key]) {
    expect(picture.textContent).toContain(text);
  }
  expect(window.__STRONGROOM_OPENING__).toBeDefined();
});

it("keeps hostile names what they are: text", async () => {
  const names = [
    `<img src=x onerror="document.title='run'">`,
    `"'><script>document.title='run'</script>`,
    "\u202Egnp.exe\u2066",
    "&lt;b&gt; ${x} {{x}} %s",
    "n".repeat(200),
  ];
  const picture = await drawn(
    names.map((name) => named(name)),
    {
      organisations: [
        {
          id: "o",
          name: names[0] ?? "",
          credentials: 5,
          archived_at: null,
          mode: "byok" as const,
          ready: false,
        },
      ],
    },
  );
  expect(picture.querySelector("img, script, b[onerror]")).toBeNull();
  const shown = [...picture.querySelectorAll("bdi")].map((bdi) => bdi.textContent);
  for (const name of names) expect(shown).toContain(name);
  expect(shown.filter((text) => text === names[0])).toHaveLength(2);
  expect(document.title).not.toBe("run");
});

it("has nothing in it that a screen reader or a key could be led to, but its search box", async () => {
  const picture = await drawn([named("Production")]);
  expect(picture.getAttribute("aria-hidden")).toBe("true");
  expect(picture.querySelector("[id]")).toBeNull();
  const gone = fireEvent.keyDown(document.body, { key: "Tab" });
  expect(gone).toBe(false);
  expect(fireEvent.mouseDown(picture.querySelector("button") as Element)).toBe(false);
  expect(fireEvent.mouseDown(picture.querySelector("input[type=search]") as Element)).toBe(true);
});

/** Without an event of its own for pointers, as here, this is what comes. */
const pointer = (name: string, on: Element) =>
  on.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true }));

it("shows what is pointed at and what is pressed, and switches nothing", async () => {
  const picture = await drawn([named("Production"), named("Staging")]);
  const [first, second] = picture.querySelectorAll<HTMLElement>("[data-still]");
  if (!first || !second) throw new Error("there are no rows");
  pointer("pointermove", first);
  expect(first.dataset["hovered"]).toBe("true");
  pointer("pointermove", second.firstElementChild as Element);
  expect([first.dataset["hovered"], second.dataset["hovered"]]).toEqual([undefined, "true"]);
  pointer("pointerdown", second.firstElementChild as Element);
  expect(second.dataset["selected"]).toBe("true");
  pointer("pointerdown", first.firstElementChild as Element);
  expect([first.dataset["selected"], second.dataset["selected"]]).toEqual(["true", undefined]);
  const toggle = first.querySelector<HTMLInputElement>("input");
  toggle?.click();
  expect(toggle?.checked).toBe(true);
});

it("draws the rows that are out of view once somebody scrolls", async () => {
  window.innerHeight = 400;
  const items = Array.from({ length: 40 }, (_, n) => named(`Row ${n}`));
  const picture = await drawn(items, {}, 1000);
  const search = picture.querySelector<HTMLInputElement>("input[type=search]");
  if (search) search.value = "typed";
  expect(picture.querySelectorAll("[data-still]")).toHaveLength(6);
  fireEvent.scroll(picture.querySelector("[data-still]")?.parentElement as Element);
  expect(picture.querySelectorAll("[data-still]")).toHaveLength(40);
  // There is room for those that are not at hand.
  const room = (picture.querySelector("[data-still]")?.parentElement?.lastElementChild as HTMLElement).style;
  expect(room.height).toBe(`${(1000 - 40) * 40}px`);
  // What was typed stays.
  expect(search?.value).toBe("typed");
});

/** Does something on the picture, which gives way to a page that has this there. Gives what was pressed in the page. */
async function early(
  html: string,
  does: (picture: Element) => void,
  at = "[role=gridcell]",
): Promise<string[]> {
  const picture = await drawn([named("Production"), named("Staging")]);
  const page = document.getElementById("page") as HTMLElement;
  does(picture);
  page.innerHTML = html;
  const pressed: string[] = [];
  page.addEventListener("click", ({ target }) =>
    pressed.push((target as Element).outerHTML.split(">")[0] ?? ""),
  );
  document.elementFromPoint = () => document.querySelector(at);
  picture.remove();
  await Promise.resolve();
  return pressed;
}
const press = (what: string) => (picture: Element) =>
  pointer("pointerdown", picture.querySelector(`[data-still=Staging] ${what}`) as Element);
const rowOf = (id: string) =>
  `<div role="row" data-key="${id}"><div role="gridcell" data-key="${id}name">A cell</div>
    <label><input type="checkbox" /></label></div>`;

it("carries out on the page what was pressed in it, and nothing else", async () => {
  expect(await early(rowOf("Staging"), press("bdi"))).toEqual(['<div role="row" data-key="Staging"']);
});
it.each([
  ["another row stands there", rowOf("Production")],
  ["something else stands there", `<div role="gridcell">A cell</div>`],
])("forgets a press where %s", async (_, html) => {
  expect(await early(html, press("bdi"))).toEqual([]);
});
it("forgets a press where somebody does something else on the page before", async () => {
  // The row comes when something else was pressed already.
  const pressed = early("", (picture) => {
    press("bdi")(picture);
    setTimeout(() => {
      pointer("pointerdown", document.body);
      (document.getElementById("page") as HTMLElement).innerHTML = rowOf("Staging");
    });
  });
  const done = await pressed;
  // The page is asked again in each frame.
  const row = () => document.querySelector("[data-key]");
  await waitFor(() => expect(row()).not.toBeNull());
  for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  expect(done).toEqual([]);
});
it("turns the switch that was pressed, and opens no row for it", async () => {
  expect((await early(rowOf("Staging"), press("label input"), "input"))[0]).toContain("<input");
});

it("keeps a key that works anywhere for the page", async () => {
  const heard: string[] = [];
  const hear = ({ key, ctrlKey }: KeyboardEvent) => heard.push(`${ctrlKey ? "Control+" : ""}${key}`);
  document.addEventListener("keydown", hear);
  await early("", () => {
    fireEvent.keyDown(document.body, { key: "x" });
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    expect(heard).toEqual([]);
  });
  document.removeEventListener("keydown", hear);
  expect(heard).toEqual(["Control+k"]);
});

/** Has a page with this in it take the place of the picture. */
async function giveWay(html: string) {
  const page = document.getElementById("page") as HTMLElement;
  page.innerHTML = html;
  const { takePictureAway } = await import("../src/picture/takeAway");
  takePictureAway();
  await waitFor(() => expect(document.getElementById("picture")).toBeNull());
  return page;
}
const LIST = `<input type="search" /><div role="grid">${rowOf("Production")}</div>`;

it("hands over what is typed into its search box, and the focus", async () => {
  const picture = await drawn([named("Production")]);
  const box = picture.querySelector<HTMLInputElement>("input[type=search]");
  fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(box);
  if (box) box.value = "prod";
  box?.setSelectionRange(1, 2);
  // Letters belong to the box, and to nobody else.
  expect(fireEvent.keyDown(box as Element, { key: "n" })).toBe(true);
  const typed = vi.fn();
  document.getElementById("page")?.addEventListener("input", typed);
  const page = await giveWay(LIST);
  const search = page.querySelector<HTMLInputElement>("input");
  expect(document.activeElement).toBe(search);
  expect([search?.value, search?.selectionStart, search?.selectionEnd]).toEqual(["prod", 1, 2]);
  expect(typed).toHaveBeenCalledTimes(1);
});

it("hands over how far it is scrolled, and no search where none was typed", async () => {
  const picture = await drawn([named("Production")]);
  const still = picture.querySelector("[data-still]")?.parentElement as HTMLElement;
  still.scrollTop = 120;
  const typed = vi.fn();
  document.getElementById("page")?.addEventListener("input", typed);
  const page = await giveWay(LIST);
  expect(page.querySelector("[role=grid]")?.scrollTop).toBe(120);
  expect(typed).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(document.body);
});

it("stays until the page has rows", async () => {
  await drawn([named("Production")]);
  const { takePictureAway } = await import("../src/picture/takeAway");
  takePictureAway();
  expect(document.getElementById("picture")).not.toBeNull();
  await giveWay(LIST);
});

it("is as the list was left", async () => {
  const picture = await drawn([named("Production")], {
    list: {
      ...ready.list,
      columns: [{ id: "key", shown: false, width: null }],
      search: "status:rejected",
      type: "llm",
      sort: "status",
      descending: true,
      saved: [{ name: "Broken", search: "status:rejected", type: "llm" }],
    },
  });
  expect(picture.textContent).not.toContain(stored.key);
  expect(picture.querySelectorAll("[class*=arrow]")).toHaveLength(1);
  expect(picture.querySelector("input")?.value).toBe("status:rejected");
  expect(picture.textContent).toContain("Broken");
  const chosen = [...picture.querySelectorAll("[data-selected]")].map((one) => one.textContent);
  expect(chosen).toEqual(["LLM 2", "Key rejected"]);
});

it("is not drawn where something else is shown first", async () => {
  expect((await drawn([])).childNodes).toHaveLength(0);
  expect((await drawn([stored], { list: { ...ready.list, layout: "cards" } })).childNodes).toHaveLength(0);
  expect((await drawn([stored], { stage: "unusable" })).childNodes).toHaveLength(0);
  loaded("reload");
  expect((await drawn([stored])).childNodes).toHaveLength(0);
  expect(window.__STRONGROOM_PICTURE__).toBeUndefined();
});

/** What is seen of a part of the page, without what it does: elements and texts. */
function seen(part: Element | null | undefined): string[] {
  return [...(part?.querySelectorAll("*") ?? [])]
    .filter((one) => !one.closest("template, [aria-live]"))
    .map((one) => {
      const own = [...one.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
      return `${one.localName} ${own.map((text) => text.textContent).join("")}`;
    });
}

it("looks like the page that takes its place, and goes when that is there", async () => {
  answerWith({
    key_status: () => new Promise(() => undefined),
    page_ready: () => null,
    provider_list: () => [],
  });
  const picture = (await drawn([named("Production")])).cloneNode(true) as Element;
  const { client, start } = await import("../src/backend/start");
  const { App } = await import("../src/page");
  start();
  const page = document.getElementById("page") as HTMLElement;
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
    { container: page },
  );
  expect(seen(picture.querySelector("nav"))).toEqual(seen(page.querySelector("nav")));
  const list = (of: Element) => of.querySelector("main > div")?.children ?? [];
  const upToTheRows = [0, 1, 2];
  for (const n of upToTheRows) expect(seen(list(picture)[n])).toEqual(seen(list(page)[n]));
  await waitFor(() => expect(document.getElementById("picture")).toBeNull());
});
