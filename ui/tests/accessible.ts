import axe, { type ElementContext } from "axe-core";
import { expect } from "vitest";

/** All but the nodes through which React Aria says things to screen readers: they live for a moment. */
const whatPeopleMeet: ElementContext = { include: [["body"]], exclude: [["[data-live-announcer]"]] };

/** Expects no finding of axe, but for colours and landmarks, which are looked at in the real window. */
export async function accessible(off: string[] = [], met: ElementContext = whatPeopleMeet): Promise<void> {
  const rules = Object.fromEntries(
    ["color-contrast", "region", ...off].map((id) => [id, { enabled: false }]),
  );
  const found = await axe.run(met, { rules });
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`)).toEqual([]);
}
