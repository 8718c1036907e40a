import {
  asErrorView,
  useModeSet,
  useOnboarding,
  useOnboardingComplete,
  useSelectOrganisation,
  type OnboardingMode,
  type OnboardingView,
  type ReadinessView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { modeName } from "../../parts/mode-words";
import { useNotify } from "../../parts/notices";
import { Box, Problem, StatusPill } from "../../parts/Status";
import { Icon } from "../../parts/icons";
import { dateTime } from "../../parts/time";
import settings from "../settings/Settings.module.css";
import { ModeChoice } from "./ModeChoice";
import styles from "./Onboarding.module.css";
import { missingSentence, Requirement } from "./Requirement";

/** Whose keys an organisation uses, and whether it has what its purposes need. */
export default function Onboarding({ startup }: { startup: StartupView }) {
  const onboarding = useOnboarding(startup.organisation);
  return (
    <>
      <div className={settings.bar}>
        <h1>{i18n._("Onboarding")}</h1>
      </div>
      <div className={settings.page}>
        {startup.organisation === null && <WhichOrganisation startup={startup} />}
        {onboarding.isError && !onboarding.data && (
          <Problem error={asErrorView(onboarding.error)}>
            <p>
              <Button onPress={() => void onboarding.refetch()}>{i18n._("Try again")}</Button>
            </p>
          </Problem>
        )}
        {onboarding.data && <Of key={onboarding.data.organisation} view={onboarding.data} />}
      </div>
    </>
  );
}

/** All organisations are shown elsewhere; here one is chosen. */
function WhichOrganisation({ startup }: { startup: StartupView }) {
  const select = useSelectOrganisation();
  const notify = useNotify();
  return (
    <section className={settings.section} aria-label={i18n._("Organisations")}>
      <h2>{i18n._("Organisations")}</h2>
      <p>{i18n._("Each organisation is onboarded by itself. Choose one.")}</p>
      <ul className={styles.lines}>
        {startup.organisations.map((one) => (
          <li key={one.id}>
            <span className={styles.told}>
              <bdi>{one.name}</bdi>
              <small>{modeName(one.mode)}</small>
            </span>
            <StatusPill
              status={
                one.ready
                  ? { word: i18n._("Ready"), tone: "ok", icon: "check" }
                  : { word: i18n._("Not completed"), tone: "info", icon: "clock" }
              }
            />
            <Button
              aria-label={i18n._("Show {name}", { name: one.name })}
              onPress={() =>
                select.mutate(one.id, { onError: (thrown) => notify(asErrorView(thrown).message, true) })
              }
            >
              {i18n._("Show")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Of({ view }: { view: OnboardingView }) {
  const setMode = useModeSet();
  const notify = useNotify();
  const choose = (mode: OnboardingMode) =>
    setMode.mutate(
      { organisation: view.organisation, mode },
      {
        onSuccess: (after) => notify(modeChanged(after)),
        onError: (thrown) => notify(asErrorView(thrown).message, true),
      },
    );
  return (
    <>
      <ModeChoice view={view} pending={setMode.isPending} onChoose={choose} />
      {view.kits.map((kit) => (
        <Kit key={kit.kit} view={view} kit={kit} />
      ))}
    </>
  );
}

function modeChanged(after: OnboardingView): string {
  return after.mode === "byok"
    ? i18n._("“{name}” brings its own keys now.", { name: after.scope })
    : i18n._(
        "“{name}” uses bundled keys now. {count, plural, =0 {No own credential is dormant.} one {# own credential is dormant and kept.} other {# own credentials are dormant and kept.}}",
        { name: after.scope, count: after.dormant },
      );
}

function Kit({ view, kit }: { view: OnboardingView; kit: ReadinessView }) {
  const complete = useOnboardingComplete();
  const notify = useNotify();
  const done = view.completed?.kit === kit.kit ? view.completed : null;
  const heading = `kit-${kit.kit}`;
  const satisfied = kit.requirements.filter((one) => one.satisfied).length;
  return (
    <section className={settings.section} aria-labelledby={heading}>
      <div className={styles.head}>
        <h2 id={heading}>{kit.name}</h2>
        <span>{i18n._("{done} of {all}", { done: satisfied, all: kit.requirements.length })}</span>
      </div>
      <p>{kit.purpose}</p>
      <ul className={styles.requirements}>
        {kit.requirements.map((one) => (
          <Requirement
            key={one.label}
            requirement={one}
            organisation={view.organisation}
            scope={view.scope}
          />
        ))}
      </ul>
      {done && (
        <Box status={{ tone: "ok", icon: "check" }} label={i18n._("Onboarding completed")}>
          <p>
            <Icon name="check" size={14} />
            <b>
              {i18n._("Ready since {when}, completed by {person}.", {
                when: dateTime(done.at),
                person: done.by,
              })}
            </b>
          </p>
          <p>
            {kit.ready
              ? i18n._("Later changes, such as a further provider, ask for no new onboarding.")
              : i18n._(
                  "Later changes ask for no new onboarding. What is not validated above should be looked at all the same.",
                )}
          </p>
        </Box>
      )}
      {!done && view.may_change && (
        <div className={styles.complete}>
          <Button
            look="primary"
            isDisabled={!kit.ready}
            isPending={complete.isPending}
            onPress={() =>
              complete.mutate(
                { organisation: view.organisation, kit: kit.kit },
                { onSuccess: () => notify(i18n._("“{name}” is ready.", { name: view.scope })) },
              )
            }
          >
            {i18n._("Complete onboarding")}
          </Button>
          <p>{kit.ready ? i18n._("All that is needed is validated.") : missingSentence(kit.requirements)}</p>
        </div>
      )}
      {!done && !view.may_change && (
        <p className={styles.note}>
          {kit.ready
            ? i18n._("All is validated. An admin of the organisation completes the onboarding.")
            : missingSentence(kit.requirements)}
        </p>
      )}
      {complete.error && <Problem error={asErrorView(complete.error)} />}
    </section>
  );
}
