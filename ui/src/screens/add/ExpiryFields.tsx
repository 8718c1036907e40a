import { i18n } from "../../i18n";
import { TextBox, type Note } from "../../parts/Field";
import styles from "./CredentialForm.module.css";

/** The day after which a credential is not used, and how long before that to be reminded. */
export function ExpiryFields(props: {
  day: string;
  onDay: (day: string) => void;
  reminder: string;
  onReminder: (days: string) => void;
  notesOf: (id: string) => Note[];
}) {
  return (
    <div className={styles.pair}>
      <TextBox
        label={i18n._("Expires on")}
        optional
        name="expires_at"
        value={props.day}
        onChange={props.onDay}
        placeholder={i18n._("YYYY-MM-DD")}
        hint={i18n._("The last day on which it is used. An expired credential is never handed out.")}
        notes={props.notesOf("expires_at")}
      />
      <TextBox
        label={i18n._("Remind days before")}
        name="reminder_days"
        value={props.reminder}
        onChange={props.onReminder}
        notes={props.notesOf("reminder_days")}
      />
    </div>
  );
}
