import type { ReactNode, SyntheticEvent } from "react";
import styles from "./Switch.module.css";

// A row that the switch stands in is opened by a press. One on the switch is not meant for it, and neither are the keys
// that press.
const keepToItself = (event: SyntheticEvent) => event.stopPropagation();
const keepKeys = (event: { key: string; stopPropagation: () => void }) => {
  if (event.key === " " || event.key === "Enter") event.stopPropagation();
};

/** On or off. The browser's own control: there is one in every row, and it is there at once. */
export function Switch(props: {
  isSelected: boolean;
  isDisabled?: boolean;
  onChange: (on: boolean) => void;
  /** It is only looked at: no key leads to it. */
  still?: boolean;
  "aria-label"?: string;
  children?: ReactNode;
}) {
  return (
    <label
      className={styles.switch}
      onPointerDown={keepToItself}
      onPointerUp={keepToItself}
      onMouseDown={keepToItself}
      onMouseUp={keepToItself}
      onClick={keepToItself}
      onKeyDown={keepKeys}
      onKeyUp={keepKeys}
    >
      <input
        type="checkbox"
        role="switch"
        checked={props.isSelected}
        disabled={props.isDisabled}
        tabIndex={props.still === true ? -1 : undefined}
        onChange={(event) => props.onChange(event.target.checked)}
        aria-label={props["aria-label"]}
      />
      <span className={styles.track} />
      {props.children}
    </label>
  );
}
