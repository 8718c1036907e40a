import { Icon } from "../../parts/icons";
import styles from "../../parts/Table.module.css";

/** The order of a column, in its head. Drawn: no font of the page has it, and looking for one takes long. */
export function Arrow({ descending }: { descending: boolean }) {
  return (
    <span className={styles.arrow} aria-hidden="true">
      <Icon name={descending ? "down" : "up"} size={10} />
    </span>
  );
}
