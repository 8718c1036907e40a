import { asErrorView, useExplanation, type Candidate, type ConsumerView, type UseView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import {
  candidateStatus,
  canBeUsed,
  slotName,
  slotType,
  whyNotStatus,
  whySentence,
} from "../../parts/consumer-words";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { Tag } from "../../parts/Mark";
import { Prose } from "../../parts/Prose";
import { Problem, StatusPill } from "../../parts/Status";
import type { Status } from "../../parts/words";
import styles from "./Consumer.module.css";
import { isSaved } from "./draft";

/** For each choice: which credential is used, by which rule, and why each other one is not. */
export function ExplainDialog(props: {
  consumer: ConsumerView;
  uses: UseView[];
  now: number;
  onClose: () => void;
}) {
  return (
    <Dialog title={i18n._("Why these credentials")} wide onClose={props.onClose}>
      <p>
        {i18n._(
          "One rule everywhere: the assigned credential, otherwise the default of the provider, otherwise the only one that can be used.",
        )}
      </p>
      {props.uses.map((use) => (
        <Explained
          key={[use.slot, use.provider, use.credential].join(" ")}
          consumer={props.consumer}
          use={use}
          now={props.now}
        />
      ))}
      <Buttons>
        <Spacer />
        <Button look="primary" autoFocus onPress={props.onClose}>
          {i18n._("Close")}
        </Button>
      </Buttons>
    </Dialog>
  );
}

function Explained({ consumer, use, now }: { consumer: ConsumerView; use: UseView; now: number }) {
  // Several uses of one provider in one place cannot be told apart by it; they are explained as they stand.
  const alone =
    consumer.uses.filter((one) => one.slot === use.slot && one.provider === use.provider).length === 1;
  const saved = isSaved(use, consumer);
  const asked = useExplanation(
    { consumer: consumer.id, provider: use.provider, slot: use.slot },
    use.resolution,
    saved && alone,
  );
  const resolution = asked.data ?? use.resolution;
  const what =
    slotType(use.slot) === null
      ? use.provider_name
      : i18n._("{place}: {provider}", { place: slotName(use.slot), provider: use.provider_name });
  return (
    <section className={styles.explained} aria-label={what}>
      <h3>{what}</h3>
      {asked.isError && <Problem error={asErrorView(asked.error)} />}
      {!saved && <p>{i18n._("Not saved yet.")}</p>}
      {resolution.instead !== null && <p>{resolution.instead}</p>}
      {resolution.credential === null && (
        <p>
          <Prose text={[resolution.reason, resolution.hint].filter(Boolean).join(" ")} />
        </p>
      )}
      {resolution.candidates.length > 0 && (
        <ul className={styles.candidates}>
          {resolution.candidates.map((one) => (
            <li key={one.id}>
              <StatusPill status={roleOf(one)} />
              <span>
                <bdi>{one.name}</bdi>
                {one.default && <Tag>{i18n._("default")}</Tag>}
                <small>
                  {[
                    one.scope === "system" ? i18n._("System-wide") : one.scope,
                    one.key,
                    one.tail === null ? null : `••••${one.tail}`,
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
                {one.why !== "" && (
                  <small>
                    <Prose text={whySentence(one)} />
                  </small>
                )}
              </span>
              {canBeUsed(one) && <StatusPill status={candidateStatus(one, now)} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function roleOf(candidate: Candidate): Status {
  if (candidate.used) return { word: i18n._("Used"), tone: "ok", icon: "check" };
  return whyNotStatus(candidate.why_not ?? "not_chosen");
}
