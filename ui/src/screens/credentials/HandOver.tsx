import { useConsumerOf, type CredentialView } from "../../backend";
import { i18n } from "../../i18n";
import { consumersOf } from "../../parts/consumer-words";
import { CopyButton } from "../../parts/CopyButton";
import styles from "./DetailPane.module.css";

/** How a program gets it: with all that its one consumer uses, or by its own lookup key. */
export function HandOver({ credential }: { credential: CredentialView }) {
  const [first, ...others] = consumersOf(credential);
  const consumer = useConsumerOf(credential, others.length === 0 ? (first ?? null) : null).data;
  const command = `strongroom run --key ${credential.key} -- ./program`;
  return (
    <>
      <h3>{i18n._("Hand it to a program")}</h3>
      {consumer && (
        <>
          <p className={styles.none}>{i18n._("With all that {name} uses:", { name: consumer.name })}</p>
          <div className={styles.code}>
            <code>{consumer.command}</code>
            <CopyButton
              text={consumer.command}
              label={i18n._("command for {name}", { name: consumer.name })}
            />
          </div>
          <p className={styles.none}>{i18n._("By itself:")}</p>
        </>
      )}
      <div className={styles.code}>
        <code>{command}</code>
        <CopyButton text={command} label={i18n._("command")} />
      </div>
    </>
  );
}
