import { describe, expect, it } from "vitest";
import type { CredentialView } from "../src/backend";
import { ago, daysAgo, number } from "../src/parts/time";
import { credentialStatus, maskedTail, rowStatus, verdictStatus } from "../src/parts/words";

const NOW = Date.parse("2026-11-21T12:00:00Z");

const credential = (over: Partial<CredentialView>): CredentialView => ({
  id: "1",
  name: "Anthropic production",
  key: "ANTHROPIC_API_KEY",
  category: "llm_provider",
  scope: "Acme Voice",
  organisation: "o",
  type: "llm",
  types: ["llm"],
  provider: "anthropic",
  provider_name: "Anthropic",
  mark: "AN",
  auth: "api-key",
  enabled: true,
  default: false,
  state: "checked",
  verdict: {
    kind: "works",
    evidence: "It answered.",
    next_step: null,
    checked_at: "2026-11-21T11:58:00Z",
    duration_ms: 412,
    cost: "free",
    last_known: null,
  },
  fields: {},
  secrets: { api_key: { tail: "a1b2", set_at: "2026-11-21T11:00:00Z" } },
  used_by: [],
  connection: null,
  expires_at: null,
  reminder_days: 30,
  replacement: null,
  created_at: "2026-11-21T11:00:00Z",
  created_by: "Test Person",
  updated_at: "2026-11-21T11:00:00Z",
  last_used_at: null,
  unreadable: false,
  revision: 1,
  ...over,
});

describe("a credential's status", () => {
  it("is its verdict when nothing of our own goes before it", () => {
    expect(credentialStatus(credential({}), NOW)).toEqual(verdictStatus("works"));
  });

  it("puts our own states before the verdict", () => {
    expect(credentialStatus(credential({ state: "disabled" }), NOW).word).toBe("Disabled");
    expect(credentialStatus(credential({ state: "expired" }), NOW).word).toBe("Expired");
    expect(credentialStatus(credential({ unreadable: true }), NOW).word).toBe("Unreadable");
  });

  it("says how old a good verdict is after seven days, and never turns it red", () => {
    const old = credential({});
    if (old.verdict) old.verdict.checked_at = "2026-11-12T12:00:00Z";
    const status = credentialStatus(old, NOW);
    expect(status.word).toBe("Worked 9 days ago");
    expect(status.tone).toBe("mute");
  });

  it("has a word and a shape of its own for each verdict", () => {
    const kinds = [
      "works",
      "limited",
      "no_credit",
      "suspended",
      "rejected",
      "misconfigured",
      "blocked",
      "unknown",
      "uncheckable",
    ] as const;
    expect(new Set(kinds.map((kind) => verdictStatus(kind).word)).size).toBe(kinds.length);
  });
});

describe("masked tails", () => {
  it("show four characters, or dots alone", () => {
    expect(maskedTail(credential({}))).toBe("••••a1b2");
    expect(maskedTail(credential({ secrets: { token: { tail: null, set_at: "" } } }))).toBe("••••");
  });
});

describe("ages", () => {
  it("are said as people say them", () => {
    expect(ago("2026-11-21T11:59:40Z", NOW)).toBe("just now");
    expect(ago("2026-11-21T11:58:00Z", NOW)).toBe("2 minutes ago");
    expect(ago("2026-12-01T12:00:00Z", NOW)).toBe("in 10 days");
    expect(ago("2026-11-21T12:00:20Z", NOW)).toBe("just now");
    expect(ago("2026-11-21T11:59:00Z", NOW)).toBe("1 minute ago");
    expect(ago("2026-11-20T11:00:00Z", NOW)).toBe("25 hours ago");
    expect(ago("2026-11-21T13:00:00Z", NOW)).toBe("in 1 hour");
    expect(ago("2020-01-01T12:00:00Z", NOW)).toBe("2,516 days ago");
    expect(daysAgo("2026-11-20T11:00:00Z", NOW)).toBe("1 day ago");
  });
  it.each([0, 999, 1000, 54_321, 100_000, 1_234_567])("counts %d as the country does", (count) => {
    expect(number(count)).toBe(new Intl.NumberFormat("en-GB").format(count));
  });
});

describe("a row after a check that showed nothing", () => {
  const after = (last_known: { kind: "works" | "rejected"; checked_at: string } | null) => {
    const { verdict } = credential({});
    if (!verdict) throw new Error("it has one");
    return credential({ verdict: { ...verdict, kind: "unknown", last_known } });
  };

  it("keeps the last known verdict with its age, marked as not checked now", () => {
    const known = { kind: "works", checked_at: "2026-11-19T11:00:00Z" } as const;
    expect(rowStatus(after(known), NOW)).toEqual({
      ...verdictStatus("works"),
      word: "Works · 2 d ago",
      doubt: "Could not be checked now",
    });
    expect(credentialStatus(after(known), NOW).word).toBe("Could not check");
    expect(rowStatus(after({ ...known, checked_at: "2026-11-01T11:00:00Z" }), NOW)).toMatchObject({
      word: "Worked 20 days ago",
      tone: "mute",
      doubt: "Could not be checked now",
    });
  });

  it("says that it could not be checked where nothing is known, and our own state before both", () => {
    expect(rowStatus(after(null), NOW)).toEqual(verdictStatus("unknown"));
    const off = {
      ...after({ kind: "rejected", checked_at: "2026-11-19T11:00:00Z" }),
      state: "disabled" as const,
    };
    expect(rowStatus(off, NOW).word).toBe("Disabled");
  });
});
