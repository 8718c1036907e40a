import { useLayoutEffect, useMemo, useState, type RefObject } from "react";
import {
  Cell,
  Collection,
  Column,
  Row,
  Table,
  TableBody,
  TableHeader,
  TableLayout,
  TableLoadMoreItem,
  Virtualizer,
} from "react-aria-components";
import { asErrorView, useProviders, useSetEnabled, useStartup, type CredentialView } from "../../backend";
import { mayChange as mayChangeOf } from "../../parts/permissions";
import { i18n } from "../../i18n";
import { Mark, Tag } from "../../parts/Mark";
import { useNotify } from "../../parts/notices";
import { CredentialPill } from "../../parts/Status";
import { Switch } from "../../parts/Switch";
import { maskedTail } from "../../parts/words";
import styles from "./CredentialTable.module.css";

type ColumnId = "name" | "status" | "provider" | "key" | "tail" | "on";
type ColumnSpec = { id: ColumnId; name: string; width: number | `${number}fr`; min: number };

const ROW = 40;
const HEAD = 34;

// The pane repeats what a narrow table leaves out.
const FROM: Partial<Record<ColumnId, number>> = { provider: 560, key: 860, tail: 440 };

function columnsFor(shown: string): ColumnSpec[] {
  const all: ColumnSpec[] = [
    { id: "name", name: i18n._("Name"), width: "5fr", min: 180 },
    { id: "status", name: i18n._("Status"), width: 178, min: 170 },
    { id: "provider", name: i18n._("Provider"), width: "3fr", min: 110 },
    { id: "key", name: i18n._("Lookup key"), width: "4fr", min: 150 },
    { id: "tail", name: i18n._("Key"), width: 92, min: 90 },
    { id: "on", name: i18n._("On"), width: 64, min: 60 },
  ];
  return all.filter((column) => shown.split(" ").includes(column.id));
}

const ids: ColumnId[] = ["name", "status", "provider", "key", "tail", "on"];
const shownAt = (width: number) => ids.filter((id) => width >= (FROM[id] ?? 0)).join(" ");

/** The table: only the rows in view are in the page. Enter or a click opens a row. */
export function CredentialTable(props: {
  rows: CredentialView[];
  total: number;
  selected: string | null;
  onSelect: (id: string | null) => void;
  mayChange: boolean;
  now: number;
  onMore: (() => void) | null;
  tableRef: RefObject<HTMLDivElement | null>;
}) {
  const { rows, now, mayChange, tableRef } = props;
  const person = useStartup().data?.person;
  // A width that shows the same columns draws no row again.
  const shown = useShown(tableRef);
  const columns = useMemo(() => columnsFor(shown), [shown]);
  const methods = useMethodNames();
  const setEnabled = useSetEnabled();
  const notify = useNotify();
  const toggle = (credential: CredentialView, enabled: boolean) =>
    setEnabled.mutate(
      { id: credential.id, enabled },
      {
        onSuccess: () =>
          notify(
            enabled
              ? i18n._("“{name}” is on.", { name: credential.name })
              : i18n._("“{name}” is off. It stays saved and is not used.", { name: credential.name }),
          ),
        onError: (thrown) => {
          const error = asErrorView(thrown);
          notify(error.hint === null ? error.message : `${error.message} ${error.hint}`, true);
        },
      },
    );
  return (
    <Virtualizer
      layout={TableLayout}
      layoutOptions={{ rowHeight: ROW, headingHeight: HEAD, loaderHeight: 1 }}
    >
      <Table
        ref={tableRef}
        className={`${styles.table}`}
        aria-label={i18n._("Credentials")}
        aria-rowcount={props.total + 1}
        selectionMode="single"
        selectionBehavior="toggle"
        selectedKeys={props.selected === null ? [] : [props.selected]}
        onSelectionChange={(keys) => {
          if (keys === "all") return;
          const [key] = keys;
          props.onSelect(key === undefined ? null : String(key));
        }}
      >
        <TableHeader columns={columns} className={`${styles.head}`}>
          {(column) => (
            <Column
              id={column.id}
              isRowHeader={column.id === "name"}
              width={column.width}
              minWidth={column.min}
              className={`${styles.column}`}
            >
              {column.name}
            </Column>
          )}
        </TableHeader>
        <TableBody>
          <Collection items={rows} dependencies={[columns, now, mayChange, person, methods]}>
            {(credential) => (
              <Row
                id={credential.id}
                columns={columns}
                textValue={credential.name}
                className={`${styles.row} ${credential.enabled ? "" : styles.off}`}
                dependencies={[columns, now, mayChange, person, methods]}
              >
                {(column) => (
                  <Cell className={`${styles.cell}`}>
                    <Content
                      column={column.id}
                      credential={credential}
                      now={now}
                      method={methods(credential)}
                      onToggle={
                        mayChange && mayChangeOf(person, credential.organisation)
                          ? (on) => toggle(credential, on)
                          : null
                      }
                    />
                  </Cell>
                )}
              </Row>
            )}
          </Collection>
          <TableLoadMoreItem
            className={styles.more}
            isLoading={false}
            onLoadMore={() => props.onMore?.()}
            scrollOffset={2}
          />
        </TableBody>
      </Table>
    </Virtualizer>
  );
}

function Content(props: {
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

// The sign-in method is worth a word only where a provider has several.
function useMethodNames(): (credential: CredentialView) => string | null {
  const providers = useProviders();
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const provider of providers.data ?? []) {
      if (provider.auth.length < 2) continue;
      for (const auth of provider.auth) names.set(`${provider.id} ${auth.id}`, auth.label);
    }
    return (credential) => names.get(`${credential.provider} ${credential.auth}`) ?? null;
  }, [providers.data]);
}

function useShown(element: RefObject<HTMLDivElement | null>): string {
  const [shown, setShown] = useState(() => shownAt(900));
  useLayoutEffect(() => {
    const box = element.current;
    if (!box || typeof ResizeObserver === "undefined") return;
    const measure = () => {
      if (box.clientWidth > 0) setShown(shownAt(box.clientWidth));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return shown;
}
