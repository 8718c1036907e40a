// Written by hand after src-tauri/app/src/views.rs in the form that tauri-specta generates, which replaces this file.
import { invoke } from "@tauri-apps/api/core";

export const commands = {
  startup: () => typed<StartupView>("startup"),
  keyStatus: () => typed<KeyStatusView>("key_status"),
  vaultCreate: (request: VaultCreateRequest) => typed<StartupView>("vault_create", { request }),
  vaultUnlock: (request: VaultUnlockRequest) => typed<KeyStatusView>("vault_unlock", { request }),
  vaultRecover: (request: VaultRecoverRequest) => typed<KeyStatusView>("vault_recover", { request }),
  recoveryKitCreate: (request: RecoveryKitRequest) => typed<RecoveryKitView>("recovery_kit_create", { request }),
  chooseRecoveryKitTarget: () => typed<string | null>("choose_recovery_kit_target"),
  chooseRecoveryKit: () => typed<string | null>("choose_recovery_kit"),
  providerList: () => typed<ProviderView[]>("provider_list"),
  formCheck: (request: FormCheckRequest) => typed<FieldNoteView[]>("form_check", { request }),
  credentialList: (request: ListRequest) => typed<ListView>("credential_list", { request }),
  credentialCounts: (scope: string | null) => typed<CountsView>("credential_counts", { scope }),
  credentialShow: (request: CredentialRequest) => typed<CredentialView>("credential_show", { request }),
  credentialAdd: (request: CredentialAddRequest) => typed<SaveOutcome>("credential_add", { request }),
  credentialEdit: (request: CredentialEditRequest) => typed<SaveOutcome>("credential_edit", { request }),
  credentialSetEnabled: (request: CredentialEnableRequest) =>
    typed<CredentialView>("credential_set_enabled", { request }),
  credentialCheck: (request: CredentialRequest) => typed<CredentialView>("credential_check", { request }),
  credentialDeleteImpact: (request: CredentialRequest) =>
    typed<DeleteView>("credential_delete_impact", { request }),
  credentialDelete: (request: CredentialRequest) => typed<DeleteView>("credential_delete", { request }),
  organisationCreate: (request: OrganisationCreateRequest) =>
    typed<OrganisationView>("organisation_create", { request }),
  organisationSelect: (request: OrganisationSelectRequest) =>
    typed<StartupView>("organisation_select", { request }),
  setTheme: (request: ThemeRequest) => typed<StartupView>("set_theme", { request }),
  copyText: (text: string) => typed<string>("copy_text", { text }),
  openProviderPage: (id: string) => typed<null>("open_provider_page", { id }),
  pageReady: () => typed<null>("page_ready"),
};

export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };

async function typed<T>(command: string, args?: Record<string, unknown>): Promise<Result<T, ErrorView>> {
  try {
    return { status: "ok", data: await invoke<T>(command, args) };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { status: "error", error: error as ErrorView };
  }
}

export type ProviderType =
  | "llm"
  | "embeddings"
  | "stt"
  | "tts"
  | "sms"
  | "crm"
  | "calendar"
  | "ticketing"
  | "payment"
  | "identity"
  | "webhook"
  | "email"
  | "general";
export type Category = "llm_provider" | "mcp_service" | "runtime" | "communication" | "custom";
export type FieldKind = "text" | "url" | "choice" | "phone" | "multiline" | "json";
export type VerdictKind =
  | "works"
  | "limited"
  | "no_credit"
  | "suspended"
  | "rejected"
  | "misconfigured"
  | "blocked"
  | "unknown"
  | "uncheckable";
export type Stage = "first_start" | "ready" | "unusable";
export type Theme = "system" | "light" | "dark";
export type Custody = "keychain" | "passphrase" | "environment";
export type Role = "super_admin" | "org_admin" | "member";
export type KeyState =
  | "unlocked"
  | "keychain_absent"
  | "keychain_locked"
  | "key_missing"
  | "wrong_key"
  | "passphrase_needed"
  | "no_vault";
export type NoteLevel = "error" | "warning" | "info";
export type CredentialState = "not_checked" | "disabled" | "dormant" | "expired" | "checked";
export type SecretInput = string;

