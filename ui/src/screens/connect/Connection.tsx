import { useEffect, useRef, useState } from "react";
import {
  asErrorView,
  connect,
  stopConnecting,
  useAdopt,
  useCheck,
  useDisconnect,
  type ConnectEvent,
  type CredentialView,
  type ErrorView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import { ago } from "../../parts/time";
import styles from "./connect.module.css";

/** The account behind a credential: connect it in the browser, or end the connection. */
export function Connection(props: { credential: CredentialView; mayChange: boolean; now: number }) {
  const { credential, mayChange, now } = props;
  const { connection } = credential;
  const adopt = useAdopt();
  const check = useCheck();
  const notify = useNotify();
  const [waiting, setWaiting] = useState<ConnectEvent | "starting" | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const [ending, setEnding] = useState(false);
  // Another credential is shown, or the pane is closed: nobody waits for the browser any more.
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const waits = waiting !== null;
  useEffect(() => {
    if (!waits) return;
    return () => void stopConnecting();
  }, [waits]);
  if (!connection) return null;

  const begin = async () => {
    setError(null);
    setWaiting("starting");
    try {
      const connected = await connect(credential.id, (event) => {
        if (shown.current) setWaiting(event);
      });
      adopt(connected);
      notify(i18n._("“{name}” is connected.", { name: connected.name }));
      check.mutate(connected.id);
    } catch (thrown) {
      if (shown.current) setError(asErrorView(thrown));
    } finally {
      if (shown.current) setWaiting(null);
    }
  };
  return (
    <>
      <h3>{i18n._("Connection")}</h3>
      <div aria-live="polite">
        <p className={styles.line}>
          {connection.connected
            ? i18n._("An account is connected. Its tokens were last renewed {ago}.", {
                ago: ago(connection.renewed_at ?? credential.updated_at, now),
              })
            : i18n._("No account is connected yet.")}
        </p>
        {waiting !== null && (
          <p className={styles.line} role="status">
            {waiting === "starting" || waiting.opened
              ? i18n._("Your browser shows the provider’s page. Agree there, then come back.")
              : i18n._("No browser could be opened. Copy the address into one on this computer.")}
          </p>
        )}
        {error && <Problem error={error} />}
      </div>
      <dl className={styles.uri}>
        <dt>{i18n._("Authorised redirect URI")}</dt>
        <dd className="mono">{connection.redirect_uri}</dd>
        <dd>
          <CopyButton text={connection.redirect_uri} label={i18n._("Authorised redirect URI")} />
        </dd>
      </dl>
      {mayChange && (
        <div className={styles.actions}>
          {waiting === null ? (
            <Button isDisabled={!connection.possible} onPress={() => void begin()}>
              {connection.connected ? i18n._("Connect again") : i18n._("Connect")}
            </Button>
          ) : (
            <>
              <Button autoFocus onPress={() => void stopConnecting()}>
                {i18n._("Stop waiting")}
              </Button>
              {waiting !== "starting" && (
                <CopyButton text={waiting.url} label={i18n._("address of the sign-in")} />
              )}
            </>
          )}
          {connection.connected && waiting === null && (
            <Button look="ghostDanger" onPress={() => setEnding(true)}>
              {i18n._("Disconnect…")}
            </Button>
          )}
        </div>
      )}
      {ending && <Ending credential={credential} onClose={() => setEnding(false)} />}
    </>
  );
}

function Ending({ credential, onClose }: { credential: CredentialView; onClose: () => void }) {
  const disconnect = useDisconnect();
  const notify = useNotify();
  const revocable = credential.connection?.revocable ?? false;
  return (
    <Dialog
      alert
      title={<bdi>{i18n._("Disconnect “{name}”?", { name: credential.name })}</bdi>}
      onClose={onClose}
    >
      <p>
        {revocable
          ? i18n._(
              "The provider is told to end the access, and the tokens are removed here. The client stays.",
            )
          : i18n._(
              "The tokens are removed here; the client stays. The provider documents no way to end the access from here: take it away in the settings of the account too.",
            )}
      </p>
      {disconnect.error && <Problem error={asErrorView(disconnect.error)} />}
      <Buttons>
        <Button autoFocus onPress={onClose}>
          {i18n._("Cancel")}
        </Button>
        <Spacer />
        <Button
          look="danger"
          isPending={disconnect.isPending}
          onPress={() =>
            disconnect.mutate(credential.id, {
              onSuccess: (done) => {
                if (done.problem !== null) notify(done.problem, true);
                else notify(i18n._("“{name}” is disconnected.", { name: credential.name }));
                onClose();
              },
            })
          }
        >
          {i18n._("Disconnect")}
        </Button>
      </Buttons>
    </Dialog>
  );
}
