import { Button } from "react-aria-components";
import { asErrorView, call } from "../backend";
import { i18n } from "../i18n";
import { TextBox, type Note } from "./Field";
import { useNotify } from "./notices";
import styles from "./Field.module.css";

/** A path to type, with a button that opens the desktop's own dialog. */
export function PathField(props: {
  label: string;
  name: string;
  value: string;
  onChange: (path: string) => void;
  choose: "chooseRecoveryKitTarget" | "chooseRecoveryKit" | "chooseImportFile";
  hint?: string;
  notes?: Note[];
  required?: boolean;
}) {
  const notify = useNotify();
  const choose = async () => {
    try {
      const path = await call(props.choose);
      if (path !== null) props.onChange(path);
    } catch (thrown) {
      notify(asErrorView(thrown).message, true);
    }
  };
  return (
    <TextBox
      label={props.label}
      name={props.name}
      value={props.value}
      onChange={props.onChange}
      mono
      required={props.required}
      hint={props.hint}
      notes={props.notes}
      end={
        <Button
          className={`${styles.end}`}
          onPress={() => void choose()}
          aria-label={i18n._("Choose… ({label})", { label: props.label })}
        >
          {i18n._("Choose…")}
        </Button>
      }
    />
  );
}
