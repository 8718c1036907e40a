import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Consumers, kinds } from "../fake/consumers";
import { credential, inventory } from "../fake/credentials";
import { providers } from "../fake/providers";
import type {
  ConsumerAddRequest,
  ConsumerEditRequest,
  ConsumerListRequest,
  ConsumerOptionsRequest,
  CredentialAddRequest,
  CredentialView,
  ExplainRequest,
} from "../src/backend";
import { accessible } from "./accessible";
import { answers, answerWith, asked } from "./backend";
import { inAcme, memberOf } from "./program";
import { client } from "./client";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { App } = await import("../src/page");

const member = memberOf("acme");

let rows: CredentialView[] = [];
let consumers: Consumers;

beforeEach(() => {
  rows = inventory();
  consumers = new Consumers(() => rows);
  answerWith({
    startup: () => inAcme,
    key_status: () => ({ state: "unlocked", message: "Ready.", hint: null, keychain_usable: true }),
    page_ready: () => null,
    provider_list: () => providers,
    provider_files: () => ({ folder: "/home/test/providers", problems: [] }),
    credential_counts: () => ({ all: rows.length, by_type: {} }),
    credential_list: () => ({ items: rows, next: null, total: rows.length }),
    credential_show: ({ id }: { id: string }) => rows.find((row) => row.id === id),
    form_check: () => [],
    consumer_kinds: () => kinds,
    consumer_list: (request: ConsumerListRequest) => {
      const items = consumers.all().filter((one) => one.name.includes(request.search ?? ""));
      return { items, next: null, total: items.length };
    },
    consumer_show: ({ id }: { id: string }) => consumers.all().find((one) => one.id === id),
    consumer_add: (request: ConsumerAddRequest) =>
      consumers.add(request.kind, request.name, request.note ?? "", []),
    consumer_edit: (request: ConsumerEditRequest) => consumers.change(request.id, request),
    consumer_delete: ({ id }: { id: string }) => consumers.remove(id),
    consumer_options: ({ slot }: ConsumerOptionsRequest) => consumers.options(slot),
    consumer_explain: ({ provider }: ExplainRequest) => consumers.resolve(provider, null),
    onboarding: () => consumers.onboarding(),
    launch: () => consumers.launch,
  });
});
afterEach(cleanup);

async function show() {
  render(
    <QueryClientProvider client={client()}>
      <App />
    </QueryClientProvider>,
  );
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: /^Agents & consumers/u }));
  await screen.findByRole("heading", { name: "Agents & consumers" });
  return person;
}

async function open(name: string, tab: string) {
  const person = await show();
  await person.click(await screen.findByRole("rowheader", { name: new RegExp(name, "u") }));
  await person.click(await screen.findByRole("tab", { name: new RegExp(`^${tab}`, "u") }));
  return person;
}

const saved = () => asked.findLast((one) => one.command === "consumer_edit")?.request as ConsumerEditRequest;

