import type { RefObject } from "react";
import {
  Cell,
  Collection,
  Column,
  ResizableTableContainer,
  Row,
  Table,
  TableBody,
  TableHeader,
  TableLayout,
  TableLoadMoreItem,
  Virtualizer,
} from "react-aria-components";
import type { AuditEntryView } from "../../backend";
import { i18n } from "../../i18n";
import { Icon } from "../../parts/icons";
import { dateTime } from "../../parts/time";
import { HEAD, ROW } from "../credentials/columns";
import table from "../../parts/Table.module.css";
import styles from "./Activity.module.css";
import { groupWord, ownerNames } from "./words";

type ColumnId = "what" | "object" | "person" | "scope" | "when";
type Spec = { id: ColumnId; name: string; width: number | `${number}fr`; min: number };

const columns = (): Spec[] => [
  { id: "when", name: i18n._("Time"), width: 165, min: 165 },
  { id: "person", name: i18n._("Person"), width: "2fr", min: 90 },
  { id: "what", name: i18n._("What"), width: "4fr", min: 190 },
  { id: "object", name: i18n._("Object"), width: "3fr", min: 95 },
  { id: "scope", name: i18n._("Organisation"), width: "2fr", min: 90 },
];

/** The entries: only the rows in view are in the page. Enter or a click opens a row. */
export function EntryTable(props: {
  rows: AuditEntryView[];
  selected: number | null;
  onSelect: (sequence: number | null) => void;
  onMore: (() => void) | null;
  tableRef: RefObject<HTMLDivElement | null>;
}) {
  const shown = columns();
  return (
    <ResizableTableContainer className={`${table.container}`}>
      <Virtualizer
        layout={TableLayout}
        layoutOptions={{ rowHeight: ROW.comfortable, headingHeight: HEAD, loaderHeight: 1 }}
      >
        <Table
          ref={props.tableRef}
          className={`${table.table}`}
          aria-label={i18n._("Entries")}
          selectionMode="single"
          selectionBehavior="toggle"
          selectedKeys={props.selected === null ? [] : [props.selected]}
          onSelectionChange={(keys) => {
            if (keys === "all") return;
            const [key] = keys;
            props.onSelect(key === undefined ? null : Number(key));
          }}
        >
          <TableHeader columns={shown} className={`${table.head}`}>
            {(column) => (
              <Column
                id={column.id}
                isRowHeader={column.id === "what"}
                width={column.width}
                minWidth={column.min}
                textValue={column.name}
                className={`${table.column}`}
              >
                <span className={table.cut}>{column.name}</span>
              </Column>
            )}
          </TableHeader>
          <TableBody>
            <Collection items={props.rows}>
              {(entry) => (
                <Row
                  id={entry.sequence}
                  columns={shown}
                  textValue={`${entry.said} ${entry.object}`}
                  className={`${table.row}`}
                >
                  {(column) => (
                    <Cell className={`${table.cell}`}>
                      <Content column={column.id} entry={entry} />
                    </Cell>
                  )}
                </Row>
              )}
            </Collection>
            <TableLoadMoreItem
              className={table.more}
              isLoading={false}
              onLoadMore={() => props.onMore?.()}
              scrollOffset={2}
            />
          </TableBody>
        </Table>
      </Virtualizer>
    </ResizableTableContainer>
  );
}

function Content({ column, entry }: { column: ColumnId; entry: AuditEntryView }) {
  switch (column) {
    case "when":
      return <span className={`${table.cut} ${styles.when}`}>{dateTime(entry.at)}</span>;
    case "person":
      return (
        <span className={table.cut} title={entry.person}>
          <bdi>{entry.person}</bdi>
        </span>
      );
    case "what":
      return (
        <span className={`${styles.what} ${entry.group === "refused" ? styles.refused : ""}`}>
          <Icon name={groupWord(entry.group).icon} size={14} />
          <span className={table.cut} title={entry.said}>
            {entry.said}
          </span>
        </span>
      );
    case "object":
      return (
        <span className={`${table.cut} ${table.name}`} title={entry.object}>
          <bdi>{entry.object === "" ? "–" : entry.object}</bdi>
        </span>
      );
    case "scope":
      return (
        <span className={table.cut} title={ownerNames(entry.scopes)}>
          <bdi>{entry.scopes.length === 0 ? "–" : ownerNames(entry.scopes)}</bdi>
        </span>
      );
  }
}
