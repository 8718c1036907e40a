import { expect, it } from "vitest";
import { toggled, valuesOf, withValues } from "../src/screens/credentials/operators";

it("reads what is written", () => {
  const search = 'acme status:limited,rejected org:"Acme Voice" https://x 10:30 Provider:twilio';
  expect(valuesOf(search, "status")).toEqual(["limited", "rejected"]);
  expect(valuesOf(search, "org")).toEqual(["Acme Voice"]);
  expect(valuesOf(search, "provider")).toEqual(["twilio"]);
  expect(valuesOf(search, "used")).toEqual([]);
});

it("changes one operator and leaves the rest alone", () => {
  expect(toggled("acme", "status", "works")).toBe("acme status:works");
  expect(toggled("acme status:works x", "status", "limited")).toBe("acme x status:works,limited");
  expect(toggled("status:works acme", "status", "works")).toBe("acme");
  expect(withValues('"status:works" a', "status", [])).toBe('"status:works" a');
  expect(withValues("a org:b", "org", ["Acme Voice"])).toBe('a org:"Acme Voice"');
});
