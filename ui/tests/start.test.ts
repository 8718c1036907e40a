import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ListView } from "../src/backend";
import { ready, stored } from "./program";

const asked: string[] = [];
const list: ListView = { items: [stored], next: null, total: 1 };
const counts = { all: 1, by_type: { llm: 1 } };

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string) => {
    asked.push(command);
    return Promise.resolve(command === "startup" ? ready : list);
  },
  Channel: class {},
}));

/** Starts a page that has just been loaded, or loaded again. */
async function started(type: "navigate" | "reload") {
  vi.resetModules();
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type } as PerformanceNavigationTiming]);
  window.__STRONGROOM_OPENING__ = JSON.stringify({ startup: ready, list, counts });
  const { client, start } = await import("../src/backend/start");
  const { painted } = await import("../src/backend/first-picture");
  const queries = await import("../src/backend/queries");
  start();
  return { client, painted, ...queries };
}

beforeEach(() => asked.splice(0));
afterEach(() => vi.restoreAllMocks());

it("shows what the program has read at its start without asking, and takes it away", async () => {
  const { client, startupQuery, listQuery, noFilter, countsQuery } = await started("navigate");
  expect(client.getQueryData(startupQuery.queryKey)).toEqual(ready);
  expect(client.getQueryData(listQuery("o", noFilter).queryKey)?.pages).toEqual([list]);
  expect(client.getQueryData(countsQuery("o").queryKey)).toEqual(counts);
  expect(asked).toEqual([]);
  expect(window.__STRONGROOM_OPENING__).toBeUndefined();
});

it("reads once again after the first picture, as nobody listened to changes before", async () => {
  const { painted, catchUp } = await started("navigate");
  const refresh = vi.fn();
  const caughtUp = catchUp(refresh);
  await Promise.resolve();
  expect(refresh).not.toHaveBeenCalled();
  painted();
  await caughtUp;
  expect(refresh).toHaveBeenCalledOnce();
  await catchUp(refresh);
  expect(refresh).toHaveBeenCalledOnce();
});

it("asks when it is loaded again: what was read at the start may be long out of date", async () => {
  const { client, listQuery, noFilter } = await started("reload");
  await vi.waitFor(() => expect(client.getQueryData(listQuery("o", noFilter).queryKey)).toBeDefined());
  expect(asked).toEqual(["startup", "credential_list"]);
  expect(window.__STRONGROOM_OPENING__).toBeUndefined();
});
