import { act, cleanup, fireEvent, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { RefObject } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CredentialView, ListRequest } from "../src/backend";
import { answers, answerWith } from "./backend";
import { ready, stored } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);
// Its rows need a layout, which is looked at in the real window; here it says what it was given.
vi.mock("../src/screens/credentials/CredentialTable", () => ({
  CredentialTable: (props: {
    rows: CredentialView[];
    before: number;
    total: number;
    onSeen: (from: number, to: number) => void;
    chosen: ReadonlySet<string> | null;
    onChoose: (ids: Set<string>) => void;
    tableRef: RefObject<HTMLDivElement | null>;
  }) => (
    <div ref={props.tableRef}>
      <output>{`${props.before}: ${props.rows[0]?.id} to ${props.rows.at(-1)?.id}`}</output>
      {[
        { row: props.rows[0], name: "first at hand" },
        { row: props.rows.at(-1), name: "last at hand" },
      ].map(({ row, name }) => (
        // As in the table, a cell has a key of its own.
        <div key={name} role="row" data-key={row?.id}>
          <span data-key={`${row?.id}name`}>
            <button>{name}</button>
          </span>
        </div>
      ))}
      <button onClick={() => props.onChoose(new Set([...(props.chosen ?? []), props.rows.at(-1)?.id ?? ""]))}>
        choose the last
      </button>
      <button onClick={() => props.onSeen(props.before, props.before + props.rows.length + 1)}>more</button>
      <button onClick={() => props.onSeen(props.before - 1, props.before)}>earlier</button>
      {[120, 0, 4_321, props.total - 1].map((row) => (
        <button key={row} onClick={() => props.onSeen(row, row + 1)}>{`to ${row}`}</button>
      ))}
    </div>
  ),
}));
vi.mock("../src/screens/credentials/Cards", () => ({
  default: ({ rows }: { rows: CredentialView[] }) => (
    <output>{`cards: ${rows[0]?.id} to ${rows.at(-1)?.id}`}</output>
  ),
}));

const { useChosen } = await import("../src/screens/credentials/useChosen");
const { showCredentials } = await import("./credentials-screen");

const ALL = 6000;
const row = (at: number): CredentialView => ({ ...stored, id: `r${at}`, name: `Named ${at}` });

let all = ALL;
/** The cursor of a page is the number of the row after which it begins. */
function list(request: ListRequest) {
  const after = request.after === null || request.after === undefined ? -1 : Number(request.after);
  const from = Math.min(after + 1 + (request.skip ?? 0), all);
  const items = Array.from({ length: Math.min(request.limit ?? 100, all - from) }, (_, at) => row(from + at));
  const last = from + items.length - 1;
  return { items, next: last < all - 1 ? String(last) : null, total: all };
}

beforeEach(() => {
  all = ALL;
  answerWith({
    startup: () => ready,
    credential_list: list,
    credential_counts: () => ({ all: ALL, by_type: {}, by_type_and_status: {}, urgent: 0 }),
    provider_list: () => [],
    list_settings_set: () => null,
  });
});
afterEach(cleanup);

const shows = (rows: string) =>
  waitFor(() => expect(document.querySelector("output")?.textContent).toBe(rows));

async function press(name: string, then: string) {
  fireEvent.click(screen.getByRole("button", { name }));
  await shows(then);
}

async function scrolled() {
  const told = showCredentials();
  await shows("0: r0 to r49");
  await press("more", "0: r0 to r549");
  await press("more", "0: r0 to r1049");
  await press("more", "0: r0 to r1549");
  // The first two of four go, and the next one comes.
  await press("more", "550: r550 to r2049");
  await press("more", "550: r550 to r2549");
  await press("more", "1550: r1550 to r3049");
  return told;
}

it("lets the first pages of a long list go, and has them again when somebody comes back", async () => {
  await scrolled();
  await press("earlier", "1050: r1050 to r3049");
  // Those at the end go as well.
  await press("earlier", "550: r550 to r2049");
  await press("earlier", "50: r50 to r2049");
  await press("earlier", "0: r0 to r1049");
  await press("more", "0: r0 to r1549");
});

it("reads the page that somebody goes to, and not all between", async () => {
  await scrolled();
  await press("to 120", "0: r0 to r239");
  await press("to 4321", "4201: r4201 to r4440");
  await press("more", "4201: r4201 to r4940");
  await press("earlier", "3701: r3701 to r4940");
  await press("to 5999", "5879: r5879 to r5999");
  await press("to 0", "0: r0 to r49");
  await press("more", "0: r0 to r549");
});

it("shows others where the rows that somebody looked at are gone", async () => {
  const told = await scrolled();
  await press("to 4321", "4201: r4201 to r4440");
  all = 300;
  await told.invalidateQueries();
  await shows("179: r179 to r299");
});

it("keeps rows that somebody is in", async () => {
  showCredentials();
  await shows("0: r0 to r49");
  await press("more", "0: r0 to r549");
  screen.getByRole("button", { name: "first at hand" }).focus();
  await press("more", "0: r0 to r1049");
  await press("more", "0: r0 to r1549");
  await press("more", "0: r0 to r2049");
});

it("keeps rows that somebody is in when those at the end go", async () => {
  await scrolled();
  await press("earlier", "1050: r1050 to r3049");
  screen.getByRole("button", { name: "last at hand" }).focus();
  await press("earlier", "550: r550 to r3049");
  screen.getByRole("button", { name: "first at hand" }).focus();
  await press("earlier", "50: r50 to r1549");
});

it("leaves the row that somebody is in when that goes", async () => {
  await scrolled();
  screen.getByRole("button", { name: "first at hand" }).focus();
  await press("to 120", "0: r0 to r239");
  expect(document.activeElement?.className).toContain("found");
});

it("keeps what is chosen, wherever somebody goes", async () => {
  await scrolled();
  fireEvent.click(screen.getByRole("button", { name: "Choose several" }));
  fireEvent.click(screen.getByRole("button", { name: "choose the last" }));
  await screen.findByText("1 chosen");
  await press("to 120", "0: r0 to r239");
  await press("to 4321", "4201: r4201 to r4440");
  fireEvent.click(screen.getByRole("button", { name: "choose the last" }));
  await screen.findByText("2 chosen");
  fireEvent.click(screen.getByRole("button", { name: "Disable…" }));
  expect(await screen.findByText("Named 3049")).toBeTruthy();
  expect(screen.getByText("Named 4440")).toBeTruthy();
});

it("shows cards from the first one on", async () => {
  await scrolled();
  await userEvent.click(screen.getByRole("button", { name: "View" }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: "Cards" }));
  await shows("cards: r0 to r49");
});

it("goes on after a page could not be read", async () => {
  await scrolled();
  answerWith({ ...answers, credential_list: () => Promise.reject(new Error("no disk")) });
  fireEvent.click(screen.getByRole("button", { name: "to 0" }));
  await screen.findByRole("alert");
  answerWith({ ...answers, credential_list: list });
  await press("to 0", "0: r0 to r49");
});

it("has nothing chosen in another organisation", () => {
  const { result, rerender } = renderHook(({ scope }) => useChosen([row(1), row(2)], scope), {
    initialProps: { scope: "acme" },
  });
  act(() => result.current.begin());
  act(() => result.current.choose(new Set(["r1"])));
  expect(result.current.credentials).toHaveLength(1);
  rerender({ scope: "other" });
  expect(result.current.credentials).toHaveLength(0);
  expect(result.current.ids?.size).toBe(0);
});
