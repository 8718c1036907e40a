import { useEffect, useRef, useState } from "react";
import {
  asErrorView,
  call,
  noFilter,
  useProviders,
  type AuthView,
  type ProviderView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { ChoiceBox, Segments } from "../../parts/Field";
import { Problem } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { ownersFor } from "../../parts/permissions";
import { aiTypes, typeName } from "../../parts/words";
import { useLeaveGuard, useNavigation, type Pasted, type Purpose } from "../../shell/navigation";
import { RedirectUri } from "../connect/RedirectUri";
import { CredentialForm } from "./CredentialForm";
import styles from "./CredentialForm.module.css";
import { REMINDER_DAYS } from "./expiry";
import { ExpiryFields } from "./ExpiryFields";
import { custodyLine } from "./lines";
import { ProviderFields } from "./ProviderFields";
import { useCredentialForm } from "./useCredentialForm";
import type { Values } from "./useFormState";

/** The form for a new credential of one provider. */
export default function AddForm(props: {
  startup: StartupView;
  provider: string;
  pasted?: Pasted | null;
  purpose?: Purpose | null;
}) {
  const { startup, provider: id, pasted = null, purpose = null } = props;
  const providers = useProviders();
  if (providers.isError) return <Problem error={asErrorView(providers.error)} />;
  const provider = providers.data?.find((p) => p.id === id);
  const recommended = provider?.auth.find((a) => a.recommended) ?? provider?.auth[0];
  const auth = provider?.auth.find((a) => a.id === pasted?.auth) ?? recommended;
  if (!provider || !auth) return <p className={styles.wait}>{i18n._("Reading the catalogue…")}</p>;
  return <Filling startup={startup} provider={provider} first={auth} pasted={pasted} purpose={purpose} />;
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
  purpose: Purpose | null;
}) {
  const { startup, provider, purpose } = props;
  const { go, setFilter } = useNavigation();
  const [auth, setAuth] = useState(props.first);
  const mine = ownersFor(startup.person, startup.organisations);
  const [scope, setScope] = useState(
    purpose?.owner ?? mine.find((o) => o.value === startup.organisation)?.value ?? mine[0]?.value ?? SYSTEM,
  );
  const { form, around, ...filling } = useCredentialForm({
    provider: provider.id,
    auth: auth.id,
    editing: null,
    around: {
      name: "",
      key: provider.lookup_key,
      category: provider.category,
      isDefault: false,
      day: "",
      reminder: String(REMINDER_DAYS),
    },
    values: defaultsOf(auth),
    stored: (credential) => {
      if (purpose) return go(purpose.back(credential), true);
      setFilter(noFilter);
      go({ screen: "credentials", selected: credential.id }, true);
    },
  });

  // A key that was pasted in the gallery is put into its field as if it had been pasted there.
  const waiting = useRef(props.pasted);
  useEffect(() => {
    const pasted = waiting.current;
    const field = auth.fields.find((f) => f.id === pasted?.field);
    waiting.current = null;
    if (pasted && field) void form.paste(field, pasted.text);
  }, [auth, form]);

  const typed = Object.entries(form.values).some(([id, value]) => value !== (defaultsOf(auth)[id] ?? ""));
  const dirty = around.name !== "" || around.key !== provider.lookup_key || around.day !== "" || typed;
  useLeaveGuard(dirty || (purpose?.unsaved ?? false));

  const save = (check: boolean) => {
    const fields = Object.fromEntries(Object.entries(form.values).filter(([, value]) => value !== ""));
    const { name, key, category, isDefault, day, reminder } = around;
    filling.save(check, missingFields(auth, form.values, name, key, purpose !== null), () =>
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
  const cancel = () => {
    if (!purpose) return go({ screen: "credentials", selected: null, cancelled: true });
    // What waits there goes along; only what is typed here would be lost.
    return go(purpose.back(null), !dirty);
  };

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
      subtitle={[provider.types.map(typeName).join(", "), provider.name, purpose?.name]
        .filter(Boolean)
        .join(" · ")}
      nameLast={purpose !== null}
      provider={provider}
      corner={
        <Button
          look="ghost"
          onPress={() => go(purpose ? { screen: "gallery", purpose } : { screen: "gallery" }, !dirty)}
        >
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
              filling.forget();
            }}
          />
        )
      }
      {...filling.fields}
      after={
        <>
          {owners.length > 1 && !purpose && (
            <ChoiceBox
              label={i18n._("Owner")}
              name="scope"
              value={scope}
              choices={owners}
              onChange={setScope}
              notes={form.notesOf("scope")}
            />
          )}
          <ExpiryFields {...filling.expiry} />
          <div className={styles.default}>
            <Switch
              isSelected={around.isDefault}
              onChange={(isDefault) => filling.change({ isDefault })}
              isDisabled={filling.busy !== null}
            >
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
      {...filling.outcome}
      custodyLine={custodyLine(startup.custody)}
      onCancel={cancel}
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

/** In the order of the form, so that the cursor goes to the first of them. */
function missingFields(
  auth: AuthView,
  values: Values,
  name: string,
  key: string,
  nameLast: boolean,
): Record<string, string> {
  const missing: Record<string, string> = {};
  const unnamed = name.trim() === "" ? { name: i18n._("Give it a name.") } : {};
  if (!nameLast) Object.assign(missing, unnamed);
  for (const field of auth.fields) {
    if (field.required && field.default === null && (values[field.id] ?? "").trim() === "") {
      missing[field.id] = i18n._("{label} is needed.", { label: field.label });
    }
  }
  if (key.trim() === "")
    missing.key = i18n._("Give it a lookup key, such as {example}.", { example: "MY_API_KEY" });
  if (nameLast) Object.assign(missing, unnamed);
  return missing;
}
