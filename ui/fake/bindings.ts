import type {
  CheckAllRequest,
  CheckedView,
  CheckEvent,
  ConsumerAddRequest,
  ConsumerEditRequest,
  ConsumerListRequest,
  CredentialAddRequest,
  CredentialEditRequest,
  CredentialView,
  ErrorView,
  ExplainRequest,
  FormCheckRequest,
  KeyStatusView,
  ListRequest,
  ListSettings,
  OnboardingMode,
  StartupView,
  Theme,
} from "../src/backend/bindings";
import { Consumers, kinds, stopped as stoppedLaunch } from "./consumers";
import { credential, inventory, past, verdict } from "./credentials";
import { providers } from "./providers";

const scene = new URLSearchParams(location.search).get("scene") ?? "inventory";

let stopped = false;
let rows: CredentialView[] =
  scene === "empty"
    ? []
    : scene === "large"
      ? Array.from({ length: 5000 }, (_, n) => credential(`Key ${n}`, "OpenAI", "1234", "works"))
      : inventory();

const consumers = new Consumers(() => rows);
if (scene === "bundled") consumers.mode = "bundled";
if (scene === "stopped") consumers.launch = stoppedLaunch;
if (scene === "no-consumers") for (const one of consumers.all()) consumers.remove(one.id);

const organisations: StartupView["organisations"] = [
  { id: "acme", name: "Acme Voice", credentials: rows.length, mode: consumers.mode, ready: false, archived_at: null },
  { id: "northwind", name: "Northwind Health", credentials: 4, mode: "bundled", ready: true, archived_at: null },
];
let startup: StartupView = {
  stage: scene === "unusable" ? "unusable" : scene.startsWith("first") || scene === "no-keychain" ? "first_start" : "ready",
  fault:
    scene === "unusable"
      ? {
          kind: "newer_version",
          message: "A newer version of Strongroom made this vault.",
          hint: "Install that version.",
          fields: [],
        }
      : null,
  home: "/home/priya/.local/share/strongroom",
  demonstration: scene === "demonstration",
  custody: scene === "passphrase" ? "passphrase" : "keychain",
  person: {
    id: "priya",
    name: "Priya Nair",
    role: scene === "member" ? "member" : "super_admin",
    admin_of: [],
    member_of: ["acme"],
    owner: scene !== "member",
    here: true,
  },
  organisations,
  organisation: "acme",
  theme: "system",
  list: { columns: [], layout: "comfortable", sort: null, descending: false, search: "", type: null, saved: [] },
  recovery_kit_path: "/home/priya/Documents/Strongroom recovery kit.txt",
  person_suggestion: "Priya Nair",
  recovery_kit_made_at: "2026-03-12T10:04:00Z",
};

const states: Record<string, KeyStatusView> = {
  locked: {
    state: "keychain_locked",
    message: "The keychain is locked.",
    hint: "Unlock it with your login password, then try again.",
    keychain_usable: true,
  },
  passphrase: {
    state: "passphrase_needed",
    message: "The vault is locked.",
    hint: "Type its passphrase.",
    keychain_usable: true,
  },
  "no-keychain": {
    state: "no_vault",
    message: "There is no keychain service in this session.",
    hint: "Install and start gnome-keyring or KDE Wallet, or go on with a passphrase.",
    keychain_usable: false,
  },
};
const unlocked: KeyStatusView = {
  state: "unlocked",
  message: "The keychain gave the master key.",
  hint: null,
  keychain_usable: true,
};
let key = states[scene] ?? unlocked;

const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
const no = (error: ErrorView) => Promise.resolve({ status: "error" as const, error });
const unknown = () => no({ kind: "not_found", message: "It is not there any more.", hint: null, fields: [] });

function change(id: string, changed: Partial<CredentialView>) {
  rows = rows.map((row) => (row.id === id ? { ...row, ...changed, revision: row.revision + 1 } : row));
  const row = rows.find((r) => r.id === id);
  return row ? ok(row) : unknown();
}

function found(request: ListRequest): CredentialView[] {
  const words = (request.search ?? "").toLowerCase();
  return rows.filter(
    (row) =>
      (!request.type || row.types.includes(request.type)) &&
      (!request.provider || row.provider === request.provider) &&
      (!request.status || row.verdict?.kind === request.status || row.state === request.status) &&
      `${row.name} ${row.provider_name} ${row.key}`.toLowerCase().includes(words),
  );
}

const refusal = (request: { check: boolean }) =>
  scene === "refuse" && request.check
    ? ok({ outcome: "refused" as const, verdict: verdict("rejected", 0), field: "api_key" })
    : null;

