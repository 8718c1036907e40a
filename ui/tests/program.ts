import type { CredentialView, PersonView, ProviderView, StartupView } from "../src/backend";

/** A vault that is ready, with one organisation. */
export const ready: StartupView = {
  stage: "ready",
  fault: null,
  home: "/home/test/strongroom",
  demonstration: false,
  custody: "keychain",
  person: {
    id: "p",
    name: "Test Person",
    role: "super_admin",
    admin_of: [],
    member_of: [],
    owner: true,
    here: true,
  },
  organisations: [
    { id: "o", name: "Acme Voice", credentials: 1, mode: "byok", ready: false, archived_at: null },
  ],
  organisation: "o",
  theme: "system",
  list: {
    columns: [],
    layout: "comfortable",
    sort: null,
    descending: false,
    search: "",
    type: null,
    saved: [],
  },
  recovery_kit_path: "/home/test/kit.txt",
  person_suggestion: "Test Person",
  recovery_kit_made_at: null,
};

/** Somebody at this computer who sees one organisation and changes nothing. */
export const memberOf = (organisation: string): PersonView => ({
  id: "m",
  name: "Mia Member",
  role: "member",
  admin_of: [],
  member_of: [organisation],
  owner: false,
  here: true,
});

/** A provider with a sealed, a plain and an optional sealed field. */
export const provider: ProviderView = {
  id: "anthropic",
  name: "Anthropic",
  types: ["llm"],
  category: "llm_provider",
  mark: "AN",
  lookup_key: "ANTHROPIC_API_KEY",
  name_example: "Anthropic production",
  shelf: "type",
  find: "Console → API keys.",
  find_url: null,
  notes: [],
  auth: [
    {
      id: "api-key",
      label: "API key",
      recommended: true,
      any_of: [],
      oauth: null,
      fields: [
        {
          id: "api_key",
          label: "API key",
          secret: true,
          required: true,
          obtained: false,
          kind: "text",
          default: null,
          choices: [],
          hint: null,
          help: null,
          env: [],
        },
        {
          id: "base_url",
          label: "Base URL",
          secret: false,
          required: false,
          obtained: false,
          kind: "url",
          default: null,
          choices: [],
          hint: null,
          help: null,
          env: [],
        },
      ],
    },
  ],
  check: { does: "Lists models.", cost: "free", proves: "The key is accepted.", uncheckable: null },
  own: false,
};

/** A credential of it that works. */
export const stored: CredentialView = {
  id: "c1",
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
    evidence: "The provider listed 14 models.",
    next_step: null,
    checked_at: "2026-11-21T11:58:00Z",
    duration_ms: 412,
    cost: "free",
    last_known: null,
  },
  fields: { base_url: "https://gateway.example" },
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
  revision: 3,
};

/** An organisation that brings its own keys. */
export const acme = {
  id: "acme",
  name: "Acme Voice",
  credentials: 3,
  mode: "byok",
  ready: false,
  archived_at: null,
} as const;

/** The start in that organisation. */
export const inAcme: StartupView = { ...ready, organisations: [acme], organisation: "acme" };
