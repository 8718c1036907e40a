import type { CredentialView } from "../../backend";
import { i18n } from "../../i18n";
import { Mark, Tag } from "../../parts/Mark";
import { CredentialPill } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { maskedTail } from "../../parts/words";
import type { ColumnId } from "./columns";
import styles from "./CredentialTable.module.css";

/** What stands in a cell. */
export function CellContent(props: {
  column: ColumnId;
  credential: CredentialView;
  now: number;
  method: string | null;
  onToggle: ((on: boolean) => void) | null;
}) {
  const { credential } = props;
  switch (props.column) {
    case "name":
      return (
        <>
          <Mark text={credential.mark} />
          <bdi className={`${styles.name} ${styles.cut}`} title={credential.name}>
            {credential.name}
          </bdi>
          {credential.default && <Tag>{i18n._("default")}</Tag>}
        </>
      );
    case "status":
      return <CredentialPill credential={credential} now={props.now} />;
    case "provider": {
      const name =
        props.method === null ? credential.provider_name : `${credential.provider_name} · ${props.method}`;
      return (
        <span className={styles.cut} title={name}>
          {name}
        </span>
      );
    }
    case "key":
      return (
        <span className={`mono ${styles.cut}`} title={credential.key}>
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
          aria-label={i18n._("On: {name}", { name: credential.name })}
        />
      );
  }
}
