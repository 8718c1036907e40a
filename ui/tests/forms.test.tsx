import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FormCheckRequest, ImpactView, SaveOutcome } from "../src/backend";
import { accessible } from "./accessible";
import { provider, ready, stored } from "./program";
import { client } from "./client";

const FAKE = "sk-ant-api03-FAKE";

/** What the program was asked, and what it answers. */
const asked: { command: string; request: unknown }[] = [];
let answers: Record<string, (request: never) => unknown> = {};

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, args?: { request?: unknown }) => {
    asked.push({ command, request: args?.request ?? args });
    const answer = answers[command];
    if (!answer) return Promise.reject(new Error(`nobody answers ${command}`));
    return Promise.resolve(answer((args?.request ?? args) as never));
  },
  Channel: class {},
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: () => Promise.resolve(() => undefined) }));

const { NavigationProvider } = await import("../src/shell/navigation");
const { Notices } = await import("../src/parts/notices");
const { default: AddForm } = await import("../src/screens/add/AddForm");
const { default: EditForm } = await import("../src/screens/add/EditForm");
const { default: DeleteDialog } = await import("../src/screens/credentials/DeleteDialog");

const show = (what: ReactNode) =>
  render(
    <QueryClientProvider client={client()}>
      <NavigationProvider>
        <Notices>{what}</Notices>
      </NavigationProvider>
    </QueryClientProvider>,
  );
const requests = (command: string) => asked.filter((a) => a.command === command).map((a) => a.request);
const box = (name: string) => screen.getByLabelText<HTMLInputElement>(name);

beforeEach(() => {
  asked.length = 0;
  answers = {
    startup: () => ready,
    provider_list: () => [provider],
    form_check: () => [],
    credential_show: () => stored,
    credential_delete_impact: () => ({ deleted: stored.id, in_use: false, impact: [] }),
  };
});
afterEach(cleanup);

describe("adding", () => {
  it("keeps everything when the check refuses, with the reason at the field", async () => {
    const refused: SaveOutcome = {
      outcome: "refused",
      field: "api_key",
      verdict: {
        kind: "rejected",
        evidence: "The provider says that the key is wrong.",
        next_step: "Make a new one.",
        checked_at: new Date().toISOString(),
        duration_ms: 10,
        cost: "free",
        last_known: null,
      },
    };
    answers.credential_add = () => refused;
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Name"), "Anthropic new");
    await person.type(box("API key"), FAKE);
    await person.click(screen.getByRole("button", { name: "Check and save" }));
    const verdict = await screen.findByRole("group", { name: "Verdict" });
    expect(verdict.textContent).toContain("Key rejected");
    expect(verdict.textContent).toContain("Make a new one.");
    expect(box("API key").value).toBe(FAKE);
    expect(box("API key").getAttribute("aria-invalid")).toBe("true");
    expect(box("Name").value).toBe("Anthropic new");
    expect(requests("credential_add")).toMatchObject([
      { check: true, scope: "o", fields: { api_key: FAKE } },
    ]);
    await accessible([], document.body);
  });

  it("saves without checking when told to, and empties itself", async () => {
    answers.credential_add = () => ({ outcome: "stored", credential: { ...stored, name: "Anthropic new" } });
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Name"), "Anthropic new");
    await person.type(box("API key"), FAKE);
    await person.click(screen.getByRole("button", { name: "Save without checking" }));
    expect(await screen.findByText(/“Anthropic new” is saved/u)).toBeTruthy();
    expect(requests("credential_add")).toMatchObject([{ check: false }]);
    expect(box("API key").value).toBe("");
    expect(localStorage.length + sessionStorage.length).toBe(0);
    expect(document.documentElement.outerHTML).not.toContain(FAKE);
  });

  it("asks for what is missing and puts the cursor there", async () => {
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Name"), "Anthropic new");
    await person.click(screen.getByRole("button", { name: "Check and save" }));
    expect(await screen.findByText("API key is needed.")).toBeTruthy();
    expect(document.activeElement).toBe(box("API key"));
    expect(requests("credential_add")).toEqual([]);
  });

  it("drops what was pasted by accident, by the ranges that the program names, and says so", async () => {
    answers.form_check = ({ fields }: FormCheckRequest) => {
      const value = fields.api_key ?? "";
      const from = value.indexOf("sk-");
      const to = from + FAKE.length;
      return value === FAKE
        ? []
        : [{ field: "api_key", level: "info", message: "Removed what stood around it.", keep: [[from, to]] }];
    };
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.click(await screen.findByLabelText("API key"));
    await person.paste(`😀 "${FAKE}"\n`);
    await waitFor(() => expect(box("API key").value).toBe(FAKE));
    expect(screen.getByText("Removed what stood around it.")).toBeTruthy();
    expect(box("API key").type).toBe("password");
    await person.click(screen.getByRole("button", { name: "Show API key" }));
    expect(box("API key").type).toBe("text");
  });

  it("gives the form back when waiting is stopped", async () => {
    answers.credential_add = () => new Promise(() => undefined);
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Name"), "Anthropic new");
    await person.type(box("API key"), FAKE);
    await person.click(screen.getByRole("button", { name: "Check and save" }));
    await person.click(await screen.findByRole("button", { name: "Stop waiting" }));
    expect(await screen.findByRole("button", { name: "Check and save" })).toBeTruthy();
    expect(box("API key").value).toBe(FAKE);
  });

  it("asks before it throws typed text away", async () => {
    show(<AddForm startup={ready} provider="anthropic" />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("Name"), "Anthropic new");
    await person.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByRole("alertdialog", { name: "Discard what you typed?" })).toBeTruthy();
  });
});

