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
import type { ConsumerView } from "../../backend";
import { i18n } from "../../i18n";
import { kindIcon, kindName, usageShort } from "../../parts/consumer-words";
import { Icon } from "../../parts/icons";
import { StatusPill } from "../../parts/Status";
import { ago, dateTime } from "../../parts/time";
import table from "../../parts/Table.module.css";
import styles from "./Consumers.module.css";
import { worstOf } from "./worst";

const ROW = 52;
const HEAD = 34;

/** Consumers, one a row; Enter or a click opens one. Only the rows in view are in the page. */
export function ConsumerTable(props: {
  rows: ConsumerView[];
  total: number;
  /** Whether the organisation is shown: only where several are listed. */
  organisation: boolean;
  now: number;
  onOpen: (id: string) => void;
  onMore: (() => void) | null;
}) {
  const columns = [
    { id: "name", name: i18n._("Name"), width: "4fr" as const, min: 170 },
    { id: "kind", name: i18n._("Kind"), width: 132, min: 110 },
    ...(props.organisation
      ? [{ id: "organisation", name: i18n._("Organisation"), width: "2fr" as const, min: 110 }]
      : []),
    { id: "uses", name: i18n._("Uses"), width: "5fr" as const, min: 140 },
    { id: "status", name: i18n._("Status"), width: 172, min: 170 },
    { id: "used", name: i18n._("Last used"), width: 116, min: 100 },
  ];
  return (
    <Virtualizer
      layout={TableLayout}
      layoutOptions={{ rowHeight: ROW, headingHeight: HEAD, loaderHeight: 1 }}
    >
      <Table
        className={`${table.table} ${table.tall}`}
        aria-label={i18n._("Agents & consumers")}
        // The table itself counts the rows that were read so far, and lets no property say otherwise.
        render={(own) => <div {...own} aria-rowcount={props.total + 1} />}
        onRowAction={(key) => props.onOpen(String(key))}
      >
        <TableHeader columns={columns} className={`${table.head}`}>
          {(column) => (
            <Column
              id={column.id}
              isRowHeader={column.id === "name"}
              width={column.width}
              minWidth={column.min}
              className={`${table.column}`}
            >
              {column.name}
            </Column>
          )}
        </TableHeader>
        <TableBody>
          <Collection items={props.rows} dependencies={[props.organisation, props.now]}>
            {(consumer) => (
              <Row
                id={consumer.id}
                columns={columns}
                textValue={consumer.name}
                className={`${table.row}`}
                dependencies={[props.organisation, props.now]}
              >
                {(column) => (
                  <Cell className={`${table.cell} ${styles.cell}`}>
                    <Content column={column.id} consumer={consumer} now={props.now} />
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
  );
}

function Content({ column, consumer, now }: { column: string; consumer: ConsumerView; now: number }) {
  switch (column) {
    case "name":
      return (
        <>
          <Icon name={kindIcon(consumer.kind)} />
          <span className={styles.name}>
            <bdi title={consumer.name}>{consumer.name}</bdi>
            {consumer.note !== "" && <small title={consumer.note}>{consumer.note}</small>}
          </span>
        </>
      );
    case "kind":
      return <span className={table.cut}>{kindName(consumer.kind)}</span>;
    case "organisation":
      return (
        <bdi className={table.cut} title={consumer.scope}>
          {consumer.scope}
        </bdi>
      );
    case "uses": {
      const uses = consumer.uses.map(usageShort).join(", ");
      return (
        <bdi className={`${table.cut} ${uses === "" ? styles.quiet : ""}`} title={uses}>
          {uses === "" ? i18n._("Nothing yet") : uses}
        </bdi>
      );
    }
    case "status":
      return <StatusPill status={worstOf(consumer, now)} />;
    default:
      return consumer.last_used_at === null ? (
        <span className={styles.quiet}>{i18n._("never")}</span>
      ) : (
        <span className={table.cut} title={dateTime(consumer.last_used_at)}>
          {ago(consumer.last_used_at, now)}
        </span>
      );
  }
}
