import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { controlKeys, shortcuts } from "../../parts/shortcuts";
import styles from "./ShortcutSheet.module.css";

/** Every key of the page, from the table by which they are bound. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={i18n._("Keyboard shortcuts")} onClose={onClose}>
      <p>{i18n._("While you type, only those with Ctrl work; the others are letters then.")}</p>
      <h3 className={styles.heading}>{i18n._("On every screen")}</h3>
      <Keys entries={shortcuts()} />
      <h3 className={styles.heading}>{i18n._("In lists and forms")}</h3>
      <Keys entries={controlKeys()} />
      <Buttons>
        <Spacer />
        <Button look="primary" autoFocus onPress={onClose}>
          {i18n._("Close")}
        </Button>
      </Buttons>
    </Dialog>
  );
}

function Keys({ entries }: { entries: { caps: string[]; does: string }[] }) {
  return (
    <dl className={styles.keys}>
      {entries.map((entry) => (
        <div key={entry.does}>
          <dt>
            {entry.caps.map((cap) => (
              <kbd key={cap}>{cap}</kbd>
            ))}
          </dt>
          <dd>{entry.does}</dd>
        </div>
      ))}
    </dl>
  );
}
