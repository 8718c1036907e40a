import type { Ref } from "react";
import { Button, Input, SearchField } from "react-aria-components";
import { i18n } from "../i18n";
import { Kbd } from "./Button";
import { Icon } from "./icons";
import styles from "./SearchInput.module.css";

/** A box for words to look for. */
export function SearchInput(props: {
  label: string;
  placeholder?: string;
  /** Left out where something around it keeps what is typed. */
  value?: string;
  onChange?: (text: string) => void;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  /** Somebody came to it, or went. */
  onFocusChange?: (focused: boolean) => void;
  /** The key that leads here. */
  shortcut?: string;
  /** Id of the text that says what is not understood. */
  problem?: string | null;
}) {
  const problem = props.problem ?? undefined;
  const kept = props.value === undefined ? {} : { value: props.value };
  return (
    <SearchField
      className={`${styles.search} ${problem === undefined ? "" : styles.bad}`}
      aria-label={props.label}
      isInvalid={problem !== undefined}
      {...kept}
      onChange={props.onChange}
      onFocusChange={props.onFocusChange}
      // Asked for by the person who opened it.
      autoFocus={props.autoFocus}
    >
      <Icon name="search" />
      <Input
        ref={props.inputRef}
        placeholder={props.placeholder}
        aria-describedby={problem}
        spellCheck="false"
        autoComplete="off"
      />
      {props.value !== undefined && props.value !== "" ? (
        <Button className={`${styles.clear}`} aria-label={i18n._("Clear search")}>
          <Icon name="x" size={12} />
        </Button>
      ) : (
        props.shortcut !== undefined && <Kbd>{props.shortcut}</Kbd>
      )}
    </SearchField>
  );
}
