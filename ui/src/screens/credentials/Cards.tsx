import { type RefObject } from "react";
import {
  GridLayout,
  GridList,
  GridListItem,
  GridListLoadMoreItem,
  Size,
  Virtualizer,
} from "react-aria-components";
import type { CredentialView } from "../../backend";
import { i18n } from "../../i18n";
import { Mark, Tag } from "../../parts/Mark";
import { CredentialPill } from "../../parts/Status";
import { Tick } from "../../parts/Tick";
import { categoryName, maskedTail, typeShort } from "../../parts/words";
import styles from "./Cards.module.css";

const layoutOptions = {
  minItemSize: new Size(240, 124),
  maxItemSize: new Size(420, 124),
  minSpace: new Size(16, 12),
};

/** The same rows as cards: type, category and a masked summary. Only those in view are in the page. */
export default function Cards(props: {
  rows: CredentialView[];
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** Those that are chosen for something to be done with all of them; null where one card is opened instead. */
  chosen: ReadonlySet<string> | null;
  onChoose: (ids: ReadonlySet<string>) => void;
  now: number;
  onMore: () => void;
  listRef: RefObject<HTMLDivElement | null>;
}) {
  return (
    <Virtualizer layout={GridLayout} layoutOptions={layoutOptions}>
      <GridList
        ref={props.listRef}
        className={`${styles.cards}`}
        layout="grid"
        aria-label={i18n._("Credentials")}
        selectionMode={props.chosen === null ? "single" : "multiple"}
        selectionBehavior="toggle"
        selectedKeys={props.chosen ?? (props.selected === null ? [] : [props.selected])}
        onSelectionChange={(keys) => {
          if (props.chosen !== null) {
            props.onChoose(
              keys === "all"
                ? new Set([...props.chosen, ...props.rows.map((row) => row.id)])
                : new Set([...keys].map(String)),
            );
            return;
          }
          if (keys === "all") return;
          const [key] = keys;
          props.onSelect(key === undefined ? null : String(key));
        }}
      >
        {props.rows.map((credential) => (
          <GridListItem
            key={credential.id}
            id={credential.id}
            textValue={credential.name}
            className={`${styles.card} ${credential.enabled ? "" : styles.off}`}
          >
            <div className={styles.head}>
              {props.chosen !== null && <Tick />}
              <Mark text={credential.mark} />
              <bdi className={styles.name} title={credential.name}>
                {credential.name}
              </bdi>
              {credential.default && <Tag>{i18n._("default")}</Tag>}
            </div>
            <p className={styles.line}>
              {credential.provider_name} · {credential.types.map(typeShort).join(", ")}
              {credential.used_by.length > 0 &&
                ` · ${i18n._("used by {count}", { count: credential.used_by.length })}`}
            </p>
            <p className={`mono ${styles.line} ${styles.keys}`}>
              <span title={credential.key}>{credential.key}</span>
              <span>{maskedTail(credential)}</span>
            </p>
            <div className={styles.foot}>
              <CredentialPill credential={credential} now={props.now} />
              <Tag>{categoryName(credential.category)}</Tag>
            </div>
          </GridListItem>
        ))}
        <GridListLoadMoreItem isLoading={false} onLoadMore={props.onMore} scrollOffset={1} />
      </GridList>
    </Virtualizer>
  );
}
