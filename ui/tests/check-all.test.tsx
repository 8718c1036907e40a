import { act, cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckAllView, CheckedView, CheckEvent, VerdictKind } from "../src/backend";
import { accessible } from "./accessible";
import { provider, ready, stored } from "./program";

type Progress = { onmessage: (event: CheckEvent) => void };

const asked: { command: string; request: unknown }[] = [];
let answers: Record<string, (args: { request?: unknown; progress?: Progress }) => unknown> = {};

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, args: { request?: unknown; progress?: Progress } = {}) => {
    asked.push({ command, request: args.request ?? null });
    const answer = answers[command];
    if (!answer) return Promise.reject(new Error(`nobody answers ${command}`));
    return Promise.resolve(answer(args));
  },
  Channel: class {
    constructor(public onmessage: (event: CheckEvent) => void) {}
  },
}));
// Its rows need a layout, which is looked at in the real window.
vi.mock("../src/screens/credentials/CredentialTable", () => ({ CredentialTable: () => null }));
vi.mock("@tauri-apps/api/event", () => ({ listen: () => Promise.resolve(() => undefined) }));

const { showCredentials } = await import("./credentials-screen");

const result = (name: string, kind: VerdictKind, before: VerdictKind | null): CheckedView => ({
  id: name,
  name,
  before,
  old_key: null,
  error: null,
  verdict: {
    kind,
    evidence: `The provider said ${kind}.`,
    next_step: null,
    checked_at: new Date().toISOString(),
    duration_ms: 10,
    cost: "free",
    last_known: null,
  },
});

let tell: (event: CheckEvent) => void;
let end: (view: CheckAllView) => void;

beforeEach(() => {
  asked.length = 0;
  answers = {
    startup: () => ready,
    provider_list: () => [provider],
    credential_list: () => ({ items: [stored], next: null, total: 3 }),
    credential_counts: () => ({ all: 3, by_type: { llm: 3 } }),
    credential_check_all_stop: () => null,
    credential_check_all: ({ progress }) => {
      tell = (event) => progress?.onmessage(event);
      return new Promise<CheckAllView>((resolve) => (end = resolve));
    },
  };
});
afterEach(cleanup);

const works = result("Anthropic production", "works", "works");
const rejected: CheckedView = { ...result("Gemini", "rejected", "works"), old_key: "rejected" };
const unopened: CheckedView = {
  ...result("Old", "works", null),
  verdict: null,
  error: { kind: "unreadable", message: "It does not open.", hint: "Enter it again.", fields: [] },
};

const began = async () => {
  showCredentials();
  const person = userEvent.setup();
  const button = await screen.findByRole("button", { name: "Check all" });
  await vi.waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  await person.click(button);
  act(() => tell({ event: "started", total: 3, disabled: 1, not_permitted: 0 }));
  return person;
};

describe("checking all", () => {
  it("tells names and counts, and Cancel keeps the results, the changed ones first", async () => {
    const person = await began();
    expect(asked.find((a) => a.command === "credential_check_all")?.request).toEqual({
      scope: "o",
      type: null,
      search: null,
    });
    act(() => {
      tell({ event: "asking", id: works.id, name: works.name });
      tell({ event: "asking", id: "late", name: "Slow one" });
      tell({ event: "checked", done: 1, total: 3, result: works });
    });
    const panel = await screen.findByRole("complementary", { name: "Check of several credentials" });
    await within(panel).findByText("1 of 3");
    expect(within(panel).getByRole("heading", { name: "Checking 3 credentials" })).toBeTruthy();
    expect(panel.textContent).toContain("Slow one");
    expect(panel.textContent).toContain("1 credential is switched off and left out.");
    await accessible();

    await person.click(within(panel).getByRole("button", { name: "Cancel" }));
    expect(asked.some((a) => a.command === "credential_check_all_stop")).toBe(true);
    act(() => end({ results: [works, rejected], total: 3, disabled: 1, not_permitted: 0, stopped: true }));
    await within(panel).findByRole("heading", { name: "Stopped after 2 of 3" });
    const changed = within(panel).getByRole("list", { name: "Changed" });
    expect(changed.textContent).toContain("Gemini");
    expect(changed.textContent).toContain("before: Works");
    expect(changed.textContent).toContain("The provider said rejected.");
    expect(within(panel).getByRole("list", { name: "As before" }).textContent).toContain(
      "Anthropic production",
    );
    expect(panel.textContent?.indexOf("Gemini")).toBeLessThan(panel.textContent?.indexOf("Anthropic") ?? -1);
    await accessible();
  });

  it("loses nothing when the panel is closed, and says so when it has ended", async () => {
    const person = await began();
    await person.click(await screen.findByRole("button", { name: "Close results" }));
    expect(screen.queryByRole("complementary")).toBeNull();
    act(() => tell({ event: "checked", done: 1, total: 3, result: rejected }));
    await person.click(await screen.findByRole("button", { name: "Checking 1 of 3" }));
    await screen.findByText("Gemini");
    expect(screen.getByText("Its old key is dead, and destroyed here.")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Close results" }));
    act(() =>
      end({ results: [works, rejected, unopened], total: 3, disabled: 0, not_permitted: 2, stopped: false }),
    );
    await screen.findByText("3 credentials checked, 1 changed.");
    await person.click(screen.getByRole("button", { name: "Last results" }));
    const panel = screen.getByRole("complementary", { name: "Check of several credentials" });
    expect(panel.textContent).toContain("It does not open. Enter it again.");
    expect(panel.textContent).toContain("2 credentials are left out: your role may see them");
    const tally = within(panel).getByRole("list", { name: "Results by verdict" });
    expect(
      within(tally)
        .getAllByRole("listitem")
        .map((li) => li.textContent),
    ).toEqual(["Not checked 1", "Key rejected 1", "Works 1"]);
  });

  it("says why nothing could be checked", async () => {
    answers.credential_check_all = () =>
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the program refuses
      Promise.reject({ kind: "locked", message: "The vault is locked.", hint: "Unlock it.", fields: [] });
    showCredentials();
    const person = userEvent.setup();
    const button = await screen.findByRole("button", { name: "Check all" });
    await vi.waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
    await person.click(button);
    await screen.findByRole("heading", { name: "Nothing was checked" });
    expect(screen.getByRole("alert").textContent).toContain("The vault is locked.");
    expect(screen.getByRole("button", { name: "Check all" })).toBeTruthy();
  });
});
