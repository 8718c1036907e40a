import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ListRequest, StartupView } from "../src/backend";
import { controlKeys, shortcuts } from "../src/parts/shortcuts";
import { matching } from "../src/shell/palette/match";
import { accessible } from "./accessible";
import { answers, answerWith } from "./backend";
import { memberOf, provider, ready, stored } from "./program";
import { client } from "./client";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { App } = await import("../src/page");

const member = memberOf("o");
const other = {
  id: "g",
  name: "Globex",
  credentials: 2,
  mode: "byok" as const,
  ready: false,
  archived_at: null,
};

async function show(startup: StartupView = ready) {
  answers.startup = () => startup;
  render(
    <QueryClientProvider client={client()}>
      <App />
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { name: "Credentials" });
  return userEvent.setup();
}

const options = () => screen.queryAllByRole("option").map((option) => option.textContent);
const palette = () => screen.findByRole("combobox");

beforeEach(() => {
  const none = { items: [], next: null, total: 0 };
  answerWith({
    key_status: () => ({ state: "unlocked", message: "Ready.", hint: null, keychain_usable: true }),
    page_ready: () => null,
    provider_list: () => [provider],
    credential_counts: () => ({ all: 1, by_type: {} }),
    credential_list: (request: ListRequest) =>
      !request.search || stored.name.toLowerCase().includes(request.search.toLowerCase())
        ? { items: [stored], next: null, total: 1 }
        : none,
    credential_show: () => stored,
    set_theme: () => ready,
    organisation_select: () => ready,
  });
});
afterEach(cleanup);

describe("the palette", () => {
  it("offers what a super admin may do, and nothing that is so already", async () => {
    const person = await show({ ...ready, theme: "dark", organisations: [...ready.organisations, other] });
    await person.keyboard("{Control>}k{/Control}");
    const box = await palette();
    await vi.waitFor(() => expect(document.activeElement).toBe(box));
    const offered = options();
    for (const name of [
      "Go to Credentials",
      "Add a credential…N",
      "Import a .env file…",
      "Go to Organisations and people",
      "Go to Appearance",
      "Go to Vault & recovery",
      "Check all credentials",
      "New organisation…",
      "Use the light theme",
      "Keyboard shortcuts?",
      "Globex, 2 credentials",
      "All organisations",
    ]) {
      expect(offered).toContain(name);
    }
    expect(offered).not.toContain("Use the dark theme");
    expect(offered.some((name) => name?.startsWith("Acme Voice"))).toBe(false);
    await accessible();
  });

  it("offers a member nothing that would be refused", async () => {
    const person = await show({ ...ready, person: member });
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    const offered = options();
    expect(offered).toContain("Go to Credentials");
    for (const name of [
      "Add a credential…N",
      "Import a .env file…",
      "Check all credentials",
      "New organisation…",
    ]) {
      expect(offered).not.toContain(name);
    }
    await person.keyboard("anthropic");
    await screen.findByRole("option", { name: /^Anthropic production/u });
    expect(options().some((name) => name?.startsWith("Add "))).toBe(false);
  });

  it("finds a credential, and a provider to add, and opens what Enter takes", async () => {
    const person = await show();
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    await person.keyboard("anthr");
    await screen.findByRole("option", { name: /^Anthropic production/u });
    expect(options()).toContain("Add Anthropic, LLM");
    const [first] = screen.getAllByRole("option");
    expect(first?.getAttribute("aria-selected")).toBe("true");
    expect((await palette()).getAttribute("aria-activedescendant")).toBe(first?.id);
    await person.keyboard("{ArrowDown}{ArrowUp}{Enter}");
    const pane = await screen.findByRole("complementary", { name: "Credential details" });
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(within(pane).getByRole("heading", { name: stored.name })),
    );
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("goes to the form of a provider, whose first field has the focus", async () => {
    const person = await show();
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    await person.keyboard("add anth");
    await person.click(await screen.findByRole("option", { name: /^Add Anthropic/u }));
    const name = await screen.findByRole("textbox", { name: "Name" }, { timeout: 20_000 });
    await vi.waitFor(() => expect(document.activeElement).toBe(name));
  });

  it("says when nothing matches, and Enter does nothing then", async () => {
    const person = await show();
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    await person.keyboard("nobody has this");
    expect(await screen.findByText("Nothing matches “nobody has this”.")).toBeTruthy();
    expect((await palette()).getAttribute("aria-expanded")).toBe("false");
    await person.keyboard("{Enter}");
    await accessible();
    await person.keyboard("{Escape}");
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("gives the focus back when it is closed", async () => {
    const person = await show();
    const search = screen.getByRole("searchbox", { name: "Search credentials" });
    await person.click(search);
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    await person.keyboard("{Escape}");
    await vi.waitFor(() => expect(document.activeElement).toBe(search));
  });

  it("leaves the focus in the screen to which it led", async () => {
    const person = await show();
    await person.click(screen.getByRole("searchbox", { name: "Search credentials" }));
    await person.keyboard("{Control>}k{/Control}");
    await palette();
    await person.keyboard("appearance");
    await vi.waitFor(() => expect(options()[0]).toBe("Go to Appearance"));
    await person.keyboard("{Enter}");
    await screen.findByRole("heading", { name: "Appearance" });
    expect(document.activeElement).toBe(screen.getByRole("main"));
  });
});

describe("what is found", () => {
  const names = (typed: string) =>
    matching(
      [{ name: "Go to Vault & recovery", words: "unlock" }, { name: "Vault" }, { name: "Add Café (India)" }],
      typed,
    ).map((entry) => entry.name);
  it("is ranked by how well the name fits, and needs every word", () => {
    expect(names("")).toHaveLength(3);
    expect(names("vault")).toEqual(["Vault", "Go to Vault & recovery"]);
    expect(names("reco va")).toEqual(["Go to Vault & recovery"]);
    expect(names("unlock vault")).toEqual(["Go to Vault & recovery"]);
    expect(names("cafe india")).toEqual(["Add Café (India)"]);
    expect(names("ault")).toEqual([]);
  });
});

describe("keys", () => {
  it("are all listed by the sheet", async () => {
    const person = await show();
    await person.keyboard("?");
    const sheet = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    for (const { caps, does } of [...shortcuts(), ...controlKeys()]) {
      const row = within(sheet).getByText(does).parentElement;
      for (const cap of caps) expect(within(row as HTMLElement).getByText(cap)).toBeTruthy();
    }
    await accessible();
  });

  it("are letters while typing, except with Ctrl", async () => {
    const person = await show();
    const search = screen.getByRole<HTMLInputElement>("searchbox", { name: "Search credentials" });
    await person.click(search);
    await person.keyboard("n?/");
    expect(search.value).toBe("n?/");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole("heading", { name: "Credentials" })).toBeTruthy();
    await person.keyboard("{Control>}k{/Control}");
    expect(await palette()).toBeTruthy();
  });

  it("do nothing while a dialog is open", async () => {
    const person = await show();
    await person.keyboard("?");
    await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    await person.keyboard("{Control>}k{/Control}n");
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(screen.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeTruthy();
  });

  it("skip the rail, to the content", async () => {
    const person = await show();
    await person.tab();
    const skip = screen.getByRole("link", { name: "Skip to content" });
    expect(document.activeElement).toBe(skip);
    await person.keyboard("{Enter}");
    expect(document.activeElement).toBe(screen.getByRole("main"));
  });
});
