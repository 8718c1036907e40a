import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { memo } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CredentialView, ListRequest, ListSettings } from "../src/backend";
import { accessible } from "./accessible";
import { answers, answerWith, asked } from "./backend";
import { provider, ready, stored } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
/** How often the table was drawn. */
let drawn = 0;
// Its rows need a layout, which is looked at in the real window.
vi.mock("../src/screens/credentials/CredentialTable", () => ({
  CredentialTable: memo(function Rows(props: {
    rows: { id: string; name: string }[];
    onChoose: (ids: Set<string>) => void;
  }) {
    drawn += 1;
    return (
      <ul>
        {props.rows.map((row) => (
          <li key={row.id}>
            <button type="button" onClick={() => props.onChoose(new Set(props.rows.map(({ id }) => id)))}>
              {row.name}
            </button>
          </li>
        ))}
      </ul>
    );
  }),
}));
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { NavigationProvider } = await import("../src/shell/navigation");
const { Notices } = await import("../src/parts/notices");
const { CheckingProvider } = await import("../src/screens/credentials/checking");
const { showCredentials } = await import("./credentials-screen");

const other = { ...stored, id: "c2", name: "Second" };
const lists = () => asked.filter((a) => a.command === "credential_list").map((a) => a.request as ListRequest);
const kept = () =>
  asked.filter((a) => a.command === "list_settings_set").map((a) => a.request as ListSettings);

beforeEach(() => {
  answerWith({
    startup: () => ready,
    provider_list: () => [provider],
    credential_list: () => ({ items: [stored, other], next: null, total: 2 }),
    credential_counts: () => ({ all: 2, by_type: { llm: 2 }, by_type_and_status: {}, urgent: 0 }),
    list_settings_set: (settings) => settings,
  });
});
afterEach(cleanup);

it("writes the operators that chips stand for, and keeps the search", async () => {
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Key rejected" }));
  await person.click(screen.getByRole("button", { name: "Works" }));
  await person.click(screen.getByRole("button", { name: "Unused" }));
  const box = screen.getByRole<HTMLInputElement>("searchbox", { name: "Search credentials" });
  expect(box.value).toBe("status:rejected,works used:0");
  await vi.waitFor(() => expect(lists().at(-1)?.search).toBe("status:rejected,works used:0"));
  await person.click(screen.getByRole("button", { name: "Key rejected", pressed: true }));
  expect(box.value).toBe("used:0 status:works");
  await vi.waitFor(() => expect(kept().at(-1)?.search).toBe("used:0 status:works"));
  await accessible();
});

it("says what it does not understand and leaves the rows", async () => {
  const message = "There is no operator “colour:”. There are: provider, type.";
  const finding = (items: CredentialView[]) => (request: ListRequest) => {
    if (!request.search?.includes("colour:")) return { items, next: null, total: items.length };
    // What the program refuses arrives like this.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw { kind: "invalid_input", message, hint: null, fields: [{ field: "search", message }] };
  };
  answers.credential_list = finding([stored]);
  showCredentials();
  const person = userEvent.setup();
  await screen.findByText("Anthropic production");
  const box = screen.getByRole("searchbox", { name: "Search credentials" });
  await person.type(box, "colour:red");
  expect(await screen.findByText(message)).toBeTruthy();
  expect(await screen.findByRole("button", { name: "Anthropic production" })).toBeTruthy();
  await accessible();
  // Where nothing was found before, that is still said, with the way out.
  answers.credential_list = finding([]);
  await person.clear(box);
  await person.type(box, "zzz colour:");
  expect(await screen.findByText(message)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Show all credentials" })).toBeTruthy();
});

it("saves a filter under a name", async () => {
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Works, limited" }));
  await person.click(screen.getByRole("button", { name: "Saved filters" }));
  await person.click(await screen.findByRole("menuitem", { name: "Save this filter…" }));
  await person.type(await screen.findByRole("textbox", { name: "Name" }), "To mend");
  await person.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() =>
    expect(kept().at(-1)?.saved).toEqual([{ name: "To mend", search: "status:limited", type: null }]),
  );
  expect(screen.getByRole("button", { name: "To mend" })).toBeTruthy();
});

