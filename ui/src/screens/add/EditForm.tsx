import { useState } from "react";
import {
  asErrorView,
  call,
  useCredential,
  useProviders,
  type AuthView,
  type CredentialView,
  type FieldEdit,
  type ProviderView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { dayOf } from "../../parts/days";
import { Problem } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { useLeaveGuard, useNavigation } from "../../shell/navigation";
import { RedirectUri } from "../connect/RedirectUri";
import { CredentialForm } from "./CredentialForm";
import styles from "./CredentialForm.module.css";
import { ExpiryFields } from "./ExpiryFields";
import { custodyLine } from "./lines";
import { ProviderFields } from "./ProviderFields";
import { useCredentialForm } from "./useCredentialForm";
import type { Values } from "./useFormState";

/** The form of a stored credential. Type and provider are fixed; a blank secret field keeps what is stored. */
export default function EditForm({ startup, id }: { startup: StartupView; id: string }) {
  const credential = useCredential(id, undefined);
  const providers = useProviders();
  // The form is filled once; later changes in the vault are found by the revision when it is saved.
  const [filled, setFilled] = useState<CredentialView | null>(null);
  if (!filled && credential.data && !credential.isPlaceholderData && !credential.isFetching) {
    setFilled(credential.data);
  }
  const failure = credential.error ?? providers.error;
  if (failure && !filled) return <Problem error={asErrorView(failure)} />;
  const provider = providers.data?.find((p) => p.id === filled?.provider);
  if (!filled || !providers.data) return <p className={styles.wait}>{i18n._("Reading the credential…")}</p>;
  const auth = provider?.auth.find((a) => a.id === filled.auth);
  if (!provider || !auth) {
    return (
      <Problem
        error={{
          kind: "provider_missing",
          message: i18n._("The catalogue has no provider “{name}” any more.", { name: filled.provider_name }),
          hint: i18n._("Put its provider file back, or delete the credential."),
          fields: [],
        }}
      />
    );
  }
  return <Filling startup={startup} provider={provider} auth={auth} credential={filled} />;
}

function plainOf(auth: AuthView, credential: CredentialView): Values {
  return Object.fromEntries(
    auth.fields.filter((f) => !f.secret).map((f) => [f.id, credential.fields[f.id] ?? ""]),
  );
}

function Filling(props: {
  startup: StartupView;
  provider: ProviderView;
  auth: AuthView;
  credential: CredentialView;
}) {
  const { startup, provider, auth, credential } = props;
  const { go } = useNavigation();
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const { form, around, ...filling } = useCredentialForm({
    provider: provider.id,
    auth: auth.id,
    editing: credential.id,
    around: {
      name: credential.name,
      key: credential.key,
      category: credential.category,
      isDefault: credential.default,
      day: dayOf(credential.expires_at),
      reminder: String(credential.reminder_days),
    },
    values: plainOf(auth, credential),
    stored: (changed) => go({ screen: "credentials", selected: changed.id }, true),
  });
  const { name, key, category, isDefault, day, reminder } = around;

  const edits = fieldEdits(auth, credential, form.values, removed);
  const newExpiry =
    day.trim() !== dayOf(credential.expires_at) || reminder.trim() !== String(credential.reminder_days);
  const dirty =
    name !== credential.name ||
    key !== credential.key ||
    category !== credential.category ||
    isDefault !== credential.default ||
    newExpiry ||
    Object.keys(edits).length > 0;
  useLeaveGuard(dirty);

  const back = () => go({ screen: "credentials", selected: credential.id });

  const save = (check: boolean) => {
    const missing: Record<string, string> = {};
    if (name.trim() === "") missing.name = i18n._("Give it a name.");
    for (const field of auth.fields) {
      const kept = credential.secrets[field.id] !== undefined && !credential.unreadable;
      const empty = (form.values[field.id] ?? "").trim() === "";
      if (field.required && field.default === null && empty && !(field.secret && kept)) {
        missing[field.id] = i18n._("{label} is needed.", { label: field.label });
      }
    }
    filling.save(check, missing, () =>
      call("credentialEdit", {
        id: credential.id,
        revision: credential.revision,
        name: name === credential.name ? null : name,
        key: key === credential.key ? null : key,
        category: category === credential.category ? null : category,
        default: isDefault === credential.default ? null : isDefault,
        // An end with a time of its own stays as it is unless another day is typed.
        expiry: newExpiry
          ? {
              expires_at:
                day.trim() === dayOf(credential.expires_at)
                  ? credential.expires_at
                  : day.trim() === ""
                    ? null
                    : day.trim(),
              reminder_days: Number(reminder),
            }
          : null,
        fields: edits,
        check,
      }),
    );
  };
  const owner = credential.organisation === null ? i18n._("System-wide") : credential.scope;
  return (
    <CredentialForm
      title={i18n._("Edit credential")}
      subtitle={
        <>
          {provider.name}
          {provider.auth.length > 1 && ` · ${auth.label}`} · <bdi>{owner}</bdi>
        </>
      }
      provider={provider}
      {...filling.fields}
      after={
        <>
          <ExpiryFields {...filling.expiry} />
          <div className={styles.default}>
            <Switch
              isSelected={isDefault}
              onChange={(chosen) => filling.change({ isDefault: chosen })}
              isDisabled={filling.busy !== null}
            >
              {credential.organisation === null
                ? i18n._("Default for {provider} system-wide", { provider: provider.name })
                : i18n._("Default for {provider} in {owner}", { provider: provider.name, owner })}
            </Switch>
          </div>
        </>
      }
      {...filling.outcome}
      custodyLine={custodyLine(startup.custody)}
      onCancel={back}
      onSave={save}
    >
      <ProviderFields
        fields={auth.fields}
        form={form}
        stored={credential.secrets}
        removed={removed}
        onRemove={(id, remove) => {
          const next = new Set(removed);
          if (remove) next.add(id);
          else next.delete(id);
          setRemoved(next);
          if (remove) form.set(id, "");
        }}
      />
      <RedirectUri provider={provider.id} auth={auth} />
    </CredentialForm>
  );
}

// Only what differs is named; everything else is kept.
function fieldEdits(
  auth: AuthView,
  credential: CredentialView,
  values: Values,
  removed: ReadonlySet<string>,
): Record<string, FieldEdit> {
  const edits: Record<string, FieldEdit> = {};
  for (const field of auth.fields) {
    const value = values[field.id] ?? "";
    if (field.secret) {
      if (value !== "") edits[field.id] = { edit: "replace", value };
      else if (removed.has(field.id)) edits[field.id] = { edit: "clear" };
      continue;
    }
    if (value === (credential.fields[field.id] ?? "")) continue;
    edits[field.id] = value === "" ? { edit: "clear" } : { edit: "replace", value };
  }
  return edits;
}
