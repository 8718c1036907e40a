import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Consumers, stopped } from "../fake/consumers";
import { credential, inventory, verdict } from "../fake/credentials";
import { providers } from "../fake/providers";
import type {
  CredentialAddRequest,
  CredentialView,
  LaunchView,
  ModeSetRequest,
  OnboardingView,
} from "../src/backend";
import { accessible } from "./accessible";
import { answers, answerWith, asked } from "./backend";
import { inAcme } from "./program";
import { client } from "./client";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { App } = await import("../src/page");

let rows: CredentialView[] = [];
let consumers: Consumers;
let launch: LaunchView;
let over: Partial<OnboardingView> = {};

beforeEach(() => {
  rows = inventory();
  consumers = new Consumers(() => rows);
  launch = { ...stopped, stopped: null };
  over = {};
  const onboarding = () => ({ ...consumers.onboarding(), ...over });
  answerWith({
    startup: () => inAcme,
    key_status: () => ({ state: "unlocked", message: "Ready.", hint: null, keychain_usable: true }),
    page_ready: () => null,
    provider_list: () => providers,
    credential_counts: () => ({ all: rows.length, by_type: { llm: 4, stt: 2 } }),
    credential_list: () => ({ items: rows, next: null, total: rows.length }),
    credential_show: ({ id }: { id: string }) => rows.find((row) => row.id === id),
    form_check: () => [],
    consumer_list: () => ({ items: [], next: null, total: 0 }),
    onboarding,
    mode_set: ({ mode }: ModeSetRequest) => {
      consumers.mode = mode;
      return onboarding();
    },
    onboarding_complete: () => {
      consumers.completed = {
        kit: "voice",
        kit_name: "Voice campaigns",
        at: "2026-11-21T12:00:00Z",
        by: "Priya Nair",
      };
      return onboarding();
    },
    launch: () => launch,
    launch_stop: ({ reason }: { reason: string }) =>
      (launch = { ...launch, stopped: { at: "2026-11-21T12:00:00Z", by: "Priya Nair", reason } }),
    launch_resume: () => (launch = { ...launch, stopped: null }),
  });
});
afterEach(cleanup);

async function show(screenName: RegExp) {
  render(
    <QueryClientProvider client={client()}>
      <App />
    </QueryClientProvider>,
  );
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: screenName }));
  return person;
}

const works = (name: string) => {
  rows = rows.map((row) =>
    row.name === name ? { ...row, state: "checked", verdict: verdict("works") } : row,
  );
};

describe("onboarding", () => {
  it("opens only when all that is needed is validated, and says what is missing", async () => {
    await show(/^Onboarding/u);
    const complete = await screen.findByRole<HTMLButtonElement>("button", { name: "Complete onboarding" });
    expect(complete.disabled).toBe(true);
    expect(screen.getByText("Not validated yet: Cartesia.")).toBeTruthy();
    expect(screen.getByRole("button", { name: /^Onboarding/u }).textContent).toBe("Onboarding3/4");
    expect(screen.getAllByText("VALIDATED")).toHaveLength(3);
    expect(screen.getAllByText("MISSING")).toHaveLength(1);
    expect(screen.getByText("or")).toBeTruthy();
    await accessible();
  });

  it("is completed once, and stays so", async () => {
    works("Cartesia Sonic");
    const person = await show(/^Onboarding/u);
    await person.click(await screen.findByRole("button", { name: "Complete onboarding" }));
    expect(asked.find((one) => one.command === "onboarding_complete")?.request).toEqual({
      organisation: "acme",
      kit: "voice",
    });
    expect(await screen.findByText(/^Ready since .* completed by Priya Nair\.$/u)).toBeTruthy();
    expect(screen.getByText(/ask for no new onboarding/u)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Complete onboarding" })).toBeNull();
    expect(screen.getByRole("button", { name: /^Onboarding/u }).textContent).toBe("Onboarding");
    await accessible();
  });

  it("leads to the form of what is missing, and back", async () => {
    rows = rows.filter((row) => row.provider !== "cartesia");
    answers.credential_add = ({ name }: CredentialAddRequest) => {
      const made = credential(name, "Cartesia", "a1b2", "works");
      rows = [...rows, made];
      return { outcome: "stored", credential: made };
    };
    const person = await show(/^Onboarding/u);
    await person.click(await screen.findByRole("button", { name: "Add Cartesia" }));
    await person.type(await screen.findByLabelText("API key"), "FAKE-cartesia-key");
    await person.type(screen.getByLabelText("Name"), "Cartesia Sonic");
    await person.click(screen.getByRole("button", { name: "Check and save" }));
    expect(await screen.findByText("All that is needed is validated.")).toBeTruthy();
  });

  it("says before and after what becomes dormant", async () => {
    const person = await show(/^Onboarding/u);
    await person.click(await screen.findByRole("radio", { name: /Bundled keys/u }));
    const dialog = await screen.findByRole("dialog", { name: "Use bundled keys?" });
    expect(dialog.textContent).toContain("own AI credentials become dormant: kept untouched");
    await accessible();
    expect(asked.some((one) => one.command === "mode_set")).toBe(false);
    await person.click(within(dialog).getByRole("button", { name: "Use bundled keys" }));
    expect(await screen.findByText(/7 own credentials are dormant: they are kept untouched/u)).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Bundled keys/u }).checked).toBe(true);
  });

  it("shows a member how it stands, and no button", async () => {
    over = { may_change: false };
    await show(/^Onboarding/u);
    expect(await screen.findByText("Not validated yet: Cartesia.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Complete onboarding" })).toBeNull();
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Bundled keys/u }).disabled).toBe(true);
  });
});

describe("global launch", () => {
  it("asks for a reason before it stops, and then says so across the page", async () => {
    const person = await show(/^Global launch/u);
    await person.click(await screen.findByRole("button", { name: "Stop all telephony…" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Stop all telephony?" });
    const stop = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Stop all telephony" });
    expect(stop.disabled).toBe(true);
    expect(dialog.textContent).toContain("It is not stopped by this");
    const reason = within(dialog).getByLabelText("Reason");
    await person.type(reason, "   ");
    expect(stop.disabled).toBe(true);
    await person.type(reason, "Wrong list");
    await accessible();
    await person.click(stop);
    expect(asked.find((one) => one.command === "launch_stop")?.request).toEqual({ reason: "Wrong list" });
    const banner = (await screen.findByText("Telephony is stopped.", { selector: "b" })).closest(
      "[role=alert]",
    );
    expect(banner?.textContent).toContain("Wrong list");
    expect(screen.getByText("Not stopped")).toBeTruthy();
    await accessible();
    await person.click(screen.getByRole("button", { name: "Appearance" }));
    expect(screen.getByText("Telephony is stopped.", { selector: "b" })).toBeTruthy();
    await person.click(within(screen.getByRole("main")).getByRole("button", { name: "Global launch" }));
    await person.click(await screen.findByRole("button", { name: "Resume" }));
    await waitFor(() => expect(screen.queryByText("Telephony is stopped.", { selector: "b" })).toBeNull());
  });

  it("shows others the state, and no button", async () => {
    launch = { ...stopped, may_change: false };
    await show(/^Global launch/u);
    expect(await screen.findByText("A super admin can stop and resume it.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Resume" })).toBeNull();
  });
});