it("shows before it acts on several, and afterwards what came of each", async () => {
  answers.credential_set_enabled = (request: { id: string }) => {
    if (request.id === "c1") return { ...stored, enabled: false };
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw { kind: "not_permitted", message: "This needs an admin.", hint: null, fields: [] };
  };
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  await person.click(await screen.findByRole("button", { name: "Second" }));
  expect(screen.getByText("2 chosen")).toBeTruthy();
  await person.click(screen.getByRole("button", { name: "Disable…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(asked.some((a) => a.command === "credential_set_enabled")).toBe(false);
  await person.click(within(dialog).getByRole("button", { name: "Disable" }));
  expect(await within(dialog).findByText("1 done, 1 failed.")).toBeTruthy();
  expect(within(dialog).getByText("This needs an admin.")).toBeTruthy();
});

it("keeps what is chosen when the list is narrowed, and no longer what is deleted", async () => {
  const all = [stored, other];
  const match = (search: string | null) =>
    all.filter((row) => search === null || row.name.toLowerCase().includes(search));
  answers.credential_list = ({ search }: { search: string | null }) => {
    const items = match(search);
    return { items, next: null, total: items.length };
  };
  answers.credential_delete_impact = () => ({ in_use: false, impact: [] });
  answers.credential_delete = ({ id }: { id: string }) => {
    all.splice(
      all.findIndex((row) => row.id === id),
      1,
    );
    return null;
  };
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  expect(screen.getByRole("button", { name: "Choose all 2" })).toBeTruthy();
  await person.click(await screen.findByRole("button", { name: "Second" }));
  expect(screen.queryByRole("button", { name: /Choose all/ })).toBeNull();
  await person.type(screen.getByRole("searchbox"), "sec");
  await vi.waitFor(() => expect(inTable()).toEqual(["Second"]));
  expect(screen.getByText("2 chosen")).toBeTruthy();
  await person.click(screen.getByRole("button", { name: "Delete…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(within(dialog).getByText(stored.name)).toBeTruthy();
  await vi.waitFor(() => expect(within(dialog).getByText("Nothing uses them.")).toBeTruthy());
  await person.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await within(dialog).findByText("2 done, 0 failed.")).toBeTruthy();
  await person.click(within(dialog).getByRole("button", { name: "Close" }));
  expect(screen.getByText("0 chosen")).toBeTruthy();
});

it("chooses all that match, also those that were not read yet", async () => {
  const third = { ...stored, id: "c3", name: "Far away" };
  answers.credential_list = (request: { limit: number; after: string | null }) =>
    request.limit === 1000 && request.after === null
      ? { items: [stored, other], next: "further", total: 3 }
      : request.after === "further"
        ? { items: [third], next: null, total: 3 }
        : { items: [stored, other], next: null, total: 3 };
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  await person.click(await screen.findByRole("button", { name: "Choose all 3" }));
  expect(await screen.findByText("3 chosen")).toBeTruthy();
  await person.click(screen.getByRole("button", { name: "Delete…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(within(dialog).getByText("Far away")).toBeTruthy();
  await accessible();
});

it("exports what is chosen, and nothing where no file was named", async () => {
  let named = false;
  answers.inventory_export = () => (named ? { path: "/home/test/Credentials.csv", credentials: 2 } : null);
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  await person.click(await screen.findByRole("button", { name: "Second" }));
  await person.click(screen.getByRole("button", { name: "Export…" }));
  const dialog = await screen.findByRole("alertdialog");
  await person.click(within(dialog).getByRole("button", { name: "Spreadsheet (CSV)" }));
  await vi.waitFor(() => expect(asked.some((a) => a.command === "inventory_export")).toBe(true));
  expect(within(dialog).getByRole("button", { name: "Page (HTML)" })).toBeTruthy();
  named = true;
  await person.click(within(dialog).getByRole("button", { name: "Spreadsheet (CSV)" }));
  expect(await within(dialog).findByText("2 done, 0 failed.")).toBeTruthy();
  const request = asked.filter((a) => a.command === "inventory_export").at(-1)?.request;
  expect(request).toMatchObject({ only: ["c1", "c2"], format: "csv" });
  await accessible();
});

it("shows before a deletion what each takes along, and for which somebody depends on it", async () => {
  const impact = {
    c1: {
      in_use: true,
      impact: [
        { kind: "agent", name: "Support line", effect: "unlinked", stops: true },
        { kind: "agent", name: "Collections", effect: "unlinked", stops: true },
      ],
    },
    c2: {
      in_use: false,
      impact: [
        { kind: "default", name: "Anthropic in Acme Voice", effect: "has no default any more", stops: false },
      ],
    },
  };
  answers.credential_delete_impact = ({ id }: { id: "c1" | "c2" }) => ({
    deleted: id,
    summary: null,
    ...impact[id],
  });
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  await person.click(await screen.findByRole("button", { name: "Second" }));
  await person.click(screen.getByRole("button", { name: "Delete…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(await within(dialog).findByText(/^1 of them is in use and is kept/u)).toBeTruthy();
  expect(dialog.textContent).toContain("Support line, Collections unlinked");
  expect(dialog.textContent).toContain("Anthropic in Acme Voice has no default any more");
  expect(within(dialog).getAllByText("It is in use, so it is kept.")).toHaveLength(1);
  expect(asked.some((a) => a.command === "credential_delete")).toBe(false);
  await accessible();
  answers.credential_delete = () => ({ deleted: "c2", in_use: false, summary: null, impact: [] });
  await person.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await within(dialog).findByText("1 done, 1 failed.")).toBeTruthy();
  expect(asked.filter((a) => a.command === "credential_delete").map((a) => a.request)).toEqual([
    { id: "c2" },
  ]);
});

it("asks nothing about a deletion that could not be looked at", async () => {
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "Choose several" }));
  await person.click(await screen.findByRole("button", { name: "Second" }));
  await person.click(screen.getByRole("button", { name: "Delete…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(await within(dialog).findAllByText("What uses it could not be read.")).toHaveLength(2);
  expect(within(dialog).getByRole<HTMLButtonElement>("button", { name: "Delete" }).disabled).toBe(true);
});

it("ticks the columns that are shown, and shows one that is chosen", async () => {
  window.innerWidth = 1280;
  showCredentials();
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: "View" }));
  const ticked = (name: string) =>
    screen.getByRole("menuitemcheckbox", { name }).getAttribute("aria-checked") === "true";
  expect([ticked("Used by"), ticked("Last checked"), ticked("Last used"), ticked("Organisation")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  await person.click(screen.getByRole("menuitemcheckbox", { name: "Last used" }));
  await vi.waitFor(() => expect(kept().at(-1)?.columns).toEqual([{ id: "used", shown: true, width: null }]));
});

it("tells what needs attention, and the picture's figures as a table", async () => {
  const { default: Attention } = await import("../src/screens/attention/Attention");
  answers.attention = () => ({
    total: 2,
    rejected: 1,
    expiring: 0,
    unused: 0,
    unreadable: 0,
    last_check_at: null,
    items: [
      { reason: "rejected", credential: stored },
      {
        reason: "not_checked",
        credential: {
          ...other,
          used_by: [
            { kind: "agent", name: "Support line", as: "llm" },
            { kind: "agent", name: "Support line", as: "any" },
            { kind: "skill", name: "Call summary", as: "any" },
            { kind: "program", name: "outbound-worker", as: "any" },
          ],
        },
      },
    ],
    left_out: 0,
    by_type_and_status: { llm: { works: 3, rejected: 1, disabled: 2 } },
    // One of those that work serves two types.
    by_status: { works: 2, rejected: 1, disabled: 2 },
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <NavigationProvider>
        <Notices>
          <CheckingProvider>
            <Attention startup={ready} />
          </CheckingProvider>
        </Notices>
      </NavigationProvider>
    </QueryClientProvider>,
  );
  const lines = await screen.findAllByRole("listitem");
  expect(lines.map((line) => within(line).getByRole("button").textContent)).toEqual(["Replace key", "Check"]);
  const table = screen.getByRole("table", { name: "Credentials by type and status", hidden: true });
  const cells = within(table)
    .getAllByRole("row", { hidden: true })
    .map((row) => row.textContent);
  expect(cells).toEqual(["TypeWorksLimitedUnusableNot checked or offAll", "LLM30126", "Each once20125"]);
  expect(lines[1]?.textContent).toContain("2 consumers use it.");
  expect(lines[0]?.textContent).not.toContain("use it");
  await accessible();
});

/** A row that lies over the table until that follows. */
const cover = () => document.querySelector("[aria-hidden=true]:not([class*=waiting]) bdi");
const inTable = () =>
  within(screen.getByRole("list"))
    .getAllByRole("button")
    .map((row) => row.textContent);

/** Types a letter that the second row alone has, and waits until it is seen. */
async function typeLetter() {
  answers.credential_list = (request: ListRequest) =>
    request.search === null
      ? { items: [stored, other], next: null, total: 2 }
      : { items: [other], next: null, total: 1 };
  showCredentials();
  await screen.findByRole("button", { name: "Second" });
  drawn = 0;
  await userEvent.type(screen.getByRole("searchbox"), "s");
  await vi.waitFor(() => expect(cover()?.textContent).toBe("Second"), { interval: 1 });
}

it("shows what is found at once, and lets the table follow when the typing rests", async () => {
  await typeLetter();
  // The table takes longer than all else in the page.
  expect(drawn).toBe(0);
  expect(inTable()).toEqual([stored.name, "Second"]);
  await vi.waitFor(() => expect(inTable()).toEqual(["Second"]));
  expect(cover()).toBeNull();
});

it("keeps the rows that it shows at once ready while somebody is in the search box, and no longer", async () => {
  await typeLetter();
  const element = cover();
  const switches = [...document.querySelectorAll<HTMLElement>("[aria-hidden=true] [role=switch]")];
  expect(switches.map((one) => one.tabIndex)).toEqual([-1]);
  await vi.waitFor(() => expect(cover()).toBeNull());
  await userEvent.type(screen.getByRole("searchbox"), "{Backspace}");
  await vi.waitFor(() => expect(cover()).not.toBeNull(), { interval: 1 });
  expect(cover()).toBe(element);
  await vi.waitFor(() => expect(cover()).toBeNull());
  await userEvent.tab();
  expect(document.querySelector("[aria-hidden=true] bdi")).toBeNull();
});

it("lets the table follow at once when somebody points at the rows", async () => {
  await typeLetter();
  const row = cover();
  if (row) fireEvent.pointerMove(row);
  expect(inTable()).toEqual(["Second"]);
});
