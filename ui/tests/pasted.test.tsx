import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CandidateView, DetectionView } from "../src/backend";
import { provider, ready } from "./program";

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

const { NavigationProvider, useNavigation } = await import("../src/shell/navigation");
const { Notices } = await import("../src/parts/notices");
const { default: AddForm } = await import("../src/screens/add/AddForm");
const { default: Gallery } = await import("../src/screens/add/Gallery");

function Screen() {
  const { place } = useNavigation();
  return place.screen === "add" ? (
    <AddForm startup={ready} provider={place.provider} pasted={place.pasted ?? null} />
  ) : (
    <Gallery first={false} />
  );
}

const show = () =>
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })}
    >
      <NavigationProvider>
        <Notices>
          <Screen />
        </Notices>
      </NavigationProvider>
    </QueryClientProvider>,
  );

const candidate: CandidateView = {
  provider: "anthropic",
  auth: "api-key",
  field: "api_key",
  confidence: "certain",
  mode: null,
  reason: "starts with sk-ant-api03-",
  provider_name: "Anthropic",
  mark: "AN",
  auth_label: "API key",
  field_label: "API key",
};
const found = (more: Partial<DetectionView>): DetectionView => ({
  removed: null,
  candidates: [],
  stored: [],
  ...more,
});
const search = () => screen.getByRole<HTMLInputElement>("searchbox", { name: "Search providers" });
const paste = (text: string) => {
  fireEvent.paste(search(), { clipboardData: { getData: () => text } });
};
const requests = (command: string) => asked.filter((a) => a.command === command).map((a) => a.request);

beforeEach(() => {
  asked.length = 0;
  answers = { startup: () => ready, provider_list: () => [provider], form_check: () => [] };
});
afterEach(cleanup);

describe("a pasted key", () => {
  it("is recognised with its reason, said to be stored, and never shown", async () => {
    answers.detect = () =>
      found({
        removed: "one trailing line break",
        stored: ["Anthropic production"],
        candidates: [
          candidate,
          { ...candidate, provider: "x", provider_name: "Stripe", confidence: "possible", mode: "live" },
        ],
      });
    show();
    await screen.findByRole("button", { name: /Anthropic/u });
    paste(`${FAKE}\n`);
    const list = await screen.findByRole("list", { name: "Recognised providers" });
    const [first, second] = within(list).getAllByRole("button");
    expect(first?.textContent).toContain("Anthropic");
    expect(first?.textContent).toContain("Certain");
    expect(first?.textContent).toContain("It starts with sk-ant-api03-.");
    expect(second?.textContent).toContain("live");
    expect(screen.getByText("Left out of the pasted text: one trailing line break.")).toBeTruthy();
    expect(screen.getByText("This key is stored already, as “Anthropic production”.")).toBeTruthy();
    expect(requests("detect")).toEqual([{ text: `${FAKE}\n` }]);
    expect(search().value).toBe("");
    expect(document.body.innerHTML).not.toContain(FAKE);
    const report = await axe.run(document.body, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(report.violations.map((v) => v.id)).toEqual([]);
  });

  it("is put into its field, and what came along is taken off there", async () => {
    answers.detect = () => found({ candidates: [candidate] });
    answers.form_check = () => [
      {
        field: "api_key",
        level: "info",
        message: "Removed one trailing line break.",
        keep: [[0, FAKE.length]],
      },
    ];
    show();
    await screen.findByRole("button", { name: /Anthropic/u });
    paste(`${FAKE}\n`);
    await userEvent.click(
      within(await screen.findByRole("list", { name: "Recognised providers" })).getByRole("button"),
    );
    expect(await screen.findByText("Removed one trailing line break.")).toBeTruthy();
    const box = screen.getByLabelText<HTMLInputElement>("API key");
    expect([box.value, box.type]).toEqual([FAKE, "password"]);
  });

  it("that nobody recognises goes into the provider that is chosen, and can be forgotten", async () => {
    answers.detect = () => found({});
    show();
    await screen.findByRole("button", { name: /Anthropic/u });
    paste(FAKE);
    await screen.findByText("No provider is recognised by the form of this key");
    await userEvent.click(screen.getByRole("button", { name: "Forget it" }));
    expect(screen.queryByText(/No provider is recognised/u)).toBeNull();
    expect(document.activeElement).toBe(search());
    paste(FAKE);
    await screen.findByText("No provider is recognised by the form of this key");
    await userEvent.click(screen.getByRole("button", { name: /Anthropic/u }));
    expect((await screen.findByLabelText<HTMLInputElement>("API key")).value).toBe(FAKE);
  });

  it("is no provider's name: that is searched for", async () => {
    show();
    await screen.findByRole("button", { name: /Anthropic/u });
    paste("anthropic");
    expect(requests("detect")).toEqual([]);
  });
});
