import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, waitFor } from "@testing-library/react";
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
  // As wide as a new window.
  window.innerWidth = 1280;
  document.body.innerHTML = '<div id="picture" inert aria-hidden="true"></div><div id="page"></div>';
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
async function drawn(items: CredentialView[], startup: Partial<StartupView> = {}): Promise<Element> {
  const list = { items, next: null, total: items.length };
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

it("has nothing in it that could be found, pressed or named", async () => {
  const listen = vi.spyOn(EventTarget.prototype, "addEventListener");
  const picture = await drawn([named("Production")]);
  // A press that comes too early is kept by the document.
  expect(listen.mock.calls.map(([what]) => what)).toEqual(["pointerdown"]);
  expect(listen.mock.contexts).toEqual([document]);
  expect(picture.querySelector("[id]")).toBeNull();
});

/** Presses the picture in its row at 10, 110; then it gives way to a page that has this there. Gives what was pressed. */
async function pressEarly(html: string, meanwhile = "body"): Promise<string[]> {
  const picture = await drawn([named("Production"), named("Staging")]);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    const row = this.closest("[data-still]");
    const at = row ? [...picture.querySelectorAll("[data-still]")].indexOf(row) : 50;
    // The switch at the end of each row.
    return this.matches("label, input")
      ? new DOMRect(500, at * 100, 50, 100)
      : new DOMRect(0, at * 100, 800, 100);
  });
  const press = (on: Element | null, clientX: number) =>
    on?.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, clientX, clientY: 110 }));
  press(document.body, meanwhile === "switch" ? 510 : 10);
  const page = document.getElementById("page");
  if (page) page.innerHTML = html;
  if (meanwhile === "page") press(document.querySelector("[data-key]"), 10);
  const pressed: string[] = [];
  page?.addEventListener("click", ({ target }) =>
    pressed.push((target as Element).outerHTML.split(">")[0] ?? ""),
  );
  document.elementFromPoint = () =>
    document.querySelector(meanwhile === "switch" ? "input" : "[role=gridcell]");
  picture.remove();
  await Promise.resolve();
  return pressed;
}
const rowOf = (id: string) =>
  `<div role="row" data-key="${id}"><div role="gridcell" data-key="${id}name">A cell</div>
    <label><input type="checkbox" /></label></div>`;

it("carries out on the page what was pressed in it, and nothing else", async () => {
  expect(await pressEarly(rowOf("Staging"))).toEqual(['<div role="row" data-key="Staging"']);
  vi.restoreAllMocks();
});
it.each([
  ["another row stands there", rowOf("Production"), "body"],
  ["something else stands there", `<div role="gridcell">A cell</div>`, "body"],
  ["the page has taken a press since", rowOf("Staging"), "page"],
])("forgets a press where %s", async (_, html, meanwhile) => {
  expect(await pressEarly(html, meanwhile)).toEqual([]);
});
it("turns the switch that was pressed, and opens no row for it", async () => {
  expect((await pressEarly(rowOf("Staging"), "switch"))[0]).toContain("<input");
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
