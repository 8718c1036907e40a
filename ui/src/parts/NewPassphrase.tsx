import { i18n } from "../i18n";
import { TextBox, type Note } from "./Field";

/** A passphrase typed twice, as it cannot be read back. */
export type Twice = { first: string; second: string };

/** Nothing typed. */
export const nothingTyped: Twice = { first: "", second: "" };

/** What is wrong with the two, if anything. */
export function passphraseProblem(typed: Twice): string | null {
  if (typed.first === "") return i18n._("Choose a passphrase.");
  if (typed.first !== typed.second) return i18n._("The two differ. Type the same passphrase twice.");
  return null;
}

/** The two boxes of a new passphrase. */
export function NewPassphrase(props: { value: Twice; onChange: (typed: Twice) => void; notes?: Note[] }) {
  const { value, onChange } = props;
  return (
    <>
      <TextBox
        label={i18n._("Passphrase")}
        name="passphrase"
        value={value.first}
        onChange={(first) => onChange({ ...value, first })}
        secret
        required
        hint={i18n._(
          "Four or more unrelated words make a good one. It is asked for whenever Strongroom starts.",
        )}
        notes={props.notes}
      />
      <TextBox
        label={i18n._("Passphrase again")}
        name="passphrase-again"
        value={value.second}
        onChange={(second) => onChange({ ...value, second })}
        secret
        required
        notes={
          value.second !== "" && !value.first.startsWith(value.second)
            ? [{ level: "warning", text: i18n._("It differs from the first.") }]
            : []
        }
      />
    </>
  );
}
