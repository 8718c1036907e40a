import { RadioButton, RadioField, RadioGroup } from "react-aria-components";
import { asErrorView, useSetTheme, type StartupView, type Theme } from "../../backend";
import { i18n } from "../../i18n";
import { useNotify } from "../../parts/notices";
import styles from "./Settings.module.css";

/** Colours of the window. */
export default function Appearance({ startup }: { startup: StartupView }) {
  const setTheme = useSetTheme();
  const notify = useNotify();
  const shown = setTheme.isPending ? setTheme.variables : startup.theme;
  const choices: { id: Theme; name: string; about: string }[] = [
    { id: "system", name: i18n._("System"), about: i18n._("As the desktop says") },
    { id: "light", name: i18n._("Light"), about: i18n._("Dark text on light ground") },
    { id: "dark", name: i18n._("Dark"), about: i18n._("Light text on dark ground") },
  ];
  return (
    <>
      <div className={styles.bar}>
        <h1>{i18n._("Appearance")}</h1>
      </div>
      <div className={styles.page}>
        <section className={styles.section}>
          <h2 id="theme">{i18n._("Theme")}</h2>
          <p>{i18n._("Kept on this computer and used by every window of this vault.")}</p>
          <RadioGroup
            aria-labelledby="theme"
            value={shown}
            onChange={(value) =>
              setTheme.mutate(value as Theme, {
                onError: (thrown) => notify(asErrorView(thrown).message, true),
              })
            }
          >
            <div className={styles.choices}>
              {choices.map((choice) => (
                <RadioField key={choice.id} value={choice.id}>
                  <RadioButton className={`${styles.choice}`}>
                    <i />
                    <span>
                      {choice.name} <small>{choice.about}</small>
                    </span>
                  </RadioButton>
                </RadioField>
              ))}
            </div>
          </RadioGroup>
        </section>
      </div>
    </>
  );
}
