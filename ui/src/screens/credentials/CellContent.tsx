import type { CredentialView, ListColumn } from "../../backend";
import { i18n } from "../../i18n";
import { Mark, Tag } from "../../parts/Mark";
import { CredentialPill } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { ago, dateTime, number } from "../../parts/time";
import { maskedTail } from "../../parts/words";
import { ProviderName } from "./ProviderName";
import styles from "../../parts/Table.module.css";

/** What stands in a cell. */
export function CellContent(props: {
  column: ListColumn;
  credential: CredentialView;
  now: number;
  onToggle: ((on: boolean) => void) | null;
  /** Nobody points at it: what would be said then is left out. */
  still?: boolean;
}) {
  const { credential, still = false } = props;
  const titled = (text: string) => (still ? undefined : text);
  const timeOf = (time: string | null | undefined) => (
    <span className={styles.cut} title={time && !still ? dateTime(time) : undefined}>
      {time ? ago(time, props.now) : "–"}
    </span>
  );
  switch (props.column) {
    case "checked":
      return timeOf(credential.verdict?.checked_at);
    case "used":
      return timeOf(credential.last_used_at);
    case "used_by":
      return <span className={styles.cut}>{number(credential.used_by.length)}</span>;
    case "expires":
      return timeOf(credential.expires_at);
    case "organisation":
      return (
        <bdi className={styles.cut} title={titled(credential.scope)}>
          {credential.organisation === null ? i18n._("System-wide") : credential.scope}
        </bdi>
      );
    case "name":
      return (
        <>
          <Mark text={credential.mark} />
          <bdi className={`${styles.name} ${styles.cut}`} title={titled(credential.name)}>
            {credential.name}
          </bdi>
          {credential.default && <Tag>{i18n._("default")}</Tag>}
        </>
      );
    case "status":
      return <CredentialPill credential={credential} now={props.now} still={still} />;
    case "provider":
      return <ProviderName credential={credential} still={still} />;
    case "key":
      return (
        <span className={`mono ${styles.cut}`} title={titled(credential.key)}>
          {credential.key}
        </span>
      );
    case "tail":
      return <span className="mono">{maskedTail(credential)}</span>;
    case "on":
      return (
        <Switch
          isSelected={credential.enabled}
          isDisabled={props.onToggle === null}
          onChange={(on) => props.onToggle?.(on)}
          still={still}
          aria-label={still ? undefined : i18n._("On: {name}", { name: credential.name })}
        />
      );
  }
}
