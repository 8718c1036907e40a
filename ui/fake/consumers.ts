import type {
  ConsumerKind,
  ConsumerKindView,
  ConsumerOptionsView,
  ConsumerView,
  CredentialView,
  LaunchView,
  OnboardingMode,
  OnboardingView,
  ProviderOptionView,
  ProviderType,
  ResolutionView,
  UseRequest,
  UseView,
  WhyNot,
} from "../src/backend/bindings";
import { past } from "./credentials";

type Candidate = ResolutionView["candidates"][number];

const place = (id: string, several: boolean) => ({ id, type: id as ProviderType, several });
const one = (id: ProviderType) => place(id, false);
const any = { id: "any", type: null, several: true };

/** The kinds of consumers with their places. */
export const kinds: ConsumerKindView[] = [
  {
    kind: "agent",
    slots: [
      ...["llm", "stt", "tts"].map((id) => place(id, false)),
      ...["sms", "crm", "calendar", "ticketing", "payment", "identity"].map((id) => place(id, true)),
    ],
  },
  { kind: "llm_configuration", slots: [one("llm")] },
  { kind: "skill", slots: [any] },
  { kind: "tool_definition", slots: [any] },
  { kind: "runtime", slots: [any] },
  { kind: "alert_sink", slots: [{ id: "webhook", type: "webhook", several: true }] },
  { kind: "survey_phone_provider", slots: [one("sms")] },
  { kind: "crm_integration", slots: [one("crm")] },
];

/** What is shown of launch. */
export const stopped: LaunchView = {
  stopped: { at: past(20 * 60_000), by: "Priya Nair", reason: "The dialler calls numbers from the blocked list." },
  running: [
    {
      process: 48_213,
      program: "outbound-worker",
      consumer: "Support line",
      person: "Priya Nair",
      since: past(3 * 3_600_000),
      credentials: ["Twilio US1 main"],
    },
  ],
  may_change: true,
};

function whyNot(row: CredentialView, mode: OnboardingMode, halted: boolean): WhyNot | null {
  const ai = row.types.some((type) => ["llm", "embeddings", "stt", "tts"].includes(type));
  if (row.unreadable) return "unreadable";
  if (!row.enabled) return "disabled";
  if (row.state === "expired") return "expired";
  if (row.verdict?.kind === "rejected") return "rejected";
  if (ai && mode === "bundled" && row.organisation !== null) return "dormant";
  if (halted && row.types.includes("sms")) return "stopped";
  return null;
}

const because: Record<WhyNot, string> = {
  disabled: "is disabled",
  dormant: "is dormant, because Acme Voice uses bundled keys",
  not_own: "is system-wide, and the organisation brings its own keys",
  expired: "has expired on 2026-11-18",
  rejected: "was rejected by its provider on 2026-11-20",
  stopped: "is for telephony, which Priya Nair stopped on 2026-11-21: wrong list",
  unreadable: "cannot be opened",
  unconnected: "is not connected yet",
  archived: "is not used, because the organisation is archived",
  not_chosen: "not used: another one is the default",
};

/** The rule, near enough for pictures. */
function resolve(
  rows: CredentialView[],
  provider: string,
  assigned: string | null,
  mode: OnboardingMode,
  halted: boolean,
): ResolutionView {
  const all = rows.filter((row) => row.provider === provider);
  const usable = all.filter((row) => whyNot(row, mode, halted) === null);
  const chosen =
    usable.find((row) => row.id === assigned) ??
    usable.find((row) => row.default) ??
    (usable.length === 1 ? usable[0] : undefined);
  const rule = !chosen ? null : chosen.id === assigned ? "assigned" : chosen.default ? "default" : "only";
  const candidates = all.map((row): Candidate => {
    const used = row.id === chosen?.id;
    const why = used ? null : (whyNot(row, mode, halted) ?? "not_chosen");
    const sealed = Object.values(row.secrets)[0];
    return {
      id: row.id,
      name: row.name,
      scope: row.scope,
      key: row.key,
      tail: sealed?.tail ?? null,
      default: row.default,
      state: row.state,
      verdict: row.verdict,
      used,
      why_not: why,
      why: why === null ? (rule === "assigned" ? "assigned" : rule === "default" ? "the default" : "the only one") : because[why],
    };
  });
  const first = candidates.find((candidate) => candidate.why_not !== "not_chosen");
  return {
    credential: chosen?.id ?? null,
    name: chosen?.name ?? null,
    rule,
    reason: chosen
      ? null
      : usable.length > 1
        ? "Several could be meant, and none of them is the default."
        : `Nothing to use for ${provider}, because “${first?.name ?? ""}” ${first?.why ?? ""}.`,
    hint: chosen ? null : "Assign one here, or make one the default.",
    instead: assigned !== null && chosen && chosen.id !== assigned ? "The assigned one cannot be used." : null,
    candidates: candidates.sort((a, b) => Number(b.used) - Number(a.used)),
  };
}

/** Consumers over an inventory. */
export class Consumers {
  mode: OnboardingMode = "byok";
  launch: LaunchView = { stopped: null, running: stopped.running, may_change: true };
  completed: OnboardingView["completed"] = null;
  private consumers: ConsumerView[] = [];
  constructor(private readonly rows: () => CredentialView[]) {
    this.add("agent", "Support line", "Answers calls about orders", [
      { slot: "llm", provider: "azure-openai", credential: "id-Azure GPT-4o (India)", model: "gpt-4o-india" },
      { slot: "stt", provider: "deepgram" },
      { slot: "tts", provider: "cartesia" },
      { slot: "sms", provider: "twilio", credential: "id-Twilio US1 main" },
      { slot: "crm", provider: "hubspot" },
    ]);
    this.add("agent", "Collections", "", [{ slot: "llm", provider: "google-gemini" }]);
    this.add("skill", "Call summary", "Writes what was said", [{ slot: "any", provider: "azure-openai" }]);
    this.add("runtime", `A runtime with a name that goes on and on ${"and on ".repeat(20)}`, "", []);
    this.add("crm_integration", "HubSpot sync", "", [{ slot: "crm", provider: "hubspot" }]);
  }