describe("the list of consumers", () => {
  it("says for each what it uses and how that stands", async () => {
    await show();
    const row = await screen.findByRole("row", { name: /Support line/u });
    expect(row.textContent).toContain("Azure GPT-4o (India)");
    expect(row.textContent).toContain("Not checked");
    expect(screen.getByRole("row", { name: /Collections/u }).textContent).toContain("Nothing to use");
    await accessible();
  });

  it("explains itself when it is empty, and adds", async () => {
    for (const one of consumers.all()) consumers.remove(one.id);
    const person = await show();
    expect(await screen.findByText("Nothing uses credentials yet")).toBeTruthy();
    await accessible();
    await person.click(screen.getByRole("button", { name: "Add consumer" }));
    const dialog = await screen.findByRole("dialog", { name: "Add consumer" });
    await person.type(within(dialog).getByLabelText("Name"), "Night shift");
    await person.click(within(dialog).getByRole("button", { name: "Add" }));
    expect(await screen.findByRole("heading", { name: "Night shift" })).toBeTruthy();
    expect(asked.find((one) => one.command === "consumer_add")?.request).toEqual({
      kind: "agent",
      name: "Night shift",
      note: "",
      organisation: "acme",
    });
    expect(screen.getByRole("tab", { name: "Language model" }).getAttribute("aria-selected")).toBe("true");
  });

  it("offers a member nothing that would be refused", async () => {
    answers.startup = () => ({ ...inAcme, person: member });
    const person = await show();
    await screen.findByRole("row", { name: /Support line/u });
    expect(screen.queryByRole("button", { name: "Add consumer" })).toBeNull();
    await person.click(screen.getByRole("rowheader", { name: /Support line/u }));
    await screen.findByRole("heading", { name: "What this agent gets" });
    expect(screen.queryByLabelText("Name")).toBeNull();
    expect(screen.queryByRole("button", { name: "Delete…" })).toBeNull();
    await person.click(screen.getByRole("tab", { name: "Language model" }));
    expect(await screen.findByRole("radio", { name: /Anthropic/u })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Add new: Language model" })).toBeNull();
  });
});

describe("the agent builder", () => {
  it("offers providers with a usable credential alone, and says why not the others", async () => {
    const person = await open("Support line", "Language model");
    const azure = await screen.findByRole<HTMLInputElement>("radio", { name: /Azure OpenAI/u });
    expect(azure.checked).toBe(true);
    const gemini = screen.getByRole<HTMLInputElement>("radio", { name: /Google Gemini/u });
    expect(gemini.disabled).toBe(true);
    expect(screen.getByText(/“Gemini evaluation” was rejected by its provider/u)).toBeTruthy();
    await accessible();
    await person.click(screen.getByRole("button", { name: "Fix: Google Gemini" }));
    expect(await screen.findByRole("complementary", { name: "Credential details" })).toBeTruthy();
  });

  it("takes a deployment for a model, by search", async () => {
    rows.push(
      credential("Azure GPT-4o (EU)", "Azure OpenAI", "77ff", "works", {
        fields: { deployment: "gpt-4o-eu" },
      }),
    );
    const person = await open("Support line", "Language model");
    await person.click(await screen.findByRole("button", { name: /Model$/u }));
    const search = await screen.findByRole("searchbox", { name: "Search: Model" });
    await vi.waitFor(() => expect(document.activeElement).toBe(search));
    await person.keyboard("EU");
    await waitFor(() =>
      expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual([
        "gpt-4o-eu · Azure GPT-4o (EU) · ••••77ffWorks",
        "Add new…",
      ]),
    );
    await person.click(screen.getByRole("option", { name: /gpt-4o-eu/u }));
    expect(await screen.findByText("Azure GPT-4o (EU), assigned")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(saved().uses?.find((use) => use.slot === "llm")).toEqual({
      slot: "llm",
      provider: "azure-openai",
      credential: "id-Azure GPT-4o (EU)",
      model: "gpt-4o-eu",
    });
    expect(saved().name).toBeNull();
  });

  it("chooses by the rule, with a model as free text, and narrows the providers", async () => {
    const person = await open("Support line", "Language model");
    await person.type(await screen.findByRole("searchbox", { name: /Search providers/u }), "anth");
    expect(screen.queryByRole("radio", { name: /Groq/u })).toBeNull();
    await person.click(screen.getByRole("radio", { name: /Anthropic/u }));
    await person.type(screen.getByRole("textbox", { name: /Model/u }), "claude-fake");
    expect(screen.getByText("Anthropic production, the only one", { selector: "aside small" })).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(saved().uses?.find((use) => use.slot === "llm")).toEqual({
      slot: "llm",
      provider: "anthropic",
      credential: null,
      model: "claude-fake",
    });
  });

  it("adds a credential on the way and comes back with it chosen and nothing lost", async () => {
    answers.credential_add = (request: CredentialAddRequest) => {
      const made = credential(request.name, "Groq", "a1b2", "not_checked");
      rows = [...rows, made];
      return { outcome: "stored", credential: made };
    };
    const person = await open("Support line", "Overview");
    await person.clear(screen.getByLabelText("Name"));
    await person.type(screen.getByLabelText("Name"), "Support desk");
    await person.click(screen.getByRole("tab", { name: "Language model" }));
    await person.click(await screen.findByRole("button", { name: "Add new: Language model" }));
    expect(await screen.findByText(/For Support line/u)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Deepgram/u })).toBeNull();
    await person.click(await screen.findByRole("button", { name: /Groq/u }));
    const secret = await screen.findByLabelText<HTMLInputElement>("API key");
    expect(document.activeElement).toBe(secret);
    const name = screen.getByLabelText("Name");
    expect(secret.compareDocumentPosition(name) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    await person.type(secret, "FAKE-groq-key");
    await person.type(name, "Groq for support");
    await person.click(screen.getByRole("button", { name: "Save without checking" }));
    expect(await screen.findByRole("heading", { name: "Support desk" })).toBeTruthy();
    expect(asked.find((one) => one.command === "credential_add")?.request).toMatchObject({ scope: "acme" });
    expect(await screen.findByText("Groq for support, assigned")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(saved().name).toBe("Support desk");
    expect(saved().uses).toHaveLength(5);
    expect(saved().uses?.find((use) => use.slot === "llm")?.credential).toBe("id-Groq for support");
  });

  it("comes back unchanged when nothing is added, and asks before what is unsaved is left", async () => {
    const person = await open("Support line", "Language model");
    await person.click(await screen.findByRole("radio", { name: /Anthropic/u }));
    await person.click(screen.getByRole("button", { name: "Add new: Language model" }));
    await person.click(await screen.findByRole("button", { name: "Cancel" }));
    expect((await screen.findByRole<HTMLInputElement>("radio", { name: /Anthropic/u })).checked).toBe(true);
    await person.click(screen.getByRole("button", { name: /^Credentials/u }));
    expect(await screen.findByRole("alertdialog", { name: "Discard what you typed?" })).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Keep editing" }));
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Anthropic/u }).checked).toBe(true);
  });

  it("says why a list is empty and leads to what helps", async () => {
    rows = rows.filter((row) => row.provider !== "hubspot");
    const person = await open("Support line", "Functions");
    expect(await screen.findByText("Acme Voice has no credential of this type.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Choose: Payment" })).toBeTruthy();
    await accessible();
    const section = screen.getByRole("region", { name: "CRM" });
    await person.click(within(section).getByRole("button", { name: "Add new" }));
    expect(await screen.findByRole("heading", { name: "Add credential" })).toBeTruthy();
  });

  it("adds another one where the only one is disabled", async () => {
    rows = rows
      .filter((row) => !row.types.includes("sms") || row.name === "Twilio US1 main")
      .map((row) => (row.provider === "twilio" ? { ...row, enabled: false, state: "disabled" } : row));
    const person = await open("Support line", "Functions");
    const section = await screen.findByRole("region", { name: "SMS" });
    expect(await within(section).findByText("None of the credentials can be used.")).toBeTruthy();
    expect(within(section).getByRole("button", { name: "Look at credentials" })).toBeTruthy();
    await person.click(within(section).getByRole("button", { name: "Add new" }));
    expect(await screen.findByRole("button", { name: /Twilio/u })).toBeTruthy();
  });

  it("asks for the name last where a credential is added on the way", async () => {
    const person = await open("Support line", "Language model");
    await person.click(await screen.findByRole("button", { name: "Add new: Language model" }));
    await person.click(await screen.findByRole("button", { name: /Groq/u }));
    await screen.findByLabelText("API key");
    const inputs = [...document.querySelectorAll<HTMLElement>("fieldset input, fieldset textarea")];
    expect(inputs.at(-1)).toBe(screen.getByLabelText("Name"));
  });

  it("explains each choice", async () => {
    const person = await open("Support line", "Overview");
    await person.click(screen.getByRole("button", { name: "Explain choices" }));
    const dialog = await screen.findByRole("dialog", { name: "Why these credentials" });
    const sms = within(dialog).getByRole("region", { name: "SMS: Twilio" });
    expect(within(sms).getByText("Used")).toBeTruthy();
    expect(within(sms).getByText("Not chosen")).toBeTruthy();
    expect(within(sms).getByText("Could be used; not used: another one is the default.")).toBeTruthy();
    await accessible();
  });

  it("goes on from what somebody else saved meanwhile", async () => {
    answers.consumer_edit = (request: ConsumerEditRequest) => {
      if (request.revision !== 2) {
        consumers.change(request.id, { note: "Theirs" });
        throw { kind: "conflict", message: "It was changed.", hint: null, fields: [] } as unknown as Error;
      }
      return consumers.change(request.id, request);
    };
    const person = await open("Support line", "Overview");
    await person.type(screen.getByLabelText("Name"), "!");
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("It was changed.")).toBeTruthy();
    await waitFor(() =>
      expect(asked.filter((one) => one.command === "consumer_show").length).toBeGreaterThan(1),
    );
    await person.click(screen.getByRole("button", { name: "Save mine over it" }));
    await waitFor(() => expect(saved().revision).toBe(2));
    expect(saved().name).toBe("Support line!");
  });

  it("takes several credentials where a place has room for them", async () => {
    const person = await open("Call summary", "Credentials");
    await person.click(await screen.findByRole("button", { name: /One more credential$/u }));
    await person.click(await screen.findByRole("option", { name: /^Stripe live/u }));
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(saved().uses?.map((use) => use.provider)).toEqual(["azure-openai", "stripe"]);
    await person.click(await screen.findByRole("button", { name: "Remove Stripe live" }));
    await person.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(saved().uses?.map((use) => use.provider)).toEqual(["azure-openai"]));
  });

  it("is opened from the credential that it uses, and deleted after a question", async () => {
    rows = rows.map((row) =>
      row.provider === "azure-openai"
        ? {
            ...row,
            used_by: [{ kind: "agent", name: "Support line", as: "llm", by_rule: false, consumer: null }],
          }
        : row,
    );
    const person = await show();
    await person.click(screen.getByRole("button", { name: /^Credentials/u }));
    await person.click(await screen.findByRole("rowheader", { name: /Azure GPT-4o/u }));
    expect(await screen.findByText("strongroom run --for support-line -- ./program")).toBeTruthy();
    expect(screen.getByText(/^strongroom run --key/u)).toBeTruthy();
    await person.click(await screen.findByRole("button", { name: "Support line Agent" }));
    await person.click(await screen.findByRole("button", { name: "Delete…" }));
    await person.click(
      within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Delete" }),
    );
    await waitFor(() => expect(screen.queryByRole("row", { name: /Support line/u })).toBeNull());
    expect(await screen.findByRole("heading", { name: "Agents & consumers" })).toBeTruthy();
  });
});
