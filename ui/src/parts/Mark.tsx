import type { ReactNode } from "react";
import styles from "./Mark.module.css";

/** Two letters for a provider, beside its name. */
export function Mark({ text, large = false }: { text: string; large?: boolean }) {
  return (
    <span className={`${styles.mark} ${large ? styles.large : ""}`} aria-hidden="true">
      {text}
    </span>
  );
}

/** A small word in a frame. */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <>
      {" "}
      <span className={styles.tag}>{children}</span>
    </>
  );
}
