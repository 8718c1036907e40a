import { asErrorView, findConsumer, type CredentialView, type UsedByView } from "../../backend";
import { i18n } from "../../i18n";
import { isConsumerKind, kindIcon, kindName, slotName, slotType } from "../../parts/consumer-words";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import { useNavigation } from "../../shell/navigation";
import styles from "./DetailPane.module.css";

/** What uses a credential; a consumer is opened from here. */
export function UsedBy({ credential }: { credential: CredentialView }) {
  const { used_by: uses } = credential;
  return (
    <>
      <h3>{uses.length > 0 ? i18n._("Used by {count}", { count: uses.length }) : i18n._("Used by")}</h3>
      {uses.length === 0 ? (
        <p className={styles.none}>{i18n._("Nothing is assigned to it.")}</p>
      ) : (
        <ul className={styles.uses}>
          {uses.map((use) => (
            <li key={`${use.kind} ${use.name} ${use.as}`}>
              <Icon name={kindIcon(use.kind)} size={14} />
              <Name credential={credential} use={use} />
              <span>
                {slotType(use.as) === null ? credential.key : slotName(use.as)}
                {use.by_rule && <small> {i18n._("By the rule")}</small>}
                {use.consumer !== null && <small> {i18n._("for {name}", { name: use.consumer })}</small>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Name({ credential, use }: { credential: CredentialView; use: UsedByView }) {
  const { go } = useNavigation();
  const notify = useNotify();
  if (!isConsumerKind(use.kind)) {
    return <bdi>{i18n._("{name} ({kind})", { name: use.name, kind: use.kind })}</bdi>;
  }
  const open = async () => {
    try {
      const found = await findConsumer(credential, use);
      if (found) go({ screen: "consumer", id: found.id });
      else notify(i18n._("“{name}” is not there any more.", { name: use.name }), true);
    } catch (thrown) {
      notify(asErrorView(thrown).message, true);
    }
  };
  return (
    <button type="button" className={styles.link} onClick={() => void open()}>
      <bdi>{use.name}</bdi> <small>{kindName(use.kind)}</small>
    </button>
  );
}
