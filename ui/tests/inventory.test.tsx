import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { inventory } from "../fake/credentials";
import { providers } from "../fake/providers";
import type { ListRequest } from "../src/backend";
import { accessible } from "./accessible";
import { answers, answerWith, asked } from "./backend";
import { inAcme, memberOf } from "./program";
import { client } from "./client";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { App } = await import("../src/page");

const templates = providers.map((provider) =>
  provider.name === "Slack webhook"
    ? { ...provider, name: "Any secret", shelf: "generic" as const }
    : provider,
);
const member = memberOf("acme");

beforeEach(() => {
  const rows = inventory().filter((row) => !row.types.includes("sms"));
  answerWith({
    startup: () => inAcme,
    key_status: () => ({ state: "unlocked", message: "Ready.", hint: null, keychain_usable: true }),
    page_ready: () => null,
    provider_list: () => templates,
    provider_files: () => ({ folder: "/home/test/providers", problems: [] }),
    credential_counts: () => ({ all: rows.length, by_type: {}, by_type_and_status: {}, urgent: 3 }),
    credential_list: (request: ListRequest) => {
      const items = rows.filter((row) => !request.type || row.types.includes(request.type));
      return { items, next: null, total: items.length };
    },
    list_settings_set: (settings) => settings,
  });
});
afterEach(cleanup);

async function show() {
  render(
    <QueryClientProvider client={client()}>
      <App />
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { name: "Credentials" });
  return userEvent.setup();
}

it("tells in the rail how much is urgent, and nothing where nothing is", async () => {
  await show();
  const entry = await screen.findByRole("button", { name: "Needs attention 3 urgent" });
  expect(entry.textContent).toBe("Needs attention 3 urgent");
  cleanup();
  answers.credential_counts = () => ({ all: 1, by_type: {}, by_type_and_status: {}, urgent: 0 });
  await show();
  expect((await screen.findByRole("button", { name: "Needs attention" })).textContent).not.toMatch(/\d/u);
});

it("shows the templates of a type that has no credential yet", async () => {
  const person = await show();
  await person.click(await screen.findByRole("radio", { name: /^SMS/u }));
  expect(await screen.findByRole("heading", { name: "No credential for SMS yet" })).toBeTruthy();
  expect(screen.queryByText("No credential matches.")).toBeNull();
  const shelves = within(screen.getByRole("main")).getAllByRole("list");
  const own = screen.getByRole("list", { name: "Add your own" });
  expect(shelves.at(-1)).toBe(own);
  expect(within(own).getByRole("button", { name: /Any secret/u })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Deepgram/u })).toBeNull();
  await accessible();
  await person.click(within(screen.getByRole("main")).getByRole("button", { name: /^Twilio/u }));
  expect(await screen.findByLabelText("Account SID")).toBeTruthy();
});

it("says that nothing matches where something is searched for, and offers a member no template", async () => {
  const person = await show();
  await person.click(await screen.findByRole("radio", { name: /^SMS/u }));
  await person.type(screen.getByRole("searchbox", { name: "Search credentials" }), "x");
  expect(await screen.findByText("No credential matches.")).toBeTruthy();
  cleanup();
  answers.startup = () => ({ ...inAcme, person: member });
  const other = await show();
  await other.click(await screen.findByRole("radio", { name: /^SMS/u }));
  expect(await screen.findByText("No credential here.")).toBeTruthy();
});

it("opens the gallery narrowed to the type that was looked at, with a way to all", async () => {
  const person = await show();
  await person.click(await screen.findByRole("radio", { name: /^SMS/u }));
  await person.click(screen.getByRole("button", { name: /^Add credential/u }));
  expect(await screen.findByRole("button", { name: /Twilio/u })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Deepgram/u })).toBeNull();
  expect(screen.getByRole("button", { name: /Any secret/u })).toBeTruthy();
  await accessible();
  await person.click(screen.getByRole("button", { name: "Show all providers" }));
  expect(await screen.findByRole("button", { name: /Deepgram/u })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show all providers" })).toBeNull();
});

it("keeps room for notices, so that nothing lies under them", async () => {
  answers.credential_set_enabled = () => inventory()[0];
  const person = await show();
  const room = () => document.body.style.getPropertyValue("--notices");
  expect(room()).toBe("0px");
  const [on] = await screen.findAllByRole("switch");
  if (!on) throw new Error("no switch");
  await person.click(on);
  await screen.findByRole("button", { name: "Close notice" });
  expect(room()).not.toBe("0px");
  await person.click(screen.getByRole("button", { name: "Close notice" }));
  await waitFor(() => expect(room()).toBe("0px"));
  expect(asked.some((one) => one.command === "credential_set_enabled")).toBe(true);
});
