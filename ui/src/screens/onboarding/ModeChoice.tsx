import { useState } from "react";
import { RadioButton, RadioField, RadioGroup } from "react-aria-components";
import { useCounts, type OnboardingMode, type OnboardingView } from "../../backend";
import { i18n } from "../../i18n";
import { modeName } from "../../parts/mode-words";
import { FormDialog } from "../../parts/FormDialog";
import { aiTypes } from "../../parts/words";
import settings from "../settings/Settings.module.css";
import styles from "./Onboarding.module.css";

/** Bundled or own keys; a change says first what becomes dormant, and that nothing is lost. */
export function ModeChoice(props: {
  view: OnboardingView;
  pending: boolean;
  onChoose: (mode: OnboardingMode) => void;
}) {
  const { view } = props;
  const [wanted, setWanted] = useState<OnboardingMode | null>(null);
  const counts = useCounts(view.organisation).data;
  const own = aiTypes.reduce((sum, type) => sum + (counts?.by_type[type] ?? 0), 0);
  const choices: { mode: OnboardingMode; about: string }[] = [
    {
      mode: "byok",
      about: i18n._("AI services use only the organisation’s own credentials. Nothing system-wide is used."),
    },
    {
      mode: "bundled",
      about: i18n._("AI services use the system-wide credentials. The organisation’s own are kept, dormant."),
    },
  ];
  return (
    <section className={settings.section} aria-label={i18n._("Onboarding mode")}>
      <h2 id="mode">{i18n._("Onboarding mode")}</h2>
      <p>
        {i18n._(
          "Whose keys {name} uses for language models, embeddings and speech. Other services always use its own.",
          {
            name: view.scope,
          },
        )}
      </p>
      <RadioGroup
        aria-labelledby="mode"
        value={view.mode}
        isDisabled={!view.may_change || props.pending}
        onChange={(mode) => setWanted(mode as OnboardingMode)}
      >
        <div className={settings.choices}>
          {choices.map((choice) => (
            <RadioField key={choice.mode} value={choice.mode}>
              <RadioButton className={`${settings.choice}`}>
                <i />
                <span>
                  {modeName(choice.mode)} <small>{choice.about}</small>
                </span>
              </RadioButton>
            </RadioField>
          ))}
        </div>
      </RadioGroup>
      <p className={styles.note}>
        {view.mode === "bundled" && view.dormant > 0
          ? i18n._(
              "{count, plural, one {# own credential is dormant: it is kept untouched and works again with its own keys.} other {# own credentials are dormant: they are kept untouched and work again with own keys.}}",
              { count: view.dormant },
            )
          : i18n._("Switching back and forth loses nothing.")}
        {!view.may_change && ` ${i18n._("An admin of the organisation can change it.")}`}
      </p>
      {wanted !== null && (
        <FormDialog
          title={wanted === "bundled" ? i18n._("Use bundled keys?") : i18n._("Bring your own keys?")}
          action={wanted === "bundled" ? i18n._("Use bundled keys") : i18n._("Bring own keys")}
          error={null}
          pending={props.pending}
          onClose={() => setWanted(null)}
          onSubmit={() => {
            props.onChoose(wanted);
            setWanted(null);
          }}
        >
          <p>
            {wanted === "bundled"
              ? i18n._(
                  "{count, plural, =0 {The organisation has no AI credential of its own, so none becomes dormant.} one {Its own AI credential becomes dormant: kept untouched, and not used.} other {Up to # own AI credentials become dormant: kept untouched, and not used.}} Programs get the system-wide ones from their next start on. Switching back reactivates what is dormant.",
                  { count: own },
                )
              : i18n._(
                  "{count, plural, =0 {No own credential is dormant.} one {The dormant credential is active again.} other {The # dormant credentials are active again.}} System-wide ones are no longer used by this organisation. Switching back loses nothing.",
                  { count: view.dormant },
                )}
          </p>
        </FormDialog>
      )}
    </section>
  );
}
