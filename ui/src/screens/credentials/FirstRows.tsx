import { useStartup, type CredentialView, type ListSettings, type ListSort } from "../../backend";
import { mayChange } from "../../parts/permissions";
import { CellContent } from "./CellContent";
import { columnsFor, firstWidth, ROW, shownAt, type ColumnSpec } from "./columns";
import { Arrow } from "./Arrow";
import styles from "../../parts/Table.module.css";

const track = ({ width, min }: ColumnSpec) =>
  typeof width === "number" ? `${width}px` : `minmax(${min}px, ${width})`;

const nothing = () => undefined;

/**
 * The table as it looks, in the first picture: of the rows those that are in view, and nothing that works. It stands in
 * the place of the table of the same name.
 */
export function CredentialTable(props: {
  rows: readonly CredentialView[];
  settings: ListSettings;
  everywhere: boolean;
  sort: { by: ListSort; descending: boolean };
  mayChange: boolean;
  now: number;
}) {
  const { rows, settings, now } = props;
  const person = useStartup().data?.person;
  const columns = columnsFor(
    shownAt(firstWidth(), settings.columns, props.everywhere),
    settings.columns,
    false,
  );
  const tracks = { gridTemplateColumns: columns.map(track).join(" ") };
  const compact = settings.layout === "compact";
  const height = compact ? ROW.compact : ROW.comfortable;
  const inView = rows.slice(0, Math.ceil(window.innerHeight / height));
  // The table has a box around each cell, and its style sheet counts on it.
  return (
    <div className={`${styles.table} ${compact ? styles.compact : ""}`}>
      <div className={styles.head} style={{ display: "grid", ...tracks }}>
        {columns.map((column) => (
          <div key={column.id}>
            <div className={styles.column}>
              <span className={styles.cut}>{column.name}</span>
              {column.sorts === props.sort.by && <Arrow descending={props.sort.descending} />}
              <span className={styles.resizer} />
            </div>
          </div>
        ))}
      </div>
      {inView.map((credential) => (
        <div
          key={credential.id}
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
                    method={null}
                    onToggle={props.mayChange && mayChange(person, credential.organisation) ? nothing : null}
                  />
                )}
              </div>
            </div>
          ))}
        </div>
      ))}
      <div style={{ height: (rows.length - inView.length) * height }} />
    </div>
  );
}
