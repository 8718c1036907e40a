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
import { useNotify } from "../../parts/notices";
import { CellContent } from "./CellContent";
import { columnsFor, HEAD, ROW, shownAt } from "./columns";
import styles from "./CredentialTable.module.css";

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
                    <CellContent
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
