import { useEffect } from "react";
import { useStartup, type ErrorView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Icon } from "../../parts/icons";
import { Problem } from "../../parts/Status";
import styles from "../first-start/FirstStart.module.css";

/** The vault cannot be opened: what it is and what helps. */
export default function Unusable(props: { error: ErrorView | null; home: string | null; ready: () => void }) {
  const { home, ready } = props;
  const startup = useStartup();
  useEffect(ready, [ready]);
  const error = props.error ?? {
    kind: "unusable",
    message: i18n._("The vault cannot be opened."),
    hint: null,
    fields: [],
  };
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Icon name="lock" size={20} />
          Strongroom
        </div>
        <h1>{i18n._("The vault cannot be used")}</h1>
        <p className={styles.lead}>{i18n._("Nothing was changed in it.")}</p>
        <div className={styles.gap}>
          <Problem error={error} />
        </div>
        {home !== null && (
          <div className={styles.kit}>
            <code>{home}</code>
            <CopyButton text={home} label={i18n._("folder")} />
          </div>
        )}
        <Button look="primary" isPending={startup.isFetching} onPress={() => void startup.refetch()}>
          {i18n._("Try again")}
        </Button>
      </div>
    </main>
  );
}
