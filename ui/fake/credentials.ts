import type { CredentialState, CredentialView, VerdictKind, VerdictView } from "../src/backend/bindings";
import { providers } from "./providers";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A moment that many milliseconds ago. */
export const past = (ms: number): string => new Date(Date.now() - ms).toISOString();

const words: Record<VerdictKind, [string, string | null]> = {
  works: ["The provider listed 14 models.", null],
  limited: ["The key is accepted, but it lacks user_read.", "Allow user_read at the provider."],
  no_credit: ["The key is accepted; the balance is used up.", "Top up the account."],
  suspended: ["The credential is right; the account is suspended.", "Ask the provider's support."],
  rejected: [
    "The provider says that the key is wrong or was revoked (401 invalid_api_key).",
    "Make a new key at the provider and put it in with Edit.",
  ],
  misconfigured: ["The deployment does not exist (404).", "Compare the deployment's name with the portal."],
  blocked: ["The address is not on the provider's list (403).", "Add this computer's address."],
  unknown: ["No answer within 10 seconds.", "Check the network, then check again."],
  uncheckable: ["Any call would post a message.", null],
};

/** What a check showed. */
export function verdict(kind: VerdictKind, age = 2 * MINUTE): VerdictView {
  const [evidence, next] = words[kind];
  const old = kind === "unknown" || kind === "blocked";
  return {
    kind,
    evidence,
    next_step: next,
    checked_at: past(age),
    duration_ms: 412,
    cost: "free",
    last_known: old ? { kind: "works", checked_at: past(3 * DAY) } : null,
  };
}

/** A credential with what is not said filled in. */
export function credential(
  name: string,
  of: string,
  tail: string | null,
  shown: VerdictKind | CredentialState,
  more: Partial<CredentialView> = {},
): CredentialView {
  const provider = providers.find((p) => p.name === of) ?? providers[0]!;
  const auth = provider.auth[0]!;
  const own = ["not_checked", "disabled", "dormant", "expired"].includes(shown);
  const sealed = auth.fields.filter((f) => f.secret && f.required);
  return {
    id: `id-${name}`,
    name,
    key: provider.lookup_key,
    category: provider.category,
    scope: "Acme Voice",
    organisation: "acme",
    type: provider.types[0]!,
    types: provider.types,
    provider: provider.id,
    provider_name: provider.name,
    mark: provider.mark,
    auth: auth.id,
    enabled: shown !== "disabled",
    default: false,
    state: own ? (shown as CredentialState) : "checked",
    verdict: own ? null : verdict(shown as VerdictKind),
    fields: {},
    secrets: Object.fromEntries(sealed.map((f) => [f.id, { tail, set_at: past(41 * DAY) }])),
    used_by: [],
    connection: null,
    expires_at: null,
    reminder_days: 30,
    replacement: null,
    created_at: "2026-03-12T10:04:00Z",
    created_by: "Priya Nair",
    updated_at: past(12 * DAY),
    last_used_at: past(6 * MINUTE),
    unreadable: false,
    revision: 1,
    ...more,
  };
}

/** Every status once, and names that tempt a careless page. */
export const inventory = (): CredentialView[] => [
  credential("Azure GPT-4o (India)", "Azure OpenAI", "9f3c", "works", {
    default: true,
    fields: { endpoint: "https://acme-in.openai.azure.com", deployment: "gpt-4o-india", api_version: "2024-10-21" },
    used_by: [
      { kind: "agent", name: "Support line", as: "Language model", by_rule: false, consumer: null },
      { kind: "agent", name: "Collections", as: "Language model", by_rule: false, consumer: null },
      { kind: "skill", name: "Call summary", as: "AZURE_OPENAI_API_KEY", by_rule: false, consumer: null },
    ],
  }),
  credential("Anthropic production", "Anthropic", "Qx7A", "works"),
  credential("Groq fallback", "Groq", "m2Lp", "unknown"),
  credential("Gemini evaluation", "Google Gemini", "tT0k", "rejected"),
  credential("Deepgram Nova-3", "Deepgram", "51be", "works", { default: true }),
  credential("ElevenLabs narration", "ElevenLabs", "77aa", "limited", { default: true }),
  credential("Cartesia Sonic", "Cartesia", "e9Zk", "not_checked"),
  credential("Twilio US1 main", "Twilio", "0a4B", "works", { default: true }),
  credential("Exotel acme1", "Exotel", "88d2", "suspended"),
  credential("HubSpot CRM", "HubSpot", "2c4e", "works", { verdict: verdict("works", 9.2 * DAY) }),
  credential("Google Calendar", "Google Calendar", null, "expired", { expires_at: past(3 * DAY) }),
  credential("Zendesk (old)", "Zendesk", "b71f", "disabled"),
  credential("Stripe live", "Stripe", "Pz3q", "no_credit", { default: true }),
  credential("Ops alerts channel", "Slack webhook", "kT4d", "uncheckable"),
  credential("Sarvam Bulbul", "Sarvam AI", "9aa0", "works", { unreadable: true }),
  credential("Gateway model", "OpenAI", "00aa", "misconfigured"),
  credential(`A name that goes on and on ${"and on ".repeat(40)}`, "OpenAI", "1234", "blocked", { default: true }),
  credential("\u202Eمفتاح الإنتاج evil (Twilio)", "Twilio", "5678", "works"),
  credential("<img src=x onerror=alert(1)>", "Stripe", "90ab", "works"),
];
