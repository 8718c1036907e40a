import { Button as AriaButton, ProgressBar, type ButtonProps } from "react-aria-components";
import type { ReactNode } from "react";
import { i18n } from "../i18n";
import styles from "./Button.module.css";

type Look = "plain" | "primary" | "ghost" | "danger" | "ghostDanger" | "icon";

const looks: Record<Look, string> = {
  plain: `${styles.button}`,
  primary: `${styles.button} ${styles.primary}`,
  ghost: `${styles.button} ${styles.ghost}`,
  danger: `${styles.button} ${styles.danger}`,
  ghostDanger: `${styles.button} ${styles.ghost} ${styles.danger}`,
  icon: `${styles.button} ${styles.icon}`,
};

/** A button in one of the looks of the page. */
export function Button({
  look = "plain",
  children,
  ...props
}: Omit<ButtonProps, "className" | "children"> & { look?: Look; children: ReactNode }) {
  return (
    <AriaButton {...props} className={looks[look]}>
      {props.isPending && (
        <ProgressBar className={`${styles.progress}`} isIndeterminate aria-label={i18n._("Under way")} />
      )}
      {children}
    </AriaButton>
  );
}

/** The key that does the same; said to screen readers through `aria-keyshortcuts` where it matters. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className={styles.kbd} aria-hidden="true">
      {children}
    </kbd>
  );
}
