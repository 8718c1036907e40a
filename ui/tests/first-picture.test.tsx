import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CellContent } from "../src/screens/credentials/CellContent";
import { stored } from "./program";

beforeEach(() => vi.resetModules());
afterEach(cleanup);

it("is there before what it can do without is read, and then that is read once", async () => {
  const { later, painted } = await import("../src/backend/first-picture");
  const load = vi.fn(() => Promise.resolve({ default: () => <p>there</p> }));
  const Word = later(load);
  await Promise.resolve();
  expect(load).not.toHaveBeenCalled();
  painted();
  await vi.waitFor(() => expect(load).toHaveBeenCalledOnce());
  render(<Word />);
  expect(await screen.findByText("there")).toBeTruthy();
  expect(load).toHaveBeenCalledOnce();
});

it("leaves a press on a switch to the switch alone", () => {
  const [pressed, toggled] = [vi.fn(), vi.fn()];
  render(
    <div onPointerDown={pressed} onClick={pressed} onKeyDown={pressed}>
      <CellContent column="on" credential={stored} now={0} onToggle={toggled} />
    </div>,
  );
  screen.getByRole("switch").click();
  expect(toggled).toHaveBeenCalledWith(!stored.enabled);
  expect(pressed).not.toHaveBeenCalled();
});
