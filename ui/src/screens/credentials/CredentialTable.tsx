import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import {
  Cell,
  Collection,
  Column,
  ColumnResizer,
  ResizableTableContainer,
  Row,
  Table,
  TableBody,
  TableHeader,
  Virtualizer,
} from "react-aria-components";
import {
  asErrorView,
  useSetEnabled,
  type CredentialView,
  type ListColumn,
  type ListColumnSetting,
  type ListLayout,
  type ListSort,
  type PersonView,
} from "../../backend";
import { mayChange as mayChangeOf } from "../../parts/permissions";
import { i18n } from "../../i18n";
import { useNotify } from "../../parts/notices";
import { Tick } from "../../parts/Tick";
import { Arrow } from "./Arrow";
import { CellContent } from "./CellContent";
import { columnsFor, firstWidth, HEAD, ROW, shownAt } from "./columns";
import { RowsLayout } from "./RowsLayout";
import { goToEnd, useSeenRows } from "./useSeenRows";
import styles from "../../parts/Table.module.css";

/** The table: only the rows in view are in the page. Enter or a click opens a row. It is drawn again only when something
 * that it is given changes: that takes longer than anything else in the page. */
export const CredentialTable = memo(function CredentialTable(props: {
  rows: CredentialView[];
  /** How many rows come before them. */
  before: number;
  total: number;
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** Those that are chosen for something to be done with all of them; null where one row is opened instead. */
  chosen: ReadonlySet<string> | null;
  onChoose: (ids: ReadonlySet<string>) => void;
  layout: ListLayout;
  chosenColumns: ListColumnSetting[];
  /** The rows belong to several organisations. */
  everywhere: boolean;
  /** Says which columns there is room for. */
  onShown: (shown: string) => void;
  onWidths: (widths: Map<ListColumn, number>) => void;
  sortBy: ListSort;
  descending: boolean;
  onSort: (by: ListSort, descending: boolean) => void;
  person: PersonView | null | undefined;
  mayChange: boolean;
  now: number;
  /** Rows of which not all are among those are about to be seen: from this one on to before that one. */
  onSeen: (from: number, to: number) => void;
  tableRef: RefObject<HTMLDivElement | null>;
}) {
  const { rows, before, total, now, mayChange, tableRef, layout, chosenColumns, person } = props;
  const selecting = props.chosen !== null;
  const shown = useShown(tableRef, chosenColumns, props.everywhere, props.onShown);
  const columns = useMemo(
    () => columnsFor(shown, chosenColumns, selecting),
    [shown, chosenColumns, selecting],
  );
  const rowHeight = layout === "compact" ? ROW.compact : ROW.comfortable;
  useSeenRows(tableRef, rows, before, total, rowHeight, props.onSeen);
  const sortColumn = columns.find((column) => column.sorts === props.sortBy);
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
    <ResizableTableContainer
      className={`${styles.container}`}
      onResizeEnd={(widths) => {
        const chosen = new Map<ListColumn, number>();
        for (const [key, value] of widths) {
          if (key !== "select" && typeof value === "number") chosen.set(key as ListColumn, Math.round(value));
        }
        props.onWidths(chosen);
      }}
    >
      <Virtualizer
        layout={RowsLayout}
        layoutOptions={{
          rowHeight,
          headingHeight: HEAD,
          before: before * rowHeight,
          after: Math.max(0, total - before - rows.length) * rowHeight,
        }}
      >
        <Table
          ref={tableRef}
          className={`${styles.table} ${layout === "compact" ? styles.compact : ""}`}
          aria-label={i18n._("Credentials")}
          // The table itself counts the rows that it has, and lets no property say otherwise.
          render={(own) => (
            <div
              {...own}
              aria-rowcount={total + 1}
              onKeyDownCapture={(event) => goToEnd(event, before, rows.length, total)}
            />
          )}
          selectionMode={props.chosen === null ? "single" : "multiple"}
          selectionBehavior="toggle"
          selectedKeys={props.chosen ?? (props.selected === null ? [] : [props.selected])}
          onSelectionChange={(keys) => {
            if (props.chosen !== null) {
              // "All" are those at hand, and those that were chosen before; the bar offers the rest.
              props.onChoose(
                keys === "all"
                  ? new Set([...props.chosen, ...rows.map((row) => row.id)])
                  : new Set([...keys].map(String)),
              );
              return;
            }
            if (keys === "all") return;
            const [key] = keys;
            props.onSelect(key === undefined ? null : String(key));
          }}
          sortDescriptor={
            sortColumn && {
              column: sortColumn.id,
              direction: props.descending ? "descending" : "ascending",
            }
          }
          onSortChange={({ column, direction }) => {
            const by = columns.find((one) => one.id === column)?.sorts;
            if (by) props.onSort(by, direction === "descending");
          }}
        >
          <TableHeader columns={columns} className={`${styles.head}`}>
            {(column) => (
              <Column
                id={column.id}
                isRowHeader={column.id === "name"}
                allowsSorting={column.sorts !== null}
                width={column.width}
                minWidth={column.min}
                textValue={column.name}
                className={`${styles.column}`}
              >
                {({ sortDirection }) =>
                  column.id === "select" ? (
                    <Tick />
                  ) : (
                    <>
                      <span className={styles.cut}>{column.name}</span>
                      {sortDirection && <Arrow descending={sortDirection === "descending"} />}
                      <ColumnResizer
                        className={`${styles.resizer}`}
                        aria-label={i18n._("Width of {column}", { column: column.name })}
                      />
                    </>
                  )
                }
              </Column>
            )}
          </TableHeader>
          <TableBody>
            <Collection items={rows} dependencies={[columns, now, mayChange, person, before]}>
              {(credential) => (
                <Row
                  id={credential.id}
                  columns={columns}
                  textValue={credential.name}
                  className={`${styles.row} ${credential.enabled ? "" : styles.off}`}
                  dependencies={[columns, now, mayChange, person]}
                  {...(before > 0 && {
                    // The table counts from the first row that it has.
                    render: (own) => <div {...own} aria-rowindex={Number(own["aria-rowindex"]) + before} />,
                  })}
                >
                  {(column) => (
                    <Cell className={`${styles.cell}`}>
                      {column.id === "select" ? (
                        <Tick />
                      ) : (
                        <CellContent
                          column={column.id}
                          credential={credential}
                          now={now}
                          onToggle={
                            mayChange && mayChangeOf(person, credential.organisation)
                              ? (on) => toggle(credential, on)
                              : null
                          }
                        />
                      )}
                    </Cell>
                  )}
                </Row>
              )}
            </Collection>
          </TableBody>
        </Table>
      </Virtualizer>
    </ResizableTableContainer>
  );
});

// The ids of the columns that the width has room for, as one text: a width that shows the same draws no row again.
function useShown(
  element: RefObject<HTMLDivElement | null>,
  chosen: ListColumnSetting[],
  everywhere: boolean,
  tell: (shown: string) => void,
): string {
  const [width, setWidth] = useState(firstWidth);
  const known = useRef(width);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box || typeof ResizeObserver === "undefined") return;
    const at = (width: number) => shownAt(width, chosen, everywhere);
    const measure = () => {
      const now = box.clientWidth;
      if (now === 0 || at(now) === at(known.current)) return;
      known.current = now;
      setWidth(now);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element, chosen, everywhere]);
  const shown = shownAt(width, chosen, everywhere);
  useEffect(() => tell(shown), [tell, shown]);
  return shown;
}
