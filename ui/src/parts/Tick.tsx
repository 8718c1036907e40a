import { Checkbox } from "react-aria-components";
import { Icon } from "./icons";
import styles from "./Tick.module.css";

/** The box that chooses a row of a list, or all of them. */
export function Tick() {
  return (
    <Checkbox slot="selection" className={`${styles.tick}`}>
      {({ isIndeterminate }) => (
        <span aria-hidden="true">
          <Icon name={isIndeterminate ? "minus" : "check"} size={12} />
        </span>
      )}
    </Checkbox>
  );
}
