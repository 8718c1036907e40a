import { useState } from "react";
import { Form } from "react-aria-components";
import { asErrorView, call, useAdoptKeyStatus, type ErrorView, type KeyStatusView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Segments, TextBox, type Note } from "../../parts/Field";
import { NewPassphrase, nothingTyped, passphraseProblem } from "../../parts/NewPassphrase";
import { useNotify } from "../../parts/notices";
import { PathField } from "../../parts/PathField";
import { Problem } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import styles from "../settings/Settings.module.css";

/** Brings the master key back from the recovery kit, and says where it is kept from then on. */
export function Recover({ status }: { status: KeyStatusView }) {
  const [way, setWay] = useState<"file" | "code">("file");
  const [path, setPath] = useState("");
  const [code, setCode] = useState("");
  const [keep, setKeep] = useState(false);
  const [passphrase, setPassphrase] = useState(nothingTyped);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [error, setError] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const adopt = useAdoptKeyStatus();
  const notify = useNotify();
  const byPassphrase = keep || !status.keychain_usable;
  const notes = (...ids: string[]): Note[] =>
    ids.flatMap((id) => {
      const text = problems[id];
      return text === undefined || text === "" ? [] : [{ level: "error" as const, text }];
    });

  const recover = async () => {
    const missing: Record<string, string> = {};
    if (way === "file" && path.trim() === "") missing.path = i18n._("Choose the file of the recovery kit.");
    if (way === "code" && code.trim() === "") missing.code = i18n._("Type or paste the code from the kit.");
    const wrong = byPassphrase ? passphraseProblem(passphrase) : null;
    if (wrong !== null) missing.passphrase = wrong;
    setProblems(missing);
    setError(null);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      const now = await call("vaultRecover", {
        kit_path: way === "file" ? path : null,
        code: way === "code" ? code : null,
        passphrase: byPassphrase ? passphrase.first : null,
      });
      setCode("");
      setPassphrase(nothingTyped);
      adopt(now);
      notify(i18n._("Recovered. {message}", { message: now.message }));
    } catch (thrown) {
      const refusal = asErrorView(thrown);
      setProblems(Object.fromEntries(refusal.fields.map((f) => [f.field, f.message])));
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  const known = ["path", "kit_path", "code", "passphrase"];
  const elsewhere = error !== null && !error.fields.some((f) => known.includes(f.field));
  return (
    <section className={styles.section} aria-label={i18n._("Recover with the recovery kit")}>
      <h2>{i18n._("Recover with the recovery kit")}</h2>
      <Form
        autoComplete="off"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void recover();
        }}
      >
        <p>
          {i18n._(
            "The kit was made when the vault was set up. It puts the master key back; the credentials stay as they are.",
          )}
        </p>
        <Segments
          label={i18n._("From")}
          value={way}
          choices={[
            { value: "file", label: i18n._("Kit file") },
            { value: "code", label: i18n._("Code from the kit") },
          ]}
          onChange={(value) => setWay(value === "code" ? "code" : "file")}
        />
        {way === "file" ? (
          <PathField
            label={i18n._("Recovery kit file")}
            name="path"
            value={path}
            onChange={setPath}
            choose="chooseRecoveryKit"
            required
            notes={notes("path", "kit_path", "code")}
          />
        ) : (
          <TextBox
            label={i18n._("Recovery code")}
            name="code"
            value={code}
            onChange={setCode}
            secret
            required
            notes={notes("code")}
          />
        )}
        {status.keychain_usable && (
          <div className={styles.gap}>
            <Switch isSelected={keep} onChange={setKeep}>
              {i18n._("Keep the vault by a passphrase from now on, not by the keychain")}
            </Switch>
          </div>
        )}
        {!status.keychain_usable && (
          <p>{i18n._("No keychain can be used here, so the vault is kept by a passphrase from now on.")}</p>
        )}
        {byPassphrase && (
          <NewPassphrase value={passphrase} onChange={setPassphrase} notes={notes("passphrase")} />
        )}
        {error && elsewhere && (
          <div className={styles.gap}>
            <Problem error={error} />
          </div>
        )}
        <Button type="submit" look={status.state === "unlocked" ? "plain" : "primary"} isPending={busy}>
          {busy ? i18n._("Recovering…") : i18n._("Recover")}
        </Button>
      </Form>
    </section>
  );
}
