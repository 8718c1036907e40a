import { useState, type ClipboardEvent, type ReactNode } from "react";
import {
  Button,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
  TextArea,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { i18n } from "../i18n";
import styles from "./Field.module.css";
import { Icon } from "./icons";
import { Prose } from "./Prose";

/** Something said under a field. */
export type Note = { level: "error" | "warning" | "info"; text: string };

type Common = {
  label: string;
  /** Shown as "optional" beside the label. */
  optional?: boolean;
  hint?: ReactNode;
  notes?: Note[];
};

function LabelLine({ label, optional }: Common) {
  return (
    <Label className={`${styles.label}`}>
      {label}
      {optional && (
        <>
          {" "}
          <span className={styles.optional}>{i18n._("optional")}</span>
        </>
      )}
    </Label>
  );
}

// Errors, warnings and hints are all read with the field (aria-describedby), and announced when they appear.
function Below({ hint, notes = [] }: Common) {
  const look = { error: styles.error, warning: styles.warning, info: styles.hint };
  return (
    <Text slot="description">
      <span aria-live="polite">
        {notes.map((note) => (
          <span key={note.text} className={`${look[note.level]} ${styles.note}`}>
            {note.level !== "info" && <Icon name={note.level === "error" ? "x" : "alert"} size={12} />}
            <span>
              <Prose text={note.text} />
            </span>
          </span>
        ))}
      </span>
      {hint !== undefined &&
        hint !== null &&
        hint !== "" &&
        !notes.some((note) => note.level === "error") && (
          <span className={`${styles.hint} ${styles.note}`}>
            <span>{hint}</span>
          </span>
        )}
    </Text>
  );
}

type BoxProps = Common & {
  name: string;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  /** Gets pasted text as it was, before a one-line box drops its line breaks. */
  onPasteText?: (text: string, insert: (part: string) => string) => void;
  required?: boolean;
  placeholder?: string;
  mono?: boolean;
  multiline?: boolean;
  /** Masked, with a toggle, and kept away from autofill, spelling and history. */
  secret?: boolean;
  readOnly?: boolean;
  autoFocus?: boolean;
  type?: "text" | "url" | "tel";
  end?: ReactNode;
};

/** A labelled box for text, several lines or a secret. */
export function TextBox(props: BoxProps) {
  const { label, value, onChange, secret = false, multiline = false, notes = [] } = props;
  const [shown, setShown] = useState(false);
  const invalid = notes.some((note) => note.level === "error");
  const masked = secret && !shown;

  const paste = (event: ClipboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    if (!props.onPasteText) return;
    const text = event.clipboardData.getData("text/plain");
    if (text === "") return;
    event.preventDefault();
    const box = event.currentTarget;
    const from = box.selectionStart ?? value.length;
    const to = box.selectionEnd ?? value.length;
    props.onPasteText(text, (part) => value.slice(0, from) + part + value.slice(to));
  };
  const shared = {
    placeholder: props.placeholder,
    onPaste: paste,
    spellCheck: secret || props.mono ? ("false" as const) : undefined,
    autoComplete: "off",
    autoCorrect: "off",
    autoCapitalize: "off",
  };
  return (
    <TextField
      className={`${styles.field}`}
      name={props.name}
      value={value}
      onChange={onChange}
      onBlur={props.onBlur}
      isRequired={props.required}
      isInvalid={invalid}
      isReadOnly={props.readOnly}
      validationBehavior="aria"
      // Asked for by the person who opened the form.
      autoFocus={props.autoFocus}
      type={multiline ? undefined : masked ? "password" : (props.type ?? "text")}
    >
      <LabelLine {...props} />
      <div
        className={`${styles.input} ${props.mono || secret ? styles.mono : ""}`}
        data-invalid={invalid || undefined}
      >
        {multiline ? (
          <TextArea {...shared} rows={5} className={masked ? `${styles.masked}` : ""} />
        ) : (
          <Input {...shared} />
        )}
        {secret && (
          <Button
            className={`${styles.end} ${multiline ? styles.endTop : ""}`}
            onPress={() => setShown(!shown)}
            aria-pressed={shown}
            aria-label={shown ? i18n._("Hide {label}", { label }) : i18n._("Show {label}", { label })}
          >
            <Icon name="eye" /> {shown ? i18n._("Hide") : i18n._("Show")}
          </Button>
        )}
        {props.end}
      </div>
      <Below {...props} />
    </TextField>
  );
}

/** A value out of several. */
export function ChoiceBox(
  props: Common & {
    name: string;
    value: string | null;
    choices: { value: string; label: string }[];
    onChange: (value: string) => void;
    required?: boolean;
  },
) {
  const invalid = (props.notes ?? []).some((note) => note.level === "error");
  return (
    <Select
      className={`${styles.field}`}
      name={props.name}
      value={props.value}
      onChange={(key) => props.onChange(String(key))}
      isRequired={props.required}
      isInvalid={invalid}
      validationBehavior="aria"
      placeholder={i18n._("Choose…")}
    >
      <LabelLine {...props} />
      <Button className={`${styles.select}`}>
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Below {...props} />
      <Popover className={`${styles.popover}`}>
        <ListBox items={props.choices}>
          {(choice) => (
            <ListBoxItem id={choice.value} textValue={choice.label} className={`${styles.option}`}>
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** A choice of few, all in view. */
export function Segments(
  props: Common & {
    value: string;
    choices: { value: string; label: string; mark?: string }[];
    onChange: (value: string) => void;
  },
) {
  return (
    <div className={styles.field}>
      <span className={styles.label} aria-hidden="true">
        {props.label}
      </span>
      <ToggleButtonGroup
        className={`${styles.segments}`}
        aria-label={props.label}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[props.value]}
        onSelectionChange={(keys) => {
          for (const key of keys) props.onChange(String(key));
        }}
      >
        {props.choices.map((choice) => (
          <ToggleButton key={choice.value} id={choice.value} className={`${styles.segment}`}>
            {choice.label}
            {choice.mark !== undefined && (
              <>
                {" "}
                <em>{choice.mark}</em>
              </>
            )}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {props.hint !== undefined && <span className={styles.hint}>{props.hint}</span>}
    </div>
  );
}
