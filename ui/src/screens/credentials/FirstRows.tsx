import { createContext, use } from "react";
import type { CredentialView, ListLayout, ListSettings, ListSort, PersonView } from "../../backend";
import { mayChange } from "../../parts/permissions";
import { Arrow } from "./Arrow";
import { CellContent } from "./CellContent";
import { columnsFor, firstWidth, ROW, shownAt, type ColumnSpec } from "./columns";
import styles from "../../parts/Table.module.css";

const track = ({ width, min }: ColumnSpec) =>
  typeof width === "number" ? `${width}px` : `minmax(${min}px, ${width})`;

const nothing = () => undefined;

/** Whether all rows are drawn that are at hand, and not only those in view. */
export const AllRows = createContext(false);

/** Points above the first row, at least: title, tabs, filters and the table's head. */
const ABOVE = 180;

/** The table as it looks: of the rows those that are in view, and nothing that works. It is drawn in a tenth of the
 * time. */
export function StillTable(props: {
  rows: readonly CredentialView[];
  /** How many there are, these included. */
  total: number;
  columns: readonly ColumnSpec[];
  layout: ListLayout;
  sortBy: ListSort;
  descending: boolean;
  person: PersonView | null | undefined;
  mayChange: boolean;
  now: number;
}) {
  const { rows, columns, now } = props;
  const tracks = { gridTemplateColumns: columns.map(track).join(" ") };
  const compact = props.layout === "compact";
  const height = compact ? ROW.compact : ROW.comfortable;
  const all = use(AllRows);
  const drawn = all ? rows : rows.slice(0, Math.ceil((window.innerHeight - ABOVE) / height));
  // The table has a box around each cell, and its style sheet counts on it.
  return (
    <div className={`${styles.table} ${compact ? styles.compact : ""}`}>
      <div className={styles.head} style={{ display: "grid", position: "sticky", top: "0", ...tracks }}>
        {columns.map((column) => (
          <div key={column.id}>
            <div className={styles.column}>
              <span className={styles.cut}>{column.name}</span>
              {column.sorts === props.sortBy && <Arrow descending={props.descending} />}
              <span className={styles.resizer} />
            </div>
          </div>
        ))}
      </div>
      {drawn.map((credential, at) => (
        <div
          // By place: what is drawn again with other rows keeps its elements.
          key={at}
          data-still={credential.id}
          className={`${styles.row} ${credential.enabled ? "" : styles.off}`}
          style={{ display: "grid", ...tracks }}
        >
          {columns.map((column) => (
            <div key={column.id}>
              <div className={styles.cell}>
                {column.id !== "select" && (
                  <CellContent
                    column={column.id}
                    credential={credential}
                    now={now}
                    still
                    onToggle={
                      props.mayChange && mayChange(props.person, credential.organisation) ? nothing : null
                    }
                  />
                )}
              </div>
            </div>
          ))}
        </div>
      ))}
      <div style={{ height: `${(props.total - drawn.length) * height}px` }} />
    </div>
  );
}

/** The table of the first picture. It stands in the place of the table of the same name. */
export function CredentialTable(props: {
  rows: readonly CredentialView[];
  total: number;
  layout: ListLayout;
  chosenColumns: ListSettings["columns"];
  everywhere: boolean;
  sortBy: ListSort;
  descending: boolean;
  person: PersonView | null | undefined;
  mayChange: boolean;
  now: number;
}) {
  const shown = shownAt(firstWidth(), props.chosenColumns, props.everywhere);
  return <StillTable {...props} columns={columnsFor(shown, props.chosenColumns, false)} />;
}
