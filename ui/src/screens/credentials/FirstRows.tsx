import type { CredentialView, ListSettings } from "../../backend";
import { CellContent } from "./CellContent";
import { columnsFor, ROW, shownAt, type ColumnSpec } from "./columns";
import styles from "./CredentialTable.module.css";

/** The width that the table has in a new window, near enough to choose the columns. */
const WIDTH = 900;

const track = ({ width, min }: ColumnSpec) =>
  typeof width === "number" ? `${width}px` : `minmax(${min}px, ${width})`;

const nothing = () => undefined;

/**
 * The rows as they look, drawn before the table is there that works: its code is read while they can be seen already.
 * Nothing in here can be pressed, and screen readers wait for the table.
 */
export function FirstRows(props: {
  rows: readonly CredentialView[];
  settings: ListSettings;
  now: number;
  mayChange: (credential: CredentialView) => boolean;
}) {
  const { rows, settings, now, mayChange } = props;
  const columns = columnsFor(shownAt(WIDTH, settings.columns), settings.columns, false);
  const tracks = { gridTemplateColumns: columns.map(track).join(" ") };
  const compact = settings.layout === "compact";
  const inView = rows.slice(0, Math.ceil(window.innerHeight / (compact ? ROW.compact : ROW.comfortable)));
  return (
    <div className={`${styles.table} ${compact ? styles.compact : ""}`} inert aria-hidden="true">
      <div className={styles.head} style={{ display: "grid", ...tracks }}>
        {columns.map((column) => (
          <div key={column.id} className={styles.column}>
            {column.name}
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
            <div key={column.id} className={styles.cell}>
              {column.id !== "select" && (
                <CellContent
                  column={column.id}
                  credential={credential}
                  now={now}
                  method={null}
                  onToggle={mayChange(credential) ? nothing : null}
                />
              )}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
