import type { Category, CredentialView, ProviderType, Role, VerdictKind, VerdictView } from "../backend";
import { i18n } from "../i18n";
import type { IconName } from "./icons";
import { ageInDays, agoShort, daysAgo } from "./time";

/** Types of AI services, in the order of their row. */
export const aiTypes: ProviderType[] = ["llm", "embeddings", "stt", "tts"];
/** Types of function integrations, in the order of their row. */
export const integrationTypes: ProviderType[] = [
  "sms",
  "crm",
  "calendar",
  "ticketing",
  "payment",
  "identity",
  "webhook",
  "email",
  "general",
];

/** A provider type in full. */
export function typeName(type: ProviderType): string {
  switch (type) {
    case "llm":
      return i18n._("LLM");
    case "embeddings":
      return i18n._("Embeddings");
    case "stt":
      return i18n._("Speech to text");
    case "tts":
      return i18n._("Text to speech");
    case "sms":
      return i18n._("SMS");
    case "crm":
      return i18n._("CRM");
    case "calendar":
      return i18n._("Calendar");
    case "ticketing":
      return i18n._("Ticketing");
    case "payment":
      return i18n._("Payment");
    case "identity":
      return i18n._("Identity");
    case "webhook":
      return i18n._("Webhooks");
    case "email":
      return i18n._("Email");
    case "general":
      return i18n._("General");
  }
}

/** A provider type where there is little room. */
export function typeShort(type: ProviderType): string {
  if (type === "stt") return i18n._("STT");
  if (type === "tts") return i18n._("TTS");
  return typeName(type);
}

/** A category of the inventory. */
export function categoryName(category: Category): string {
  switch (category) {
    case "llm_provider":
      return i18n._("LLM provider");
    case "mcp_service":
      return i18n._("MCP service");
    case "runtime":
      return i18n._("Runtime");
    case "communication":
      return i18n._("Communication");
    case "custom":
      return i18n._("Custom");
  }
}

/** Every category, in the order of the form. */
export const categories: Category[] = ["llm_provider", "mcp_service", "runtime", "communication", "custom"];

/** What a person may do, as a word. */
export function roleName(role: Role): string {
  switch (role) {
    case "super_admin":
      return i18n._("Super admin");
    case "org_admin":
      return i18n._("Org admin");
    case "member":
      return i18n._("Member");
    case "nobody":
      return i18n._("No role");
  }
}

/** Colour family of a status; each goes with its own shape. */
export type Tone = "ok" | "warn" | "bad" | "info" | "mute";

/** A status as word, shape and colour. */
export type Status = {
  word: string;
  tone: Tone;
  icon: IconName;
  /** Why it may not be so any more. */
  doubt?: string;
};

/** A verdict as word, shape and colour. */
export function verdictStatus(kind: VerdictKind): Status {
  switch (kind) {
    case "works":
      return { word: i18n._("Works"), tone: "ok", icon: "check" };
    case "limited":
      return { word: i18n._("Works, limited"), tone: "warn", icon: "alert" };
    case "no_credit":
      return { word: i18n._("No credit"), tone: "warn", icon: "alert" };
    case "suspended":
      return { word: i18n._("Account suspended"), tone: "bad", icon: "x" };
    case "rejected":
      return { word: i18n._("Key rejected"), tone: "bad", icon: "x" };
    case "misconfigured":
      return { word: i18n._("Check settings"), tone: "warn", icon: "alert" };
    case "blocked":
      return { word: i18n._("Blocked"), tone: "warn", icon: "alert" };
    case "unknown":
      return { word: i18n._("Could not check"), tone: "info", icon: "clock" };
    case "uncheckable":
      return { word: i18n._("Cannot be checked"), tone: "mute", icon: "minus" };
  }
}

/** Days after which a good verdict is shown with its age. */
const STALE_DAYS = 7;

/** The status of a credential: our own states first, then the last verdict. */
export function credentialStatus(
  credential: Pick<CredentialView, "unreadable" | "state"> & {
    verdict: Pick<VerdictView, "kind" | "checked_at"> | null;
  },
  now: number,
): Status {
  if (credential.unreadable) return { word: i18n._("Unreadable"), tone: "bad", icon: "lock" };
  switch (credential.state) {
    case "disabled":
      return { word: i18n._("Disabled"), tone: "mute", icon: "minus" };
    case "dormant":
      return { word: i18n._("Dormant"), tone: "mute", icon: "minus" };
    case "expired":
      return { word: i18n._("Expired"), tone: "bad", icon: "clock" };
    case "unconnected":
      return { word: i18n._("Connect to finish"), tone: "warn", icon: "alert" };
    case "not_checked":
      return { word: i18n._("Not checked"), tone: "info", icon: "clock" };
    case "checked": {
      const verdict = credential.verdict;
      if (!verdict) return { word: i18n._("Not checked"), tone: "info", icon: "clock" };
      if (verdict.kind === "works" && ageInDays(verdict.checked_at, now) > STALE_DAYS) {
        return {
          word: i18n._("Worked {ago}", { ago: daysAgo(verdict.checked_at, now) }),
          tone: "mute",
          icon: "check",
        };
      }
      return verdictStatus(verdict.kind);
    }
  }
}

/** The status of a credential in a list: a check that showed nothing does not hide what is known, which gets older. */
export function rowStatus(
  credential: Pick<CredentialView, "unreadable" | "state" | "verdict">,
  now: number,
): Status {
  const { verdict, state, unreadable } = credential;
  const known = verdict?.kind === "unknown" ? verdict.last_known : null;
  if (!known || unreadable || state !== "checked") return credentialStatus(credential, now);
  const doubt = i18n._("Could not be checked now");
  const status = credentialStatus({ ...credential, verdict: known }, now);
  // What is old says its age by itself.
  if (status.word !== verdictStatus(known.kind).word) return { ...status, doubt };
  const ago = agoShort(known.checked_at, now);
  return { ...status, word: i18n._("{word} · {ago}", { word: status.word, ago }), doubt };
}

/** Statuses that the list can be narrowed to: the usual ones as chips, the others in a menu. */
export function statusFilters(): {
  usual: { id: string; word: string }[];
  other: { id: string; word: string }[];
} {
  const verdict = (kind: VerdictKind) => ({ id: kind, word: verdictStatus(kind).word });
  return {
    usual: [
      verdict("works"),
      verdict("limited"),
      verdict("rejected"),
      verdict("misconfigured"),
      verdict("unknown"),
      { id: "not_checked", word: i18n._("Not checked") },
      { id: "disabled", word: i18n._("Disabled") },
    ],
    other: [
      verdict("no_credit"),
      verdict("suspended"),
      verdict("blocked"),
      verdict("uncheckable"),
      { id: "dormant", word: i18n._("Dormant") },
      { id: "expired", word: i18n._("Expired") },
      { id: "unconnected", word: i18n._("Connect to finish") },
      { id: "unreadable", word: i18n._("Unreadable") },
    ],
  };
}

/** The entries of a map from the program. */
export function entries<T>(map: Readonly<Record<string, T | undefined>>): [string, T][] {
  return Object.entries(map).filter((entry): entry is [string, T] => entry[1] !== undefined);
}

/** The masked tail of the first sealed field that has one. */
export function maskedTail(credential: CredentialView): string {
  const sealed = entries(credential.secrets).map(([, secret]) => secret);
  const tail = sealed.find((s) => s.tail !== null)?.tail;
  if (tail) return `••••${tail}`;
  return sealed.length > 0 ? "••••" : "–";
}
