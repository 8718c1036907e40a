import {
  Autocomplete,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
  useFilter,
} from "react-aria-components";
import { useState } from "react";
import { i18n } from "../i18n";
import field from "./Field.module.css";
import { Icon } from "./icons";
import styles from "./Picker.module.css";
import { SearchInput } from "./SearchInput";
import { StatusPill } from "./Status";
import type { Status } from "./words";

/** One of the things to choose from. */
export type Choice = {
  id: string;
  name: string;
  /** Said beside the name. */
  detail?: string;
  status?: Status;
  /** It is shown and cannot be chosen; the detail says why. */
  disabled?: boolean;
};

const ADD = "add new";

/** A choice of many, with search, and a way to add what is missing. */
export function Picker(props: {
  label: string;
  name: string;
  value: string | null;
  choices: Choice[];
  onChange: (id: string) => void;
  /** Adds another one; null where this person may not. */
  onAdd: (() => void) | null;
  placeholder?: string;
  hint?: string;
}) {
  const { contains } = useFilter({ sensitivity: "base" });
  const [search, setSearch] = useState("");
  const { onAdd } = props;
  const chosen = props.choices.find((choice) => choice.id === props.value);
  return (
    <Select
      className={`${field.field}`}
      name={props.name}
      value={props.value}
      placeholder={props.placeholder ?? i18n._("Choose…")}
      onOpenChange={() => setSearch("")}
      onChange={(key) => {
        if (key === ADD) onAdd?.();
        else if (key !== null) props.onChange(String(key));
      }}
    >
      <Label className={`${field.label}`}>{props.label}</Label>
      <Button className={`${field.select}`}>
        <SelectValue className={`${styles.chosen}`}>
          {({ isPlaceholder, defaultChildren }) =>
            isPlaceholder || !chosen ? (
              defaultChildren
            ) : (
              <>
                <bdi>{chosen.name}</bdi>
                {chosen.detail !== undefined && <small> · {chosen.detail}</small>}
              </>
            )
          }
        </SelectValue>
        <Icon name="down" />
      </Button>
      {props.hint !== undefined && (
        <Text slot="description" className={`${field.hint} ${field.note}`}>
          {props.hint}
        </Text>
      )}
      <Popover className={`${field.popover} ${styles.popover}`}>
        <Autocomplete
          inputValue={search}
          onInputChange={setSearch}
          // What adds another one is at hand whatever is looked for.
          filter={(text, typed) => text === ADD || contains(text, typed)}
        >
          <div className={styles.head}>
            <SearchInput label={i18n._("Search: {label}", { label: props.label })} autoFocus />
          </div>
          <ListBox
            aria-label={props.label}
            renderEmptyState={() => <p className={styles.none}>{i18n._("Nothing matches.")}</p>}
          >
            {props.choices.map((choice) => (
              <ListBoxItem
                key={choice.id}
                id={choice.id}
                textValue={[choice.name, choice.detail ?? ""].join(" ").trim()}
                isDisabled={choice.disabled ?? false}
                className={`${styles.option}`}
              >
                <span>
                  <b>
                    <bdi>{choice.name}</bdi>
                  </b>
                  {choice.detail !== undefined && <small> · {choice.detail}</small>}
                </span>
                {choice.status && <StatusPill status={choice.status} />}
              </ListBoxItem>
            ))}
            {onAdd && (
              <ListBoxItem id={ADD} textValue={ADD} className={`${styles.option} ${styles.add}`}>
                <Icon name="plus" size={14} />
                <span>{i18n._("Add new…")}</span>
              </ListBoxItem>
            )}
          </ListBox>
        </Autocomplete>
      </Popover>
    </Select>
  );
}
