import { useEffect, useRef, useState } from "react";
import {
  asErrorView,
  call,
  noFilter,
  useAdopt,
  useProviders,
  type AuthView,
  type Category,
  type CredentialView,
  type ErrorView,
  type ProviderView,
  type StartupView,
  type VerdictView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { ChoiceBox, Segments } from "../../parts/Field";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { ownersFor } from "../../parts/permissions";
import { aiTypes, typeName } from "../../parts/words";
import { useLeaveGuard, useNavigation, type Pasted } from "../../shell/navigation";
import { RedirectUri } from "../connect/RedirectUri";
import { CredentialForm } from "./CredentialForm";
import styles from "./CredentialForm.module.css";
import { expiryProblems, REMINDER_DAYS } from "./expiry";
import { ExpiryFields } from "./ExpiryFields";
import { custodyLine, savedLine } from "./lines";
import { ProviderFields } from "./ProviderFields";
import { useFormState, type Values } from "./useFormState";
import { useSave } from "./useSave";

/** The form for a new credential of one provider. */
export default function AddForm(props: { startup: StartupView; provider: string; pasted?: Pasted | null }) {
  const { startup, provider: id, pasted = null } = props;
  const providers = useProviders();
  if (providers.isError) return <Problem error={asErrorView(providers.error)} />;
  const provider = providers.data?.find((p) => p.id === id);
  const recommended = provider?.auth.find((a) => a.recommended) ?? provider?.auth[0];
  const auth = provider?.auth.find((a) => a.id === pasted?.auth) ?? recommended;
  if (!provider || !auth) return <p className={styles.wait}>{i18n._("Reading the catalogue…")}</p>;
  return <Filling startup={startup} provider={provider} first={auth} pasted={pasted} />;
}

function defaultsOf(auth: AuthView): Values {
  const chosen = auth.fields.filter((f) => f.kind === "choice" && f.default !== null);
  return Object.fromEntries(chosen.map((f) => [f.id, f.default ?? ""]));
}

const SYSTEM = "system";
const nobody = new Set<string>();

function Filling(props: {
  startup: StartupView;
  provider: ProviderView;
  first: AuthView;
  pasted: Pasted | null;
}) {
  const { startup, provider } = props;
  const { go, setFilter } = useNavigation();
  const adopt = useAdopt();
  const notify = useNotify();
  const [auth, setAuth] = useState(props.first);
  const [name, setName] = useState("");
  const [key, setKey] = useState(provider.lookup_key);
  const [category, setCategory] = useState<Category>(provider.category);
  const [isDefault, setDefault] = useState(false);
  const [day, setDay] = useState("");
  const [reminder, setReminder] = useState(String(REMINDER_DAYS));
  const mine = ownersFor(startup.person, startup.organisations);
  const [scope, setScope] = useState(
    mine.find((o) => o.value === startup.organisation)?.value ?? mine[0]?.value ?? SYSTEM,
  );
  const [error, setError] = useState<ErrorView | null>(null);
  const [refused, setRefused] = useState<VerdictView | null>(null);
  const form = useFormState(provider.id, auth.id, null, defaultsOf(auth));

  // A key that was pasted in the gallery is put into its field as if it had been pasted there.
  const waiting = useRef(props.pasted);
  useEffect(() => {
    const pasted = waiting.current;
    const field = auth.fields.find((f) => f.id === pasted?.field);
    waiting.current = null;
    if (pasted && field) void form.paste(field, pasted.text);
  }, [auth, form]);

  const typed = Object.entries(form.values).some(([id, value]) => value !== (defaultsOf(auth)[id] ?? ""));
  const dirty = name !== "" || key !== provider.lookup_key || typed;
  useLeaveGuard(dirty);

  const done = (credential: CredentialView) => {
    adopt(credential);
    form.wipe();
    setFilter(noFilter);
    notify(savedLine(credential));
    go({ screen: "credentials", selected: credential.id }, true);
  };
  const { busy, run, stop } = useSave({
    stored: done,
    late: (credential) => {
      adopt(credential);
      notify(
        i18n._("“{name}” was stored after all, before the waiting was stopped.", { name: credential.name }),
      );
    },
    failed: (refusal) => {
      form.refuse(refusal);
      setError(refusal);
    },
    refused: (verdict, field) => {
      setRefused(verdict);
      if (field !== null) form.setProblems({ [field]: verdict.evidence });
    },
  });

  const save = (check: boolean) => {
    setError(null);
    setRefused(null);
    const missing = { ...missingFields(auth, form.values, name, key), ...expiryProblems(day, reminder) };
    form.setProblems(missing);
    if (Object.keys(missing).length > 0) {
      focusField(Object.keys(missing)[0]);
      return;
    }
    const fields = Object.fromEntries(Object.entries(form.values).filter(([, value]) => value !== ""));
    void run(check ? "check" : "save", () =>
      call("credentialAdd", {
        provider: provider.id,
        auth: auth.id,
        name,
        key,
        category,
        scope,
        default: isDefault,
        expires_at: day.trim() === "" ? null : day.trim(),
        reminder_days: Number(reminder),
        fields,
        check,
      }),
    );
  };
  const cancel = () => go({ screen: "credentials", selected: null, cancelled: true });

  const ai = provider.types.some((type) => aiTypes.includes(type));
  const system = ai && startup.person?.role === "super_admin";
  const owners = [
    ...mine,
    ...(system ? [{ value: SYSTEM, label: i18n._("System-wide, shared by every organisation") }] : []),
  ];
  const owner = owners.find((o) => o.value === scope);
  return (
    <CredentialForm
      title={i18n._("Add credential")}
      subtitle={`${provider.types.map(typeName).join(", ")} · ${provider.name}`}
      provider={provider}
      corner={
        <Button look="ghost" onPress={() => go({ screen: "gallery" })}>
          {i18n._("Choose another provider")}
        </Button>
      }
      before={
        provider.auth.length > 1 && (
          <Segments
            label={i18n._("Sign-in method")}
            value={auth.id}
            choices={provider.auth.map((a) => ({
              value: a.id,
              label: a.label,
              ...(a.recommended ? { mark: i18n._("recommended") } : {}),
            }))}
            onChange={(id) => {
              const next = provider.auth.find((a) => a.id === id);
              if (!next) return;
              const kept = next.fields.filter((f) => (form.values[f.id] ?? "") !== "" && !f.secret);
              form.reset({
                ...defaultsOf(next),
                ...Object.fromEntries(kept.map((f) => [f.id, form.values[f.id] ?? ""])),
              });
              setAuth(next);
              setRefused(null);
              setError(null);
            }}
          />
        )
      }
      name={name}
      onName={(text) => {
        setName(text);
        form.setProblems((before) => ({ ...before, name: "" }));
      }}
      lookupKey={key}
      onLookupKey={(text) => {
        setKey(text);
        form.setProblems((before) => ({ ...before, key: "" }));
      }}
      category={category}
      onCategory={setCategory}
      notesOf={form.notesOf}
      after={
        <>
          {owners.length > 1 && (
            <ChoiceBox
              label={i18n._("Owner")}
              name="scope"
              value={scope}
              choices={owners}
              onChange={setScope}
              notes={form.notesOf("scope")}
            />
          )}
          <ExpiryFields
            day={day}
            onDay={(typed) => {
              setDay(typed);
              form.setProblems((before) => ({ ...before, expires_at: "" }));
            }}
            reminder={reminder}
            onReminder={(typed) => {
              setReminder(typed);
              form.setProblems((before) => ({ ...before, reminder_days: "" }));
            }}
            notesOf={form.notesOf}
          />
          <div className={styles.default}>
            <Switch isSelected={isDefault} onChange={setDefault} isDisabled={busy !== null}>
              {scope === SYSTEM
                ? i18n._("Default for {provider} system-wide", { provider: provider.name })
                : i18n._("Default for {provider} in {owner}", {
                    provider: provider.name,
                    owner: owner?.label ?? "",
                  })}
            </Switch>
          </div>
        </>
      }
      error={error}
      refused={refused}
      busy={busy}
      custodyLine={custodyLine(startup.custody)}
      onCancel={cancel}
      onStop={stop}
      onSave={save}
    >
      <ProviderFields
        fields={auth.fields}
        form={form}
        stored={{}}
        removed={nobody}
        onRemove={() => undefined}
      />
      <RedirectUri provider={provider.id} auth={auth} />
    </CredentialForm>
  );
}

function missingFields(auth: AuthView, values: Values, name: string, key: string): Record<string, string> {
  const missing: Record<string, string> = {};
  if (name.trim() === "") missing.name = i18n._("Give it a name.");
  for (const field of auth.fields) {
    if (field.required && field.default === null && (values[field.id] ?? "").trim() === "") {
      missing[field.id] = i18n._("{label} is needed.", { label: field.label });
    }
  }
  if (key.trim() === "")
    missing.key = i18n._("Give it a lookup key, such as {example}.", { example: "MY_API_KEY" });
  return missing;
}

/** Puts the cursor where something is missing. */
export function focusField(id: string | undefined): void {
  if (id === undefined) return;
  document.querySelector<HTMLElement>(`[name="${CSS.escape(id)}"]`)?.focus();
}
