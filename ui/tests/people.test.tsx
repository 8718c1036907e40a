import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PeopleView, PersonView, StartupView } from "../src/backend";
import { mayAdd, mayChange, ownersFor } from "../src/parts/permissions";
import { answers, answerWith, asked } from "./backend";
import { memberOf, ready } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { default: People } = await import("../src/screens/settings/People");

const owner = ready.person as PersonView;
const member: PersonView = { ...memberOf("o"), here: false };
const all: PeopleView = { organisations: ready.organisations, people: [owner, member] };

const show = (startup: StartupView) =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <People startup={startup} />
    </QueryClientProvider>,
  );

beforeEach(() => {
  answerWith({ startup: () => ready, people_list: () => all });
});
afterEach(cleanup);

describe("permissions", () => {
  it("follow the roles", () => {
    const admin: PersonView = { ...member, role: "org_admin", admin_of: ["o"], member_of: ["p"] };
    expect(mayChange(owner, null)).toBe(true);
    expect(mayChange(admin, "o")).toBe(true);
    expect(mayChange(admin, "p")).toBe(false);
    expect(mayChange(admin, null)).toBe(false);
    expect(mayChange(member, "o")).toBe(false);
    expect([mayAdd(owner), mayAdd(admin), mayAdd(member), mayAdd(null)]).toEqual([true, true, false, false]);
    expect(ownersFor(admin, ready.organisations)).toEqual([{ value: "o", label: "Acme Voice" }]);
    expect(ownersFor(member, ready.organisations)).toEqual([]);
  });
});

describe("organisations and people", () => {
  it("lists both and archives an organisation", async () => {
    answers.organisation_archive = () => ({ ...ready.organisations[0], archived_at: "2026-01-01T00:00:00Z" });
    show(ready);
    const row = await screen.findByRole("listitem", { name: "Acme Voice" });
    await userEvent.setup().click(within(row).getByRole("button", { name: "Archive" }));
    expect(asked.find((a) => a.command === "organisation_archive")?.request).toEqual({
      id: "o",
      archived: true,
    });
    expect(screen.getByText("Member of Acme Voice")).toBeTruthy();
    const here = screen.getByRole("listitem", { name: owner.name });
    expect(within(here).queryByRole("button", { name: "Remove…" })).toBeNull();
  });

  it("asks nothing that a member may not see, and offers the way back", () => {
    show({ ...ready, person: { ...member, here: true } });
    expect(asked.some((a) => a.command === "people_list")).toBe(false);
    expect(screen.queryByRole("button", { name: "Add organisation" })).toBeNull();
    expect(screen.getByRole("region", { name: "Bring the owner back" })).toBeTruthy();
  });

  it("asks nothing more once the computer was handed over, even before the page knows", async () => {
    answers.startup = () => ({ ...ready, person: { ...member, here: true } });
    show(ready);
    await waitFor(() => expect(asked.some((a) => a.command === "startup")).toBe(true));
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked.some((a) => a.command === "people_list")).toBe(false);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
