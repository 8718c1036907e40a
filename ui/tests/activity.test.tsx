import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AuditEntryView, AuditOverviewView, AuditVerifyView } from "../src/backend";
import { answers, answerWith, asked } from "./backend";
import { ready } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { default: Activity } = await import("../src/screens/activity/Activity");

const refused: AuditEntryView = {
  sequence: 7,
  at: "2026-11-21T11:58:00Z",
  person: "Mia Member",
  person_id: "m",
  action: "attempt.refused",
  group: "refused",
  said: "Was refused: changing credentials",
  object_kind: "credential",
  object_id: "c1",
  object: "Weather",
  scopes: ["Acme Voice"],
  details: [{ key: "why", name: "Because", value: "not permitted" }],
};
const made: AuditEntryView = {
  ...refused,
  sequence: 1,
  person: "Test Person",
  person_id: "p",
  action: "vault.create",
  group: "changes",
  said: "Made the vault",
  object_kind: "vault",
  object_id: "",
  object: "",
  scopes: [],
  details: [],
};
const overview: AuditOverviewView = {
  people: [
    { id: "m", name: "Mia Member" },
    { id: "p", name: "Test Person" },
  ],
  retention_days: null,
  may_manage: true,
};
const intact: AuditVerifyView = {
  intact: true,
  entries: 2,
  removed: 0,
  first_at: made.at,
  last_at: refused.at,
  first_bad: null,
  witness: { state: "agrees", sequence: 1, at: made.at, message: "The log goes on from 1 entry." },
  message: "2 entries, every one as it was written.",
  hint: null,
  verified_at: refused.at,
};

const show = () =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Activity startup={ready} />
    </QueryClientProvider>,
  );

/** The last request for entries. */
const wanted = () => asked.findLast((one) => one.command === "audit_list")?.request;

beforeEach(() => {
  // The table draws the rows in view, and a page without a layout has no view.
  vi.spyOn(window.HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1000);
  vi.spyOn(window.HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  answerWith({
    audit_list: () => ({ items: [refused, made], next: null }),
    audit_overview: () => overview,
    audit_verify: () => intact,
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("activity", () => {
  it("asks for what the chips say", async () => {
    show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Refused" }));
    await vi.waitFor(() => expect(wanted()).toMatchObject({ group: "refused", person: null }));
    await user.click(screen.getByRole("button", { name: "Person" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Mia Member" }));
    await vi.waitFor(() => expect(wanted()).toMatchObject({ group: "refused", person: "m" }));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Refused" }));
    await vi.waitFor(() => expect(wanted()).toMatchObject({ group: null, person: "m" }));
  });

  it("says whether the log is whole, and accepts another one only after a question", async () => {
    show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Verify" }));
    expect(await screen.findByText("The log is intact.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Accept this log…" })).toBeNull();
    const shorter = { ...intact.witness, state: "shorter" as const, message: "The log is shorter." };
    answers.audit_verify = () => ({
      ...intact,
      intact: false,
      witness: shorter,
      message: "The log is shorter.",
    });
    await user.click(screen.getByRole("button", { name: "Verify" }));
    await user.click(await screen.findByRole("button", { name: "Accept this log…" }));
    const question = await screen.findByRole("alertdialog");
    await user.click(within(question).getByRole("button", { name: "Accept" }));
    await vi.waitFor(() =>
      expect(asked.at(-1)).toEqual({ command: "audit_verify", request: { accept: true } }),
    );
    // An entry that is not as it was written is nothing to accept.
    answers.audit_verify = () => ({
      ...intact,
      intact: false,
      first_bad: { sequence: 4, reason: "this entry is missing" },
      witness: shorter,
      message: "Entry 4 is the first that is not right.",
    });
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText(/Entry 4 is the first/u)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Accept this log…" })).toBeNull();
  });

  it("offers neither verification nor retention to those who may not", async () => {
    answers.audit_overview = () => ({ ...overview, may_manage: false });
    show();
    await screen.findByRole("button", { name: "Export" });
    await vi.waitFor(() => expect(asked.some((one) => one.command === "audit_overview")).toBe(true));
    expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Keep entries…" })).toBeNull();
  });

  it("takes a number of days that is none of the usual ones", async () => {
    answers.audit_overview = () => ({ ...overview, retention_days: 42 });
    answers.audit_retention_set = () => ({ days: 50, removed: 3 });
    show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Keep entries…" }));
    const days = await screen.findByRole("textbox", { name: "Days" });
    expect((days as HTMLInputElement).value).toBe("42");
    await user.clear(days);
    expect(screen.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
    await user.type(days, "50");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() =>
      expect(asked.find((one) => one.command === "audit_retention_set")?.request).toEqual({ days: 50 }),
    );
  });
});
