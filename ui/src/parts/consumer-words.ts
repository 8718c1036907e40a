/** Words for consumers, what they use, and whose keys these are. */
import type {
  Candidate,
  ConsumerKind,
  CredentialView,
  OnboardingMode,
  ProviderType,
  ResolutionView,
  UsedByView,
  UseView,
  WhyNot,
} from "../backend";
import { i18n } from "../i18n";
import type { IconName } from "./icons";
import { aiTypes, credentialStatus, integrationTypes, typeName, type Status } from "./words";

/** Every kind of consumer, in the order of the list's filter. */
export const consumerKinds: ConsumerKind[] = [
  "agent",
  "llm_configuration",
  "skill",
  "tool_definition",
  "runtime",
  "alert_sink",
  "survey_phone_provider",
  "crm_integration",
];

/** Whether a text of the program names a kind of consumer. */
export const isConsumerKind = (kind: string): kind is ConsumerKind =>
  consumerKinds.some((one) => one === kind);

/** The consumers of a credential, each once; programs that were handed it are none. */
export function consumersOf({ used_by: uses }: CredentialView): UsedByView[] {
  const found = new Map<string, UsedByView>();
  for (const use of uses) if (isConsumerKind(use.kind)) found.set(`${use.kind} ${use.name}`, use);
  return [...found.values()];
}

/** A kind of consumer. */
export function kindName(kind: ConsumerKind): string {
  switch (kind) {
    case "agent":
      return i18n._("Agent");
    case "llm_configuration":
      return i18n._("LLM configuration");
    case "skill":
      return i18n._("Skill");
    case "tool_definition":
      return i18n._("Tool definition");
    case "runtime":
      return i18n._("Runtime");
    case "alert_sink":
      return i18n._("Alert sink");
    case "survey_phone_provider":
      return i18n._("Survey phone provider");
    case "crm_integration":
      return i18n._("CRM integration");
  }
}

/** What a kind is, in a few words for whoever chooses one. */
export function kindAbout(kind: ConsumerKind): string {
  switch (kind) {
    case "agent":
      return i18n._("Language model, voice and audio, functions");
    case "llm_configuration":
      return i18n._("A language model as others refer to it");
    case "skill":
      return i18n._("What an agent can do, with the keys for it");
    case "tool_definition":
      return i18n._("A tool that calls a service");
    case "runtime":
      return i18n._("Where programs run, with all that they are handed");
    case "alert_sink":
      return i18n._("Where alerts go");
    case "survey_phone_provider":
      return i18n._("Who carries the calls of surveys");
    case "crm_integration":
      return i18n._("The connection with a system for customer relations");
  }
}

/** The drawn icon of a kind. */
export const kindIcon = (kind: string): IconName => (kind === "agent" ? "agent" : "list");

const everyType: ProviderType[] = [...aiTypes, ...integrationTypes];

/** The type of a place; null where every type fits. */
export const slotType = (slot: string): ProviderType | null =>
  everyType.find((type) => type === slot) ?? null;

/** A place that credentials take in a consumer. */
export function slotName(slot: string): string {
  const type = slotType(slot);
  if (type === "llm") return i18n._("Language model");
  return type === null ? i18n._("Credentials") : typeName(type);
}

/** What that means for a consumer. */
export const modeSentence = (mode: OnboardingMode, organisation: string): string =>
  mode === "byok"
    ? i18n._("Bring-your-own mode: for AI services only the own keys of {organisation} are used.", {
        organisation,
      })
    : i18n._(
        "Bundled mode: AI services use the system-wide keys; those of {organisation} itself are dormant.",
        { organisation },
      );

/** Why a credential is not used, as word, shape and colour. */
export function whyNotStatus(why: WhyNot): Status {
  switch (why) {
    case "disabled":
      return { word: i18n._("Disabled"), tone: "mute", icon: "minus" };
    case "dormant":
      return { word: i18n._("Dormant"), tone: "mute", icon: "minus" };
    case "not_own":
      return { word: i18n._("Not its own"), tone: "mute", icon: "minus" };
    case "expired":
      return { word: i18n._("Expired"), tone: "bad", icon: "clock" };
    case "rejected":
      return { word: i18n._("Key rejected"), tone: "bad", icon: "x" };
    case "stopped":
      return { word: i18n._("Stopped"), tone: "bad", icon: "alert" };
    case "unreadable":
      return { word: i18n._("Unreadable"), tone: "bad", icon: "lock" };
    case "unconnected":
      return { word: i18n._("Connect to finish"), tone: "warn", icon: "alert" };
    case "archived":
      return { word: i18n._("Archived"), tone: "mute", icon: "minus" };
    case "not_chosen":
      return { word: i18n._("Not chosen"), tone: "mute", icon: "minus" };
  }
}

/** Whether a credential could be used if it were assigned. */
export const canBeUsed = (candidate: Candidate): boolean =>
  candidate.why_not === null || candidate.why_not === "not_chosen";

/** The status of a credential that is looked at for a consumer. */
export function candidateStatus(candidate: Candidate, now: number): Status {
  const { why_not: why } = candidate;
  if (why !== null && why !== "not_chosen") return whyNotStatus(why);
  return credentialStatus({ ...candidate, unreadable: false }, now);
}

/** The status of what is used, or that nothing is. */
export function resolutionStatus(resolution: ResolutionView, now: number): Status {
  const used = resolution.candidates.find((one) => one.id === resolution.credential);
  if (resolution.credential === null || !used) {
    return { word: i18n._("Nothing to use"), tone: "bad", icon: "x" };
  }
  return candidateStatus(used, now);
}

/** Why a credential is used or not, as a sentence of its own. */
export function whySentence({ used, why_not, why }: Candidate): string {
  if (used) return i18n._("It is {why}.", { why });
  if (why_not === "not_chosen") return i18n._("Could be used; {why}.", { why });
  return i18n._("It {why}.", { why });
}

/** Why none of a provider's credentials can be used. */
export function unusableLine(resolution: ResolutionView): string {
  const all = resolution.candidates.filter((one) => !canBeUsed(one));
  if (all.length === 0) return resolution.reason ?? i18n._("It cannot be used.");
  const said = all.map((one) => i18n._("“{name}” {why}", { name: one.name, why: one.why }));
  return i18n._("{all}.", { all: said.join("; ") });
}

/** Which credential it comes to, and by which rule. */
export function resolutionLine(resolution: ResolutionView): string {
  const { name, rule, reason } = resolution;
  if (name === null) return reason ?? i18n._("Nothing is used.");
  switch (rule) {
    case "assigned":
      return i18n._("{name}, assigned", { name });
    case "default":
      return i18n._("{name}, the default", { name });
    case "only":
      return i18n._("{name}, the only one", { name });
    case null:
      return name;
  }
}

/** What a consumer uses, in short. */
export const usageShort = (use: UseView): string => {
  const used = use.resolution.name ?? use.credential_name ?? use.provider_name;
  return use.model === null ? used : `${used} · ${use.model}`;
};
