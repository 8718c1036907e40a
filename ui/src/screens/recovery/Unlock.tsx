import { useState } from "react";
import { Form } from "react-aria-components";
import { asErrorView, call, useAdoptKeyStatus, type ErrorView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { TextBox } from "../../parts/Field";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import styles from "../settings/Settings.module.css";

/** Opens a vault that is kept by a passphrase. */
export function Unlock() {
  const [passphrase, setPassphrase] = useState("");
  const [error, setError] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const adopt = useAdoptKeyStatus();
  const notify = useNotify();
  const unlock = async () => {
    setBusy(true);
    setError(null);
    try {
      const status = await call("vaultUnlock", { passphrase });
      setPassphrase("");
      adopt(status);
      notify(status.message);
    } catch (thrown) {
      setError(asErrorView(thrown));
    } finally {
      setBusy(false);
    }
  };
  const atField = error?.fields.find((f) => f.field === "passphrase");
  return (
    <section className={styles.section} aria-label={i18n._("Unlock with the passphrase")}>
      <h2>{i18n._("Unlock with the passphrase")}</h2>
      <Form
        autoComplete="off"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && passphrase !== "") void unlock();
        }}
      >
        <TextBox
          label={i18n._("Passphrase")}
          name="passphrase"
          value={passphrase}
          onChange={(text) => {
            setPassphrase(text);
            setError(null);
          }}
          secret
          required
          autoFocus
          notes={atField ? [{ level: "error", text: atField.message }] : []}
        />
        {error && !atField && <Problem error={error} />}
        <Button look="primary" type="submit" isPending={busy} isDisabled={passphrase === ""}>
          {busy ? i18n._("Unlocking…") : i18n._("Unlock")}
        </Button>
      </Form>
    </section>
  );
}
