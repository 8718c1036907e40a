import { useProviders, useStartup, type AlternativeView, type RequirementView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { Mark } from "../../parts/Mark";
import { mayChange } from "../../parts/permissions";
import { useNavigation } from "../../shell/navigation";
import { useAdding } from "../consumers/adding";
import styles from "./Onboarding.module.css";

/** What a kit needs once: the providers of which one is enough, and what each of them lacks. */
export function Requirement(props: { requirement: RequirementView; organisation: string; scope: string }) {
  const { requirement } = props;
  return (
    <li>
      <div className={styles.label}>
        <Validated on={requirement.satisfied} />
        <b>{requirement.label}</b>
      </div>
      {requirement.any_of.map((one, index) => (
        <div key={one.provider}>
          {index > 0 && <p className={styles.or}>{i18n._("or")}</p>}
          <Alternative alternative={one} {...props} />
        </div>
      ))}
    </li>
  );
}

/** Word, shape and colour of a line. */
function Validated({ on }: { on: boolean }) {
  return on ? (
    <span className={`${styles.state} ${styles.validated}`}>
      <i aria-hidden="true">●</i> {i18n._("VALIDATED")}
    </span>
  ) : (
    <span className={`${styles.state} ${styles.missing}`}>
      <i aria-hidden="true">○</i> {i18n._("MISSING")}
    </span>
  );
}

function Alternative(props: {
  alternative: AlternativeView;
  requirement: RequirementView;
  organisation: string;
  scope: string;
}) {
  const { alternative, requirement } = props;
  const done = alternative.satisfied_by !== null;
  return (
    <div className={styles.alternative}>
      <Mark text={alternative.mark} />
      <span className={styles.told}>
        {alternative.provider_name}
        <small>
          {done ? (
            <>
              <Icon name="check" size={12} /> <bdi>{alternative.satisfied_by}</bdi>
            </>
          ) : (
            alternative.why
          )}
        </small>
      </span>
      <Fix {...props} quiet={requirement.satisfied && !done} />
    </div>
  );
}

/** The way to what mends the line. */
function Fix(props: {
  alternative: AlternativeView;
  organisation: string;
  scope: string;
  /** Another provider satisfies the requirement already. */
  quiet: boolean;
}) {
  const { alternative } = props;
  const { go } = useNavigation();
  const person = useStartup().data?.person;
  const providers = useProviders().data;
  const adding = useAdding(props.organisation);
  const name = alternative.provider_name;
  const look = props.quiet ? "ghost" : "plain";
  if (alternative.credential !== null) {
    const { credential } = alternative;
    const show = alternative.satisfied_by !== null;
    return (
      <Button
        look={show ? "ghost" : look}
        aria-label={show ? i18n._("Show: {what}", { what: name }) : i18n._("Fix: {what}", { what: name })}
        onPress={() => go({ screen: "credentials", selected: credential, arrive: true })}
      >
        {show || !mayChange(person, props.organisation) ? i18n._("Show") : i18n._("Fix")}
      </Button>
    );
  }
  const type = providers?.find((one) => one.id === alternative.provider)?.types[0];
  const add = type === undefined ? null : adding(type);
  if (!add) return null;
  return (
    <Button
      look={look}
      aria-label={i18n._("Add {provider}", { provider: name })}
      onPress={() =>
        add(alternative.provider, {
          name: i18n._("Onboarding of {name}", { name: props.scope }),
          unsaved: false,
          back: () => ({ screen: "onboarding" }),
        })
      }
    >
      <Icon name="plus" />
      {i18n._("Add")}
    </Button>
  );
}

const list = (type: Intl.ListFormatType, parts: string[]) =>
  new Intl.ListFormat("en-GB", { type }).format(parts);

/** What is not validated yet, as a sentence. */
export function missingSentence(requirements: RequirementView[]): string {
  const missing = requirements
    .filter((one) => !one.satisfied)
    .map((one) =>
      list(
        "disjunction",
        one.any_of.map((other) => other.provider_name),
      ),
    );
  return i18n._("Not validated yet: {list}.", { list: list("conjunction", missing) });
}
