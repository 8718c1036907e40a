import { asErrorView, useKeyStatus, type Custody, type KeyStatusView, type StartupView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Icon } from "../../parts/icons";
import { Box, Problem } from "../../parts/Status";
import { ago, dateTime, useNow } from "../../parts/time";
import { keyWord } from "../../shell/key-words";
import styles from "../settings/Settings.module.css";
import { NewKit } from "./NewKit";
import { Recover } from "./Recover";
import { Unlock } from "./Unlock";

/** Where the vault is, who keeps its key, and what helps when the key is not at hand. */
export default function Vault({ startup }: { startup: StartupView }) {
  const key = useKeyStatus();
  const unlocked = key.data?.state === "unlocked";
  const now = useNow();
  return (
    <>
      <div className={styles.bar}>
        <h1>{i18n._("Vault & recovery")}</h1>
      </div>
      <div className={styles.page}>
        <section className={styles.section} aria-label={i18n._("Master key")}>
          <h2>{i18n._("Master key")}</h2>
          {key.isPending && <p>{i18n._("Asking for the key…")}</p>}
          {key.isError && !key.data && <Problem error={asErrorView(key.error)} />}
          {key.data && <KeyState status={key.data} custody={startup.custody} />}
          <div className={styles.row}>
            <Button isPending={key.isFetching} onPress={() => void key.refetch()}>
              {unlocked ? i18n._("Ask again") : i18n._("Try again")}
            </Button>
          </div>
        </section>

        {key.data?.state === "passphrase_needed" && <Unlock />}
        {key.data && !unlocked && <Recover status={key.data} />}

        <section className={styles.section} aria-label={i18n._("This vault")}>
          <h2>{i18n._("This vault")}</h2>
          <dl className={styles.kv}>
            <div>
              <dt>{i18n._("Folder")}</dt>
              <dd className="mono">{startup.home}</dd>
              <dd>
                <CopyButton text={startup.home} label={i18n._("folder")} />
              </dd>
            </div>
            <div>
              <dt>{i18n._("Master key in")}</dt>
              <dd>{custodyName(startup.custody)}</dd>
              <dd />
            </div>
            <div>
              <dt>{i18n._("Recovery kit")}</dt>
              <dd>
                {startup.recovery_kit_made_at === null
                  ? i18n._("none was made")
                  : i18n._("made {when} ({ago})", {
                      when: dateTime(startup.recovery_kit_made_at),
                      ago: ago(startup.recovery_kit_made_at, now),
                    })}
              </dd>
              <dd />
            </div>
          </dl>
        </section>

        {unlocked && startup.person?.role === "super_admin" && <NewKit startup={startup} />}
        {key.data && unlocked && startup.person?.role === "super_admin" && <Recover status={key.data} />}
      </div>
    </>
  );
}

function KeyState({ status, custody }: { status: KeyStatusView; custody: Custody | null }) {
  const unlocked = status.state === "unlocked";
  return (
    <div className={styles.gap} aria-live="polite">
      <Box status={{ tone: unlocked ? "ok" : "bad", icon: "lock" }} label={i18n._("State of the key")}>
        <p>
          <Icon name={unlocked ? "check" : "lock"} size={14} />
          <b>{i18n._("{word}.", { word: keyWord(status, custody) })}</b> {status.message}
        </p>
        {status.hint !== null && <p>{status.hint}</p>}
        {!unlocked && (
          <p>
            {i18n._(
              "Nothing is lost: names, tails and dates can be read meanwhile, and the secrets are untouched in the vault.",
            )}
          </p>
        )}
      </Box>
    </div>
  );
}

function custodyName(custody: Custody | null): string {
  switch (custody) {
    case "keychain":
      return i18n._("This computer's keychain");
    case "passphrase":
      return i18n._("A passphrase that is typed at every start");
    case "environment":
      return i18n._("The environment variable STRONGROOM_MASTER_KEY");
    case null:
      return i18n._("Not known");
  }
}
