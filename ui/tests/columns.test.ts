import { expect, it } from "vitest";
import { shownAt } from "../src/screens/credentials/columns";

const of = (...args: Parameters<typeof shownAt>) => shownAt(...args).split(" ");

it("shows every usual column in a new window, and drops the lesser ones where it is narrow", () => {
  const usual = ["name", "status", "provider", "key", "tail", "checked", "used_by", "on"];
  expect(of(1280 - 232, [], false)).toEqual(usual);
  expect(of(700, [], false)).toEqual(["name", "status", "provider", "tail", "on"]);
  expect(of(300, [], false)).toEqual(["name", "status"]);
});

it("says whose each is where the list is of all organisations", () => {
  expect(of(1048, [], true)).toContain("organisation");
  expect(of(1048, [], false)).not.toContain("organisation");
  expect(of(1048, [{ id: "organisation", shown: false, width: null }], true)).not.toContain("organisation");
});

it("shows what was chosen in the place of what matters less, whatever the width", () => {
  const chosen = [{ id: "used" as const, shown: true, width: null }];
  expect(of(1048, chosen, false)).toEqual(["name", "status", "provider", "key", "tail", "used", "on"]);
  expect(of(200, chosen, false)).toEqual(["name", "status", "used"]);
  expect(of(1048, [{ id: "status", shown: false, width: null }], false)).not.toContain("status");
});
