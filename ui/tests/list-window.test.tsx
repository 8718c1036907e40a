import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
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
    onMore: () => void;
    onEarlier: (row: number) => void;
    onFirst: () => void;
    onChoose: (ids: Set<string>) => void;
    tableRef: RefObject<HTMLDivElement | null>;
  }) => (
    <div ref={props.tableRef}>
      <output>{`${props.before}: ${props.rows[0]?.id} to ${props.rows.at(-1)?.id}`}</output>
      <button data-key={props.rows[0]?.id}>first at hand</button>
      <button data-key={props.rows.at(-1)?.id}>last at hand</button>
      <button onClick={() => props.onChoose(new Set([props.rows.at(-1)?.id ?? ""]))}>choose the last</button>
      <button onClick={props.onMore}>more</button>
      <button onClick={() => props.onEarlier(props.before - 1)}>earlier</button>
      <button onClick={() => props.onEarlier(120)}>far back</button>
      <button onClick={props.onFirst}>home</button>
    </div>
  ),
}));
vi.mock("../src/screens/credentials/Cards", () => ({
  default: ({ rows }: { rows: CredentialView[] }) => (
    <output>{`cards: ${rows[0]?.id} to ${rows.at(-1)?.id}`}</output>
  ),
}));

const { showCredentials } = await import("./credentials-screen");

const ALL = 6000;
const row = (at: number): CredentialView => ({ ...stored, id: `r${at}` });

/** The cursor of a page is the number of the row after which it begins. */
function list(request: ListRequest) {
  const from = request.after === null || request.after === undefined ? 0 : Number(request.after) + 1;
  const items = Array.from({ length: Math.min(request.limit ?? 100, ALL - from) }, (_, at) => row(from + at));
  const last = from + items.length - 1;
  return { items, next: last < ALL - 1 ? String(last) : null, total: ALL };
}

beforeEach(() =>
  answerWith({
    startup: () => ready,
    credential_list: list,
    credential_counts: () => ({ all: ALL, by_type: {}, by_type_and_status: {}, urgent: 0 }),
    provider_list: () => [],
    list_settings_set: () => null,
  }),
);
afterEach(cleanup);

async function press(name: string, then: string) {
  fireEvent.click(screen.getByRole("button", { name }));
  await waitFor(() => expect(document.querySelector("output")?.textContent).toBe(then));
}

async function scrolled() {
  showCredentials();
  await waitFor(() => expect(document.querySelector("output")?.textContent).toBe("0: r0 to r49"));
  await press("more", "0: r0 to r549");
  await press("more", "0: r0 to r1049");
  await press("more", "0: r0 to r1549");
  // The first two of four go, and the next one comes.
  await press("more", "550: r550 to r2049");
  await press("more", "550: r550 to r2549");
  await press("more", "1550: r1550 to r3049");
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

it("reads the page that somebody goes back to, and not all between", async () => {
  await scrolled();
  await press("far back", "50: r50 to r549");
  await press("more", "50: r50 to r1049");
  await press("earlier", "0: r0 to r1049");
});

it("goes back to the first row", async () => {
  await scrolled();
  await press("home", "0: r0 to r49");
  await press("more", "0: r0 to r549");
});

it("keeps rows that somebody is in", async () => {
  showCredentials();
  await waitFor(() => expect(document.querySelector("output")?.textContent).toBe("0: r0 to r49"));
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
  await press("far back", "50: r50 to r549");
  expect(document.activeElement).toBe(document.body);
});

it("keeps every row while several are chosen, wherever somebody goes back to", async () => {
  await scrolled();
  fireEvent.click(screen.getByRole("button", { name: "Choose several" }));
  fireEvent.click(screen.getByRole("button", { name: "choose the last" }));
  await screen.findByText("1 chosen");
  await press("far back", "1050: r1050 to r3049");
  await press("home", "0: r0 to r3049");
  await press("more", "0: r0 to r3549");
  screen.getByText("1 chosen");
});

it("shows cards from the first one on", async () => {
  await scrolled();
  await userEvent.click(screen.getByRole("button", { name: "View" }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: "Cards" }));
  await screen.findByText("cards: r0 to r49");
});

it("goes on after a page could not be read", async () => {
  await scrolled();
  answerWith({ ...answers, credential_list: () => Promise.reject(new Error("no disk")) });
  fireEvent.click(screen.getByRole("button", { name: "home" }));
  await screen.findByRole("alert");
  answerWith({ ...answers, credential_list: list });
  await press("home", "0: r0 to r49");
});
