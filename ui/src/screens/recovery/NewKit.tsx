import { useState } from "react";
import { Form } from "react-aria-components";
import {
  asErrorView,
  call,
  useRefresh,
  type ErrorView,
  type RecoveryKitView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import { PathField } from "../../parts/PathField";
import { Box, Problem } from "../../parts/Status";
import styles from "../settings/Settings.module.css";

/** Makes a new recovery kit; the old one stops working. */
export function NewKit({ startup }: { startup: StartupView }) {
  const [path, setPath] = useState(startup.recovery_kit_path);
  const [error, setError] = useState<ErrorView | null>(null);
  const [made, setMade] = useState<RecoveryKitView | null>(null);
  const [busy, setBusy] = useState(false);
  const refresh = useRefresh();
  const notify = useNotify();
  const make = async () => {
    setBusy(true);
    setError(null);
    setMade(null);
    try {
      const kit = await call("recoveryKitCreate", { path });
      setMade(kit);
      notify(i18n._("The new recovery kit is in {path}.", { path: kit.path }));
      refresh();
    } catch (thrown) {
      setError(asErrorView(thrown));
    } finally {
      setBusy(false);
    }
  };
  const atField = error?.fields.find((f) => f.field === "path");
  return (
    <section className={styles.section} aria-label={i18n._("Make a new recovery kit")}>
      <h2>{i18n._("Make a new recovery kit")}</h2>
      <Form
        autoComplete="off"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void make();
        }}
      >
        <p>
          {i18n._(
            "For when the kit was lost or seen by others. The old kit stops working as soon as the new one is made.",
          )}
        </p>
        <PathField
          label={i18n._("File for the new kit")}
          name="path"
          value={path}
          onChange={(text) => {
            setPath(text);
            setError(null);
          }}
          choose="chooseRecoveryKitTarget"
          required
          hint={i18n._("A file that is there already is never overwritten.")}
          notes={atField ? [{ level: "error", text: atField.message }] : []}
        />
        {error && !atField && (
          <div className={styles.gap}>
            <Problem error={error} />
          </div>
        )}
        {made && (
          <div className={styles.gap}>
            <Box status={{ tone: "ok", icon: "check" }} label={i18n._("New kit")}>
              <p>
                <Icon name="check" size={14} />
                <b>{i18n._("The new kit is made.")}</b> <span className="mono">{made.path}</span>
              </p>
              <p>{i18n._("Move it to a safe place and destroy the old one.")}</p>
            </Box>
          </div>
        )}
        <Button type="submit" isPending={busy} isDisabled={path.trim() === ""}>
          {busy ? i18n._("Making…") : i18n._("Make new kit")}
        </Button>
      </Form>
    </section>
  );
}