/** The commands of the program, answered from memory. */
export const commands = {
  startup: () => {
    const counted = startup.organisations.map((o) => (o.id === "acme" ? { ...o, credentials: rows.length } : o));
    return ok({ ...startup, organisations: counted });
  },
  keyStatus: () => ok(key),
  vaultCreate: () => ok((startup = { ...startup, stage: "ready" })),
  vaultUnlock: () => ok((key = unlocked)),
  vaultRecover: () => ok((key = unlocked)),
  recoveryKitCreate: (request: { path: string }) => ok({ path: request.path, made_at: past(0) }),
  chooseRecoveryKitTarget: () => ok("/home/priya/kit.txt"),
  chooseRecoveryKit: () => ok("/home/priya/kit.txt"),
  providerList: () => ok(providers),
  providerFiles: () =>
    ok({
      folder: "/home/priya/.config/strongroom/providers",
      problems:
        scene === "faulty"
          ? [
              {
                file: "/home/priya/.config/strongroom/providers/our-gateway.toml",
                line: 5,
                reason: "unknown field `marc`",
              },
            ]
          : [],
    }),
  formCheck: ({ fields }: FormCheckRequest) =>
    ok(
      Object.entries(fields).flatMap(([field, value]) => {
        if (field === "api_key_sid" && value.startsWith("AC")) {
          const message = "An API key SID starts with SK. This one starts with AC: it is an account SID.";
          return [{ field, level: "error" as const, message, keep: null }];
        }
        const keep = value.trimEnd().length;
        if (keep === value.length) return [];
        const message = "Removed one trailing line break from the pasted text.";
        return [{ field, level: "info" as const, message, keep: [[0, keep]] as [number, number][] }];
      }),
    ),
  detect: ({ text }: { text: string }) => {
    const known = providers.slice(0, text.includes("sk-") ? 2 : 0);
    const candidates = known.map((p, n) => ({
      provider: p.id,
      auth: p.auth[0]!.id,
      field: p.auth[0]!.fields[0]!.id,
      confidence: n === 0 ? ("certain" as const) : ("possible" as const),
      mode: null,
      reason: n === 0 ? "starts with sk-fake- and has its length" : "starts with sk-",
      provider_name: p.name,
      mark: p.mark,
      auth_label: p.auth[0]!.label,
      field_label: p.auth[0]!.fields[0]!.label,
    }));
    const removed = text === text.trim() ? null : "one trailing line break";
    return ok({ removed, candidates, stored: text.includes("stored") ? ["Anthropic production"] : [] });
  },
  chooseImportFile: () => ok("/home/priya/old.env"),
  importPlan: ({ file }: { file: string }) => ok({ file, rows: [], skipped: [{ line: 1, name: "PORT", why: "It is no key." }] }),
  importStore: () => ok([]),
  importForget: () => ok(null),
  credentialList: (request: ListRequest) => {
    const all = found(request);
    const from = request.after ? all.findIndex((row) => row.id === request.after) + 1 : 0;
    const items = all.slice(from, from + (request.limit ?? 100));
    const more = from + items.length < all.length;
    return ok({ items, next: more ? (items.at(-1)?.id ?? null) : null, total: all.length });
  },
  credentialCounts: () => {
    const by_type: Record<string, number> = {};
    for (const row of rows) for (const type of row.types) by_type[type] = (by_type[type] ?? 0) + 1;
    return ok({ all: rows.length, by_type, by_type_and_status: {}, urgent: 3 });
  },
  attention: () =>
    ok({
      total: rows.length,
      rejected: 1,
      expiring: 2,
      unused: 3,
      unreadable: 0,
      last_check_at: past(0),
      items: rows.slice(0, 3).map((row) => ({ reason: "not_checked" as const, credential: row })),
      left_out: 0,
      by_type_and_status: { llm: { works: 3, limited: 1, rejected: 1 }, general: { works: 2, not_checked: 4 } },
      by_status: { works: 5, limited: 1, rejected: 1, not_checked: 4 },
    }),
  listSettingsSet: (list: ListSettings) => ok((startup = { ...startup, list }).list),
  inventoryExport: () => ok({ path: "/home/priya/Credentials.csv", credentials: rows.length }),
  credentialShow: ({ id }: { id: string }) => {
    const row = rows.find((r) => r.id === id);
    return row ? ok(row) : unknown();
  },
  credentialAdd: (request: CredentialAddRequest) => {
    if (scene === "slow") return new Promise<never>(() => undefined);
    const refused = refusal(request);
    if (refused) return refused;
    const provider = providers.find((p) => p.id === request.provider);
    const tail = Object.values(request.fields).at(-1)?.slice(-4) ?? null;
    const made = credential(request.name, provider?.name ?? "", tail, request.check ? "works" : "not_checked");
    rows = [...rows, made].sort((a, b) => a.name.localeCompare(b.name));
    return ok({ outcome: "stored" as const, credential: made });
  },
  credentialEdit: (request: CredentialEditRequest) => {
    const refused = refusal(request);
    if (refused) return refused;
    const row = rows.find((r) => r.id === request.id);
    if (!row) return unknown();
    const changed = { ...row, name: request.name ?? row.name, default: request.default ?? row.default };
    rows = rows.map((r) => (r.id === row.id ? changed : r));
    return ok({ outcome: "stored" as const, credential: changed });
  },
  credentialSetEnabled: ({ id, enabled }: { id: string; enabled: boolean }) =>
    change(id, { enabled, state: enabled ? "checked" : "disabled" }),
  credentialCheck: ({ id }: { id: string }) => change(id, { state: "checked", verdict: verdict("works", 0) }),
  credentialCheckAll: async (_: CheckAllRequest, progress: { onmessage: (event: CheckEvent) => void }) => {
    stopped = false;
    const wanted = rows.filter((row) => row.enabled);
    const results: CheckedView[] = [];
    const left = { disabled: rows.length - wanted.length, not_permitted: 0 };
    progress.onmessage({ event: "started", total: wanted.length, ...left });
    for (const row of wanted) {
      if (stopped) break;
      progress.onmessage({ event: "asking", id: row.id, name: row.name });
      await new Promise((done) => setTimeout(done, 300));
      const before = row.verdict?.kind ?? null;
      const result = { id: row.id, name: row.name, before, verdict: verdict(before ?? "works", 0), error: null };
      results.push(result);
      progress.onmessage({ event: "checked", done: results.length, total: wanted.length, result });
    }
    return ok({ results, total: wanted.length, ...left, stopped });
  },
  credentialCheckAllStop: () => {
    stopped = true;
    return ok(null);
  },
  credentialDeleteImpact: ({ id }: { id: string }) => {
    const row = rows.find((r) => r.id === id);
    const impact = (row?.used_by ?? []).map((u) => ({ kind: u.kind, name: u.name, effect: `${u.as} is unlinked`, stops: true }));
    if (row?.default && impact.length === 0) {
      impact.push({ kind: "default", name: `${row.provider_name} in ${row.scope}`, effect: "has no default any more", stops: false });
    }
    const summary = row?.used_by.length ? "2 agents unlinked, 1 skill updated" : null;
    return ok({ deleted: id, in_use: summary !== null, summary, impact });
  },
  credentialDelete: ({ id }: { id: string }) => {
    rows = rows.filter((row) => row.id !== id);
    return ok({ deleted: id, in_use: false, summary: null, impact: [] });
  },
  organisationCreate: ({ name }: { name: string }) => {
    const made = { id: name, name, credentials: 0, mode: "byok" as const, ready: false, archived_at: null };
    startup = { ...startup, organisations: [...startup.organisations, made] };
    return ok(made);
  },
  organisationSelect: ({ id }: { id: string | null }) => ok((startup = { ...startup, organisation: id })),
  consumerKinds: () => ok(kinds),
  consumerList: (request: ConsumerListRequest) => {
    const items = consumers
      .all()
      .filter((one) => !request.kind || one.kind === request.kind)
      .filter((one) => `${one.name} ${one.note}`.toLowerCase().includes((request.search ?? "").toLowerCase()));
    return ok({ items, next: null, total: items.length });
  },
  consumerShow: ({ id }: { id: string }) => {
    const found = consumers.all().find((one) => one.id === id);
    return found ? ok(found) : unknown();
  },
  consumerAdd: (request: ConsumerAddRequest) => ok(consumers.add(request.kind, request.name, request.note ?? "", [])),
  consumerEdit: (request: ConsumerEditRequest) => {
    const changed = consumers.change(request.id, request);
    return changed ? ok(changed) : unknown();
  },
  consumerDelete: ({ id }: { id: string }) => {
    const gone = consumers.remove(id);
    return gone ? ok(gone) : unknown();
  },
  consumerOptions: ({ slot }: { slot: string }) => ok(consumers.options(slot)),
  consumerExplain: ({ consumer, provider, slot }: ExplainRequest) => {
    const uses = consumers.all().find((one) => one.id === consumer)?.uses ?? [];
    const use = uses.find((one) => one.provider === provider && (!slot || one.slot === slot));
    return ok(consumers.resolve(provider, use?.credential ?? null));
  },
  onboarding: () => ok(consumers.onboarding()),
  modeSet: ({ mode }: { mode: OnboardingMode }) => {
    consumers.mode = mode;
    startup = {
      ...startup,
      organisations: startup.organisations.map((one) => (one.id === "acme" ? { ...one, mode } : one)),
    };
    return ok(consumers.onboarding());
  },
  onboardingComplete: () => {
    consumers.completed = { kit: "voice", kit_name: "Voice campaigns", at: past(0), by: "Priya Nair" };
    return ok(consumers.onboarding());
  },
  launch: () => ok(consumers.launch),
  launchStop: ({ reason }: { reason: string }) =>
    ok((consumers.launch = { ...consumers.launch, stopped: { at: past(0), by: "Priya Nair", reason } })),
  launchResume: () => ok((consumers.launch = { ...consumers.launch, stopped: null })),
  setTheme: ({ theme }: { theme: Theme }) => ok((startup = { ...startup, theme })),
  copyText: (text: string) => ok(text),
  openProviderPage: () => ok(null),
  pageReady: () => ok(null),
};

