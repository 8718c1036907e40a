import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CredentialView } from "../src/backend";
import { dayOf, dayProblem } from "../src/parts/days";
import { expiryProblems } from "../src/screens/add/expiry";
import { answers, answerWith, asked } from "./backend";
import { provider, stored } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { Replacement } = await import("../src/screens/credentials/Replacement");

const waiting: CredentialView = {
  ...stored,
  replacement: {
    stage: "new",
    secrets: { api_key: "c3d4" },
    fields: {},
    verdict: stored.verdict,
    started_at: "2026-11-21T11:59:00Z",
    started_by: "Test Person",
  },
};

const show = (credential: CredentialView, mayChange = true) =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Replacement credential={credential} mayChange={mayChange} now={Date.parse("2026-11-21T12:00:00Z")} />
    </QueryClientProvider>,
  );

beforeEach(() => {
  answerWith({ provider_list: () => [{ ...provider, find_url: "https://console.example/keys" }] });
});
afterEach(cleanup);

describe("the replacement of a key", () => {
  it("switches to the key that waits", async () => {
    answers.credential_replace_switch = () => ({ ...stored });
    show(waiting);
    expect(screen.getByText("A new key waits.")).toBeTruthy();
    await userEvent.setup().click(screen.getByRole("button", { name: "Switch to the new key" }));
    expect(asked.find((a) => a.command === "credential_replace_switch")?.request).toEqual({ id: stored.id });
  });

  it("asks for the end of the new key where the old one had one", async () => {
    answers.credential_replace_switch = () => ({ ...stored });
    show({ ...waiting, expires_at: "2026-11-01T23:59:59Z" });
    const user = userEvent.setup();
    expect(screen.getByText(/The old one ended on/u)).toBeTruthy();
    const box = screen.getByRole("textbox", { name: /End of the new key/u });
    await user.type(box, "2027-13-01");
    expect(screen.getByRole("button", { name: "Switch to the new key" })).toHaveProperty("disabled", true);
    await user.clear(box);
    await user.type(box, "2027-12-31");
    await user.click(screen.getByRole("button", { name: "Switch to the new key" }));
    expect(asked.find((a) => a.command === "credential_replace_switch")?.request).toEqual({
      id: stored.id,
      expiry: { expires_at: "2027-12-31" },
    });
  });

  it("leads to the provider's page, where the old key is revoked", async () => {
    answers.open_provider_page = () => null;
    show({ ...waiting, replacement: { ...waiting.replacement!, stage: "old" } });
    await userEvent.setup().click(await screen.findByRole("button", { name: "Revoke the old one" }));
    expect(asked.some((a) => a.command === "open_provider_page")).toBe(true);
    expect(screen.getByRole("button", { name: "Check the old key" })).toBeTruthy();
  });

  it("switches back to the old key while it is kept", async () => {
    answers.credential_replace_back = () => ({ ...waiting });
    show({ ...waiting, replacement: { ...waiting.replacement!, stage: "old" } });
    await userEvent.setup().click(await screen.findByRole("button", { name: "Switch back to the old key" }));
    expect(asked.find((a) => a.command === "credential_replace_back")?.request).toEqual({ id: stored.id });
  });

  it("shows members where it stands, and no buttons", () => {
    show(waiting, false);
    expect(screen.getByText("A new key waits.")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("an expiry date", () => {
  it("is a day and a number of days", () => {
    expect(expiryProblems("", "30")).toEqual({});
    expect(expiryProblems("2027-01-31", "0")).toEqual({});
    expect(Object.keys(expiryProblems("31.1.2027", "many"))).toEqual(["expires_at", "reminder_days"]);
    expect(dayProblem(" 2028-02-29 ")).toBeNull();
    for (const no of ["2027-02-29", "2027-13-01", "2027-00-10"]) {
      expect(dayProblem(no)).toBe(`The calendar has no ${no}.`);
    }
    expect(dayProblem("tomorrow")).toContain("such as 2027-01-31");
    expect(dayOf(null)).toBe("");
    expect(dayOf(new Date(2027, 0, 31, 23, 59, 59).toISOString())).toBe("2027-01-31");
  });
});
