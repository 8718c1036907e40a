import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ErrorView, StartupView } from "../src/backend";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
import { accessible } from "./accessible";
import { answers, answerWith, asked } from "./backend";
import { client } from "./client";
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { App } = await import("../src/page");

const first: StartupView = {
  stage: "first_start",
  fault: null,
  home: "/home/test/strongroom",
  demonstration: false,
  custody: null,
  person: null,
  organisations: [],
  organisation: null,
  theme: "system",
  list: {
    columns: [],
    layout: "comfortable",
    sort: null,
    descending: false,
    search: "",
    type: null,
    saved: [],
  },
  recovery_kit_path: "/home/test/kit.txt",
  person_suggestion: "Test Person",
  recovery_kit_made_at: null,
};

const show = () =>
  render(
    <QueryClientProvider client={client()}>
      <App />
    </QueryClientProvider>,
  );

beforeEach(() => {
  answerWith({
    startup: () => first,
    key_status: () => ({ state: "no_vault", message: "Ready.", hint: null, keychain_usable: true }),
    page_ready: () => null,
    provider_list: () => [],
  });
});
afterEach(cleanup);

describe("first start", () => {
  it("asks for three things and keeps them when the program refuses", async () => {
    const refusal: ErrorView = {
      kind: "recovery_kit",
      message: "That file exists already.",
      hint: "Choose another name.",
      fields: [{ field: "path", message: "That file exists already." }],
    };
    answers.vault_create = () => {
      throw refusal as unknown as Error;
    };
    show();
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Organisation"), "Acme Voice");
    await accessible();
    await person.click(screen.getByRole("button", { name: "Create vault" }));
    expect((await screen.findAllByText("That file exists already.")).length).toBeGreaterThan(0);
    expect(screen.getByLabelText<HTMLInputElement>("Organisation").value).toBe("Acme Voice");
    expect(asked.find((a) => a.command === "vault_create")?.request).toEqual({
      person: "Test Person",
      organisation: "Acme Voice",
      recovery_kit_path: "/home/test/kit.txt",
      passphrase: null,
    });
  });

  it("offers a passphrase where there is no keychain", async () => {
    answers.key_status = () => ({
      state: "no_vault",
      message: "There is no keychain service in this session.",
      hint: null,
      keychain_usable: false,
    });
    show();
    expect(await screen.findByLabelText("Passphrase")).toBeTruthy();
    expect(screen.getByText("There is no keychain service in this session.")).toBeTruthy();
    await accessible();
  });
});

describe("a vault that cannot be used", () => {
  it("says why and what to do", async () => {
    answers.startup = () => ({
      ...first,
      stage: "unusable",
      fault: { kind: "newer_version", message: "A newer version made it.", hint: "Install it.", fields: [] },
    });
    show();
    expect(await screen.findByText("A newer version made it.")).toBeTruthy();
    expect(screen.getByText("Install it.")).toBeTruthy();
    await accessible();
  });
});