export type StartupView = {
  stage: Stage;
  fault: ErrorView | null;
  home: string;
  demonstration: boolean;
  custody: Custody | null;
  person: PersonView | null;
  organisations: OrganisationView[];
  organisation: string | null;
  theme: Theme;
  recovery_kit_path: string;
  person_suggestion: string;
  recovery_kit_made_at: string | null;
};
export type PersonView = { id: string; name: string; role: Role };
export type OrganisationView = { id: string; name: string; credentials: number };
export type KeyStatusView = {
  state: KeyState;
  message: string;
  hint: string | null;
  keychain_usable: boolean;
};
export type VaultCreateRequest = {
  person: string;
  organisation: string;
  recovery_kit_path: string;
  passphrase: SecretInput | null;
};
export type RecoveryKitView = { path: string; made_at: string };
export type VaultUnlockRequest = { passphrase: SecretInput };
export type VaultRecoverRequest = {
  kit_path: string | null;
  code: SecretInput | null;
  passphrase: SecretInput | null;
};
export type RecoveryKitRequest = { path: string };
export type ProviderView = {
  id: string;
  name: string;
  types: ProviderType[];
  category: Category;
  mark: string;
  lookup_key: string;
  name_example: string;
  find: string;
  find_url: string | null;
  notes: string[];
  auth: AuthView[];
  check: CheckInfoView;
  own: boolean;
};
export type AuthView = {
  id: string;
  label: string;
  recommended: boolean;
  fields: FieldView[];
  any_of: string[][];
};
export type FieldView = {
  id: string;
  label: string;
  secret: boolean;
  required: boolean;
  kind: FieldKind;
  default: string | null;
  choices: ChoiceView[];
  hint: string | null;
  help: string | null;
  env: string[];
};
export type ChoiceView = { value: string; label: string };
export type CheckInfoView = { does: string; cost: string; proves: string; uncheckable: string | null };
export type FormCheckRequest = {
  provider: string;
  auth: string;
  fields: { [key in string]: SecretInput };
  editing: string | null;
};
export type FieldNoteView = {
  field: string;
  level: NoteLevel;
  message: string;
  keep: [number, number][] | null;
};
export type VerdictView = {
  kind: VerdictKind;
  evidence: string;
  next_step: string | null;
  checked_at: string;
  duration_ms: number;
  cost: string;
  last_known: KnownVerdictView | null;
};
export type KnownVerdictView = { kind: VerdictKind; checked_at: string };
export type SecretView = { tail: string | null; set_at: string };
export type UsedByView = { kind: string; name: string; as: string };
export type CredentialView = {
  id: string;
  name: string;
  key: string;
  category: Category;
  scope: string;
  organisation: string | null;
  type: ProviderType;
  types: ProviderType[];
  provider: string;
  provider_name: string;
  mark: string;
  auth: string;
  enabled: boolean;
  default: boolean;
  state: CredentialState;
  verdict: VerdictView | null;
  fields: { [key in string]: string };
  secrets: { [key in string]: SecretView };
  used_by: UsedByView[];
  expires_at: string | null;
  created_at: string;
  created_by: string;
  updated_at: string;
  last_used_at: string | null;
  unreadable: boolean;
  revision: number;
};
export type ListRequest = {
  scope?: string | null;
  type?: ProviderType | null;
  provider?: string | null;
  status?: string | null;
  search?: string | null;
  limit?: number | null;
  after?: string | null;
};
export type ListView = { items: CredentialView[]; next: string | null; total: number };
export type CountsView = { all: number; by_type: { [key in string]: number } };
export type CredentialRequest = { id: string };
export type CredentialAddRequest = {
  provider: string;
  auth?: string | null;
  name: string;
  key?: string | null;
  category?: Category | null;
  scope: string;
  default?: boolean;
  fields: { [key in string]: SecretInput };
  check: boolean;
};
export type FieldEdit = { edit: "keep" } | { edit: "replace"; value: SecretInput } | { edit: "clear" };
export type CredentialEditRequest = {
  id: string;
  revision?: number | null;
  name?: string | null;
  key?: string | null;
  category?: Category | null;
  default?: boolean | null;
  fields?: { [key in string]: FieldEdit };
  check: boolean;
};
export type SaveOutcome =
  | { outcome: "stored"; credential: CredentialView }
  | { outcome: "refused"; verdict: VerdictView; field: string | null };
export type CredentialEnableRequest = { id: string; enabled: boolean };
export type ImpactView = { kind: string; name: string; effect: string };
export type DeleteView = { deleted: string; impact: ImpactView[] };
export type OrganisationCreateRequest = { name: string };
export type OrganisationSelectRequest = { id: string | null };
export type ThemeRequest = { theme: Theme };
export type FieldProblemView = { field: string; message: string };
export type ErrorView = { kind: string; message: string; hint: string | null; fields: FieldProblemView[] };
