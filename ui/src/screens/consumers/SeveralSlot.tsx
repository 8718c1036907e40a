import { useState } from "react";
import { asErrorView, useConsumerOptions, type ConsumerOptionsView, type SlotView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import {
  candidateStatus,
  canBeUsed,
  resolutionLine,
  resolutionStatus,
  slotName,
  unusableLine,
} from "../../parts/consumer-words";
import { Icon } from "../../parts/icons";
import { Mark } from "../../parts/Mark";
import { Picker, type Choice } from "../../parts/Picker";
import { Problem, StatusPill } from "../../parts/Status";
import { useBuilding } from "./building";
import styles from "./Consumer.module.css";
import { modelOf, optionOf, requestOf, usageOf } from "./draft";
import { FixButton } from "./FixButton";
import { Unfold } from "./Unfold";
import { NothingToChoose } from "./NothingToChoose";

/** A place that takes any number of credentials. */
export function SeveralSlot({ slot, foldable }: { slot: SlotView; foldable: boolean }) {
  const { consumer, uses } = useBuilding();
  const [unfolded, setUnfolded] = useState(!foldable);
  const open = unfolded || uses.some((use) => use.slot === slot.id);
  const options = useConsumerOptions(consumer.organisation, slot.id);
  const heading = `slot-${slot.id}`;
  return (
    <section className={styles.slot} aria-labelledby={heading}>
      <div className={styles.slotHead}>
        <h2 id={heading}>{slot.type === null ? i18n._("What it uses") : slotName(slot.id)}</h2>
        {!open && <Unfold slot={slot} onPress={() => setUnfolded(true)} />}
      </div>
      {open && options.isError && <Problem error={asErrorView(options.error)} />}
      {open && options.data && <Choosing slot={slot} options={options.data} />}
    </section>
  );
}

// A provider by the rule, or one of its credentials.
const idOf = (provider: string, credential: string | null) => JSON.stringify([provider, credential]);

function Choosing({ slot, options }: { slot: SlotView; options: ConsumerOptionsView }) {
  const { uses, setSlot, adding, now } = useBuilding();
  const mine = uses.filter((use) => use.slot === slot.id);
  const add = adding(slot.id, slot.type, true);
  const taken = (id: string) => mine.some((use) => idOf(use.provider, use.credential) === id);
  const choices = options.providers.flatMap((option): Choice[] => [
    ...(option.by_rule.credential === null
      ? []
      : [
          {
            id: idOf(option.provider, null),
            name: i18n._("{provider}, by the rule", { provider: option.provider_name }),
            detail: resolutionLine(option.by_rule),
            status: resolutionStatus(option.by_rule, now),
          },
        ]),
    ...option.by_rule.candidates.map((one) => ({
      id: idOf(option.provider, one.id),
      name: one.name,
      detail: [option.provider_name, one.key, canBeUsed(one) ? null : one.why].filter(Boolean).join(" · "),
      status: candidateStatus(one, now),
      disabled: !canBeUsed(one),
    })),
  ]);
  return (
    <>
      {mine.length > 0 && (
        <ul className={styles.cards} aria-label={i18n._("Chosen: {what}", { what: slotName(slot.id) })}>
          {mine.map((use) => (
            <li key={idOf(use.provider, use.credential)} className={`${styles.card} ${styles.used}`}>
              <Mark text={use.mark} />
              <span className={styles.told}>
                <b>{use.provider_name}</b>
                <small>{resolutionLine(use.resolution)}</small>
              </span>
              <StatusPill status={resolutionStatus(use.resolution, now)} />
              <Button
                look="icon"
                aria-label={i18n._("Remove {name}", {
                  name: use.resolution.name ?? use.credential_name ?? use.provider_name,
                })}
                onPress={() =>
                  setSlot(
                    slot.id,
                    mine.filter((one) => JSON.stringify(requestOf(one)) !== JSON.stringify(requestOf(use))),
                  )
                }
              >
                <Icon name="x" size={14} />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {options.empty && <NothingToChoose empty={options.empty} slot={slot} add={add} />}
      {choices.length > 0 && (
        <Picker
          label={mine.length === 0 ? i18n._("Credential") : i18n._("One more credential")}
          name={`credential-${slot.id}`}
          value={null}
          placeholder={i18n._("Choose a credential…")}
          choices={choices.filter((choice) => !taken(choice.id))}
          onChange={(id) => {
            const [provider, credential] = JSON.parse(id) as [string, string | null];
            const option = optionOf(options, provider);
            if (!option) return;
            setSlot(slot.id, [...mine, usageOf(slot.id, option, credential, modelOf(option, credential))]);
          }}
          onAdd={add ? () => add(null) : null}
        />
      )}
      {options.unusable.length > 0 && (
        <ul className={styles.cards} aria-label={i18n._("Cannot be used")}>
          {options.unusable.map((option) => (
            <li key={option.provider} className={`${styles.card} ${styles.used} ${styles.unusable}`}>
              <Mark text={option.mark} />
              <span className={styles.told}>
                <b>{option.provider_name}</b>
                <small>{unusableLine(option.by_rule)}</small>
              </span>
              <FixButton option={option} add={add} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
