import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ImportPlanView, ImportRowView } from "../src/backend";
import { ready, stored } from "./program";

/** What the program was asked, and what it answers. */
const asked: { command: string; args: unknown }[] = [];
let answers: Record<string, () => unknown> = {};

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, args?: unknown) => {
    asked.push({ command, args });
    const answer = answers[command];
    return answer ? Promise.resolve(answer()) : Promise.reject(new Error(`nobody answers ${command}`));
  },
  Channel: class {},
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: () => Promise.resolve(() => undefined) }));

const { NavigationProvider } = await import("../src/shell/navigation");
const { Notices } = await import("../src/parts/notices");
const { default: Import } = await import("../src/screens/add/Import");

const row = (at: number, more: Partial<ImportRowView> = {}): ImportRowView => ({
  row: at,
  provider: "anthropic",
  provider_name: "Anthropic",
  mark: "AN",
  auth: "api-key",
  auth_label: "API key",
  name: `Anthropic ${at}`,
  key: "ANTHROPIC_API_KEY",
  fields: [
    { field: "api_key", label: "API key", secret: true, from: "ANTHROPIC_API_KEY", line: at, tail: "a1b2" },
  ],
  reason: "recognised by name",
  problem: null,
  stored: [],
  same_as: null,
  chosen: true,
  ...more,
});
const plan: ImportPlanView = {
  file: "old.env",
  rows: [
    row(0),
    row(1, { stored: ["Anthropic production"], chosen: false }),
    row(2, { problem: "Account SID is needed.", chosen: false }),
  ],
  skipped: [{ line: 9, name: "PORT", why: "It is no key." }],
};

beforeEach(() => {
  asked.length = 0;
  answers = {
    import_plan: () => plan,
    import_store: () => [{ row: 0, name: "Anthropic 0", credential: stored, error: null }],
    import_forget: () => null,
  };
});
afterEach(cleanup);

it("shows what each line becomes, and stores what is chosen", async () => {
  const shown = render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <NavigationProvider>
        <Notices>
          <Import startup={ready} />
        </Notices>
      </NavigationProvider>
    </QueryClientProvider>,
  );
  await userEvent.type(screen.getByLabelText("File"), "/home/test/old.env");
  await userEvent.click(screen.getByRole("button", { name: "Show what it becomes" }));
  const list = await screen.findByRole("list", { name: "Becomes a credential" });
  const boxes = within(list).getAllByRole<HTMLInputElement>("checkbox");
  expect(boxes.map((box) => [box.checked, box.disabled])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
  expect(list.textContent).toContain("Stored already, as “Anthropic production”.");
  expect(list.textContent).toContain("Cannot be stored: Account SID is needed.");
  expect(list.textContent).toContain("API key from ANTHROPIC_API_KEY (line 1) ••••a1b2");
  expect(screen.getByText("It is no key.")).toBeTruthy();
  const report = await axe.run(shown.container, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(report.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`)).toEqual([]);

  await userEvent.click(boxes[1]!);
  await userEvent.click(screen.getByRole("button", { name: "Store 2 credentials" }));
  expect(await screen.findByText("1 credential is stored")).toBeTruthy();
  const choices = [0, 1].map((at) => ({ row: at, name: null }));
  expect(asked.find((a) => a.command === "import_store")?.args).toEqual({ choices });
  shown.unmount();
  expect(asked.at(-1)?.command, "no value waits in the program once the page is left").toBe("import_forget");
});
