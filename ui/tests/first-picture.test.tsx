import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CellContent } from "../src/screens/credentials/CellContent";
import { FirstRows } from "../src/screens/credentials/FirstRows";
import { ready, stored } from "./program";

beforeEach(() => vi.resetModules());
afterEach(cleanup);

it("is there before what it can do without is read, and then that is read once", async () => {
  const { lateModule, painted } = await import("../src/backend/first-picture");
  const load = vi.fn(() => Promise.resolve({ word: "there" }));
  const useWord = lateModule(load);
  const Word = () => <p>{useWord()?.word ?? "not yet"}</p>;
  render(<Word />);
  await Promise.resolve();
  expect(screen.getByText("not yet")).toBeTruthy();
  expect(load).not.toHaveBeenCalled();
  painted();
  expect(await screen.findByText("there")).toBeTruthy();
  cleanup();
  render(<Word />);
  expect(screen.getByText("there")).toBeTruthy();
  expect(load).toHaveBeenCalledOnce();
});

it("shows the rows and offers nothing in them that does not work yet", () => {
  const { container } = render(
    <FirstRows rows={[stored]} settings={ready.list} now={0} mayChange={() => true} />,
  );
  expect(screen.getByText(stored.name)).toBeTruthy();
  expect(container.firstElementChild?.hasAttribute("inert")).toBe(true);
  expect(screen.queryByRole("switch")).toBeNull();
});

it("leaves a press on a switch to the switch alone", () => {
  const [pressed, toggled] = [vi.fn(), vi.fn()];
  render(
    <div onPointerDown={pressed} onClick={pressed} onKeyDown={pressed}>
      <CellContent column="on" credential={stored} now={0} method={null} onToggle={toggled} />
    </div>,
  );
  screen.getByRole("switch").click();
  expect(toggled).toHaveBeenCalledWith(!stored.enabled);
  expect(pressed).not.toHaveBeenCalled();
});
