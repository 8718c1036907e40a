import { i18n } from "../../i18n";
import { DayBox } from "../../parts/DayBox";
import { dayOf, isDay } from "../../parts/days";
import { TextBox, type Note } from "../../parts/Field";
import { useNow } from "../../parts/time";
import styles from "./CredentialForm.module.css";

/** The day after which a credential is not used, and how long before that to be reminded. */
export function ExpiryFields(props: {
  day: string;
  onDay: (day: string) => void;
  reminder: string;
  onReminder: (days: string) => void;
  notesOf: (id: string) => Note[];
}) {
  const today = dayOf(new Date(useNow()).toISOString());
  const typed = props.day.trim();
  const notes = props.notesOf("expires_at");
  // Days that are written alike are in the order of their letters.
  if (isDay(typed) && typed < today) {
    notes.push({
      level: "warning",
      text: i18n._("That day has passed: the credential is kept and not used."),
    });
  }
  return (
    <div className={styles.pair}>
      <DayBox
        label={i18n._("Expires on")}
        optional
        name="expires_at"
        value={props.day}
        onChange={props.onDay}
        hint={i18n._("The last day on which it is used. An expired credential is never handed out.")}
        notes={notes}
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