describe("editing", () => {
  it("names only what differs, so that a blank secret is kept", async () => {
    answers.credential_edit = () => ({ outcome: "stored", credential: { ...stored, name: "Renamed" } });
    show(<EditForm startup={ready} id={stored.id} />);
    const person = userEvent.setup();
    const name = await screen.findByLabelText<HTMLInputElement>("Name");
    expect(box("API key").value).toBe("");
    expect(box("API key").placeholder).toBe("Leave blank to keep ••••a1b2");
    await person.clear(name);
    await person.type(name, "Renamed");
    await person.clear(box("Base URL optional"));
    await person.click(screen.getByRole("button", { name: "Check and save" }));
    await waitFor(() =>
      expect(requests("credential_edit")).toEqual([
        {
          id: "c1",
          revision: 3,
          name: "Renamed",
          key: null,
          category: null,
          default: null,
          expiry: null,
          fields: { base_url: { edit: "clear" } },
          check: true,
        },
      ]),
    );
  });

  it("replaces a secret that was typed", async () => {
    answers.credential_edit = () => ({ outcome: "stored", credential: stored });
    show(<EditForm startup={ready} id={stored.id} />);
    const person = userEvent.setup();
    await person.type(await screen.findByLabelText("API key"), FAKE);
    await person.click(screen.getByRole("button", { name: "Save without checking" }));
    await waitFor(() =>
      expect(requests("credential_edit")).toMatchObject([
        { fields: { api_key: { edit: "replace", value: FAKE } } },
      ]),
    );
  });
});

describe("deleting", () => {
  const open = (impact: ImpactView[]) => {
    const in_use = impact.some((one) => one.kind === "program");
    answers.credential_delete_impact = () => ({ deleted: stored.id, in_use, impact });
    show(<DeleteDialog credential={stored} onClose={() => undefined} onGone={() => undefined} />);
  };

  it("asks for the exact name where something uses it", async () => {
    open([
      { kind: "program", name: "strongroom run", effect: "receives nothing any more", stops: true },
      { kind: "agent", name: "Support line", effect: "unlinked; then uses “Spare”", stops: false },
    ]);
    const person = userEvent.setup();
    const typed = await screen.findByLabelText("Type the name to delete it");
    const dialog = within(screen.getByRole("alertdialog"));
    const stops = dialog.getByRole("list", { name: "These stop working:" });
    expect(stops.textContent).toContain("strongroom run");
    expect(stops.textContent).not.toContain("Support line");
    expect(dialog.getByRole("list", { name: "These change:" }).textContent).toContain("Support line");
    const button = dialog.getByRole<HTMLButtonElement>("button", { name: "Delete" });
    expect(button.disabled).toBe(true);
    await person.type(typed, "anthropic production");
    expect(button.disabled).toBe(true);
    await person.clear(typed);
    await person.type(typed, stored.name);
    expect(button.disabled).toBe(false);
    answers.credential_delete = () => ({ deleted: stored.id, in_use: true, impact: [] });
    await person.click(button);
    await waitFor(() =>
      expect(requests("credential_delete")).toEqual([{ id: stored.id, confirm: stored.name }]),
    );
    await accessible([], document.body);
  });

  it("asks for no name where only the place of a default is lost", async () => {
    open([
      { kind: "default", name: "Anthropic in Acme Voice", effect: "has no default any more", stops: false },
    ]);
    expect(await screen.findByRole("list", { name: "These change:" })).toBeTruthy();
    expect(screen.queryByText("These stop working:")).toBeNull();
    expect(screen.queryByLabelText("Type the name to delete it")).toBeNull();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Delete" }).disabled).toBe(false);
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Disable instead" }));
  });
});