  add(kind: ConsumerKind, name: string, note: string, uses: UseRequest[]): ConsumerView {
    const made: ConsumerView = {
      id: `consumer-${name}`,
      kind,
      name,
      note,
      organisation: "acme",
      scope: "Acme Voice",
      uses: uses.map((use) => this.use(use)),
      command: `strongroom run --for ${name.toLowerCase().replaceAll(" ", "-")} -- ./program`,
      variables: [],
      created_at: "2026-03-12T10:04:00Z",
      created_by: "Priya Nair",
      updated_at: past(86_400_000),
      last_used_at: kind === "agent" ? past(360_000) : null,
      revision: 1,
    };
    this.consumers.push(made);
    return made;
  }

  private use({ slot, provider, credential = null, model = null }: UseRequest): UseView {
    const row = this.rows().find((one) => one.provider === provider);
    return {
      slot,
      provider,
      provider_name: row?.provider_name ?? provider,
      mark: row?.mark ?? "??",
      credential: credential ?? null,
      credential_name: this.rows().find((one) => one.id === credential)?.name ?? null,
      model: model ?? null,
      resolution: this.resolve(provider, credential ?? null),
    };
  }

  resolve(provider: string, credential: string | null): ResolutionView {
    return resolve(this.rows(), provider, credential, this.mode, this.launch.stopped !== null);
  }

  /** Each as it stands now. */
  all(): ConsumerView[] {
    return this.consumers.map((consumer) => {
      const uses = consumer.uses.map((use) => this.use(use));
      const keys = uses.flatMap((use) => use.resolution.candidates.filter((one) => one.used).map((one) => one.key));
      return { ...consumer, uses, variables: keys };
    });
  }

  change(id: string, changed: { name?: string | null; note?: string | null; uses?: UseRequest[] | null }) {
    this.consumers = this.consumers.map((one) =>
      one.id === id
        ? {
            ...one,
            name: changed.name ?? one.name,
            note: changed.note ?? one.note,
            uses: changed.uses?.map((use) => this.use(use)) ?? one.uses,
            revision: one.revision + 1,
          }
        : one,
    );
    return this.all().find((one) => one.id === id);
  }

  remove(id: string) {
    const gone = this.all().find((one) => one.id === id);
    this.consumers = this.consumers.filter((one) => one.id !== id);
    return gone;
  }

  options(slot: string): ConsumerOptionsView {
    const fitting = this.rows().filter((row) => slot === "any" || row.types.includes(slot as ProviderType));
    const ids = [...new Set(fitting.map((row) => row.provider))];
    const options = ids.map((provider): ProviderOptionView => {
      const mine = fitting.filter((row) => row.provider === provider);
      const models = mine.flatMap((row) =>
        row.fields.deployment && row.enabled
          ? [{ model: row.fields.deployment, credential: row.id, name: row.name }]
          : [],
      );
      return {
        provider,
        provider_name: mine[0]?.provider_name ?? "",
        mark: mine[0]?.mark ?? "",
        models,
        by_rule: this.resolve(provider, null),
      };
    });
    const usable = ({ by_rule }: ProviderOptionView) =>
      by_rule.candidates.some((one) => one.why_not === null || one.why_not === "not_chosen");
    const providers = options.filter(usable);
    return {
      providers,
      unusable: options.filter((option) => !usable(option)),
      empty:
        providers.length > 0
          ? null
          : options.length > 0
            ? {
                reason: "None of the credentials can be used.",
                fix: "look_at_credentials",
                hint: "Enable, replace or check one.",
              }
            : {
                reason: "Acme Voice has no credential of this type.",
                fix: "add_credential",
                hint: "Add one; it can be chosen here at once.",
              },
    };
  }

  onboarding(): OnboardingView {
    const alternative = (provider: string, name: string, mark: string) => {
      const resolution = this.resolve(provider, null);
      const used = resolution.candidates.find((one) => one.used);
      const validated = used?.verdict?.kind === "works" || used?.verdict?.kind === "limited";
      const first = resolution.candidates[0];
      return {
        provider,
        provider_name: name,
        mark,
        satisfied_by: validated ? (used?.name ?? null) : null,
        credential: first?.id ?? null,
        why: validated
          ? null
          : used
            ? `${used.name} was not checked.`
            : (first ? `“${first.name}” ${first.why}.` : `There is no ${name} credential.`),
      };
    };
    const requirement = (label: string, any_of: ReturnType<typeof alternative>[]) => ({
      label,
      satisfied: any_of.some((each) => each.satisfied_by !== null),
      any_of,
    });
    const requirements = [
      requirement("Language model", [alternative("anthropic", "Anthropic", "AN")]),
      requirement("Text to speech", [alternative("cartesia", "Cartesia", "CA")]),
      requirement("Speech to text", [alternative("deepgram", "Deepgram", "DG")]),
      requirement("Telephony", [alternative("twilio", "Twilio", "TW"), alternative("exotel", "Exotel", "EX")]),
    ];
    return {
      organisation: "acme",
      scope: "Acme Voice",
      mode: this.mode,
      dormant: this.mode === "bundled" ? 7 : 0,
      kits: [
        {
          kit: "voice",
          name: "Voice campaigns",
          purpose: "Outbound and inbound calls with a voice agent.",
          ready: requirements.every((each) => each.satisfied),
          requirements,
        },
      ],
      completed: this.completed,
      may_change: true,
    };
  }
}
