import type { ImpactView } from "../../backend";
import { i18n } from "../../i18n";
import { kindIcon } from "../../parts/consumer-words";
import { Icon, type IconName } from "../../parts/icons";
import styles from "./DeleteDialog.module.css";

/** What a deletion stops, and below it what it only changes. */
export function Impact({ uses }: { uses: ImpactView[] }) {
  const lists = [
    { title: i18n._("These stop working:"), lines: uses.filter((use) => use.stops) },
    { title: i18n._("These change:"), lines: uses.filter((use) => !use.stops) },
  ];
  return lists.map(
    ({ title, lines }) =>
      lines.length > 0 && (
        <section key={title} aria-label={title}>
          <p className={styles.what}>{title}</p>
          <ul className={styles.impact} aria-label={title}>
            {grouped(lines).map(({ kind, effect, names }) => (
              <li key={`${kind} ${effect}`}>
                <Icon name={iconOf(kind)} />
                <bdi>{names.join(", ")}</bdi>
                <span>{effect}</span>
              </li>
            ))}
          </ul>
        </section>
      ),
  );
}

/** Those of one kind to which the same happens stand in one line. */
export function grouped(uses: ImpactView[]): { kind: string; effect: string; names: string[] }[] {
  const groups = new Map<string, { kind: string; effect: string; names: string[] }>();
  for (const { kind, effect, name } of uses) {
    const id = `${kind} ${effect}`;
    const group = groups.get(id) ?? { kind, effect, names: [] };
    group.names.push(name);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function iconOf(kind: string): IconName {
  switch (kind) {
    case "program":
      return "clock";
    case "default":
    case "replacement":
      return "key";
    case "readiness":
    case "onboarding":
      return "flag";
    default:
      return kindIcon(kind);
  }
}
