import { i18n } from "../../i18n";
import { number } from "../../parts/time";
import { aiTypes, entries, integrationTypes, typeName } from "../../parts/words";
import styles from "./Attention.module.css";

type Group = "works" | "limited" | "rejected" | "idle";
const groups: Group[] = ["works", "limited", "rejected", "idle"];

// Four are told apart at a glance; the list has every status.
function groupOf(status: string): Group {
  if (status === "works") return "works";
  if (["rejected", "suspended", "expired", "unreadable"].includes(status)) return "rejected";
  if (["disabled", "dormant", "unconnected", "not_checked", "unknown", "uncheckable"].includes(status))
    return "idle";
  return "limited";
}

const WIDTH = 160;

/** The inventory by type and status: bars for the eye, and the same figures as a table. */
export function Inventory(props: {
  counts: Record<string, Record<string, number>>;
  /** By status alone: a credential of two types counts once. */
  byStatus: Record<string, number>;
}) {
  const { counts } = props;
  const words: Record<Group, string> = {
    works: i18n._("Works"),
    limited: i18n._("Limited"),
    rejected: i18n._("Unusable"),
    idle: i18n._("Not checked or off"),
  };
  const rows = [...aiTypes, ...integrationTypes].flatMap((type) => {
    const sums: Record<Group, number> = { works: 0, limited: 0, rejected: 0, idle: 0 };
    for (const [status, count] of entries(counts[type] ?? {})) sums[groupOf(status)] += count;
    const all = groups.reduce((sum, group) => sum + sums[group], 0);
    return all === 0 ? [] : [{ type, name: typeName(type), sums, all }];
  });
  const told: Record<Group, number> = { works: 0, limited: 0, rejected: 0, idle: 0 };
  for (const [status, count] of entries(props.byStatus)) told[groupOf(status)] += count;
  const most = Math.max(1, ...rows.map((row) => row.all));
  return (
    <section aria-labelledby="inventory" className={styles.inventory}>
      <h2 id="inventory">{i18n._("Inventory by type and status")}</h2>
      <div className={styles.picture} aria-hidden="true">
        {rows.map((row) => {
          let from = 0;
          return (
            <div key={row.type} className={styles.barRow}>
              <span>{row.name}</span>
              <svg width={WIDTH} height="12">
                {groups.map((group) => {
                  const width = (row.sums[group] / most) * WIDTH;
                  const x = from;
                  from += width;
                  return (
                    width > 0 && (
                      <rect key={group} className={styles[group]} x={x} width={width} height="12" />
                    )
                  );
                })}
              </svg>
              <span>{number(row.all)}</span>
            </div>
          );
        })}
        <div className={styles.legend}>
          {groups.map((group) => (
            <span key={group}>
              <svg width="10" height="10">
                <rect className={styles[group]} width="10" height="10" rx="2" />
              </svg>
              <span>
                {words[group]}
                <b>{number(told[group])}</b>
              </span>
            </span>
          ))}
        </div>
      </div>
      <details>
        <summary>{i18n._("As a table")}</summary>
        <table className={styles.table}>
          <caption>{i18n._("Credentials by type and status")}</caption>
          <thead>
            <tr>
              <th scope="col">{i18n._("Type")}</th>
              {groups.map((group) => (
                <th key={group} scope="col">
                  {words[group]}
                </th>
              ))}
              <th scope="col">{i18n._("All")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.type}>
                <th scope="row">{row.name}</th>
                {groups.map((group) => (
                  <td key={group}>{number(row.sums[group])}</td>
                ))}
                <td>{number(row.all)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{i18n._("Each once")}</th>
              {groups.map((group) => (
                <td key={group}>{number(told[group])}</td>
              ))}
              <td>{number(groups.reduce((sum, group) => sum + told[group], 0))}</td>
            </tr>
          </tfoot>
        </table>
      </details>
    </section>
  );
}
