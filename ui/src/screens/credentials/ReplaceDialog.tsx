import { useState } from "react";
import { Form } from "react-aria-components";
import {
  call,
  useAdopt,
  useProviders,
  type CredentialView,
  type ErrorView,
  type FieldEdit,
  type FieldView,
  type VerdictView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { useNotify } from "../../parts/notices";
import { Problem, VerdictBox } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { ProviderFields } from "../add/ProviderFields";
import { useFormState, type Values } from "../add/useFormState";
import { useSave } from "../add/useSave";

const nothing: ReadonlySet<string> = new Set();

/** Takes a new key and has it checked beside the one in force, which stays until the switch. */
export default function ReplaceDialog({
  credential,
  onClose,
}: {
  credential: CredentialView;
  onClose: () => void;
}) {
  const providers = useProviders();
  const provider = providers.data?.find((p) => p.id === credential.provider);
  const auth = provider?.auth.find((a) => a.id === credential.auth);
  return (
    <Dialog title={i18n._("Replace key")} onClose={onClose}>
      {auth ? (
        <Filling
          credential={credential}
          fields={auth.fields}
          checkable={provider?.check.uncheckable === null}
          onClose={onClose}
        />
      ) : (
        <p>
          {i18n._("The catalogue has no provider “{name}” any more.", { name: credential.provider_name })}
        </p>
      )}
    </Dialog>
  );
}

function Filling(props: {
  credential: CredentialView;
  fields: FieldView[];
  checkable: boolean;
  onClose: () => void;
}) {
  const { credential, fields, checkable, onClose } = props;
  const initial: Values = Object.fromEntries(
    fields.filter((f) => !f.secret).map((f) => [f.id, credential.fields[f.id] ?? ""]),
  );
  const form = useFormState(credential.provider, credential.auth, credential.id, initial);
  const [error, setError] = useState<ErrorView | null>(null);
  const [refused, setRefused] = useState<VerdictView | null>(null);
  const adopt = useAdopt();
  const notify = useNotify();
  const now = useNow();
  const { busy, run, stop } = useSave({
    stored: (changed) => {
      adopt(changed);
      form.wipe();
      notify(i18n._("The new key stands beside the one in force."));
      onClose();
    },
    late: adopt,
    failed: (refusal) => {
      form.refuse(refusal);
      setError(refusal);
    },
    refused: (verdict, field) => {
      setRefused(verdict);
      if (field !== null) form.setProblems({ [field]: verdict.evidence });
    },
  });
  const again = credential.replacement?.stage === "new";
  const save = (check: boolean) => {
    setError(null);
    setRefused(null);
    const edits: Record<string, FieldEdit> = {};
    for (const field of fields) {
      const value = form.values[field.id] ?? "";
      if (value === (field.secret ? "" : (credential.fields[field.id] ?? ""))) continue;
      edits[field.id] = value === "" ? { edit: "clear" } : { edit: "replace", value };
    }
    void run(check ? "check" : "save", () =>
      call("credentialReplace", {
        id: credential.id,
        revision: credential.revision,
        fields: edits,
        check,
        again,
      }),
    );
  };
  const elsewhere = error !== null && error.fields.every((f) => !fields.some((one) => one.id === f.field));
  return (
    <Form
      autoComplete="off"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy === null) save(checkable);
      }}
    >
      <p>{i18n._("The key in force stays until the new one is checked and you switch.")}</p>
      {again && <p>{i18n._("A new key waits already. The one that you enter here takes its place.")}</p>}
      {refused && <VerdictBox verdict={refused} now={now} />}
      {error && elsewhere && <Problem error={error} />}
      <fieldset disabled={busy !== null} aria-label={i18n._("New key")}>
        <ProviderFields
          fields={fields}
          form={form}
          stored={Object.fromEntries(
            Object.entries(credential.secrets).map(([id, sealed]) => [id, { tail: sealed?.tail ?? null }]),
          )}
          removed={nothing}
          onRemove={null}
        />
      </fieldset>
      <Buttons>
        <Button look="ghost" onPress={busy === null ? onClose : stop}>
          {busy === null ? i18n._("Cancel") : i18n._("Stop waiting")}
        </Button>
        <Spacer />
        {checkable && (
          <Button isDisabled={busy !== null} isPending={busy === "save"} onPress={() => save(false)}>
            {i18n._("Keep without checking")}
          </Button>
        )}
        <Button look="primary" type="submit" isPending={busy === "check"}>
          {checkable ? i18n._("Check the new key") : i18n._("Keep the new key")}
        </Button>
      </Buttons>
    </Form>
  );
}
