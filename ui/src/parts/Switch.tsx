import { SwitchButton, SwitchField, type SwitchFieldProps } from "react-aria-components";
import type { ReactNode } from "react";
import styles from "./Switch.module.css";

/** On or off. */
export function Switch({
  children,
  ...props
}: Omit<SwitchFieldProps, "className" | "children"> & { children?: ReactNode }) {
  return (
    <SwitchField {...props} className={`${styles.field}`}>
      <SwitchButton className={`${styles.switch}`}>
        <span className={styles.track} />
        {children}
      </SwitchButton>
    </SwitchField>
  );
}
