import styles from "./CredentialTable.module.css";

/** The order of a column, in its head. */
export function Arrow({ descending }: { descending: boolean }) {
  return (
    <span className={styles.arrow} aria-hidden="true">
      {descending ? "▼" : "▲"}
    </span>
  );
}
