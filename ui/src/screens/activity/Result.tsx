import { useState } from "react";
import type { AuditVerifyView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { Icon } from "../../parts/icons";
import { Box } from "../../parts/Status";
import { dateTime } from "../../parts/time";
import styles from "./Activity.module.css";

/** What a verification showed. */
export function Result(props: {
  found: AuditVerifyView;
  pending: boolean;
  onAccept: () => void;
  onClose: () => void;
}) {
  const { found } = props;
  const [asking, setAsking] = useState(false);
  const acceptable =
    found.first_bad === null && ["shorter", "differs", "illegible"].includes(found.witness.state);
  return (
    <div className={styles.result} role="status">
      <Box status={found.intact ? { tone: "ok", icon: "check" } : { tone: "bad", icon: "x" }}>
        <p>
          <Icon name={found.intact ? "check" : "x"} size={14} />
          <b>{found.intact ? i18n._("The log is intact.") : i18n._("The log is not intact.")}</b>{" "}
          {found.message}
        </p>
        {found.witness.message !== found.message && <p>{found.witness.message}</p>}
        {found.hint !== null && <p>{found.hint}</p>}
        <p>{i18n._("Verified {when}.", { when: dateTime(found.verified_at) })}</p>
        <div className={styles.row}>
          {acceptable && (
            <Button isPending={props.pending} onPress={() => setAsking(true)}>
              {i18n._("Accept this log…")}
            </Button>
          )}
          <Button look="ghost" onPress={props.onClose}>
            {i18n._("Close the result")}
          </Button>
        </div>
      </Box>
      {asking && (
        <Dialog title={i18n._("Accept this log?")} alert onClose={() => setAsking(false)}>
          <p>
            {i18n._(
              "Only after you have put a backup back yourself. From then on the keychain remembers this log; an entry says so.",
            )}
          </p>
          <Buttons>
            <Spacer />
            <Button
              look="danger"
              onPress={() => {
                setAsking(false);
                props.onAccept();
              }}
            >
              {i18n._("Accept")}
            </Button>
            <Button autoFocus onPress={() => setAsking(false)}>
              {i18n._("Cancel")}
            </Button>
          </Buttons>
        </Dialog>
      )}
    </div>
  );
}
