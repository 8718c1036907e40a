import { useEffect, useState } from "react";
import { asErrorView, useConsumerOptions, type ConsumerOptionsView, type SlotView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { resolutionLine, slotName } from "../../parts/consumer-words";
import { Problem } from "../../parts/Status";
import { useBuilding } from "./building";
import styles from "./Consumer.module.css";
import { ChosenCredential } from "./ChosenCredential";
import { modelOf, optionOf, usageOf } from "./draft";
import { NothingToChoose } from "./NothingToChoose";
import { Unfold } from "./Unfold";
import { ProviderCards } from "./ProviderCards";

/** A place that takes one provider: its providers as cards, and below them which credential and model. */
export function SingleSlot(props: {
  slot: SlotView;
  /** It has a tab of its own. */
  alone: boolean;
  foldable: boolean;
}) {
  const { slot, alone } = props;
  const { uses, consumer, setSlot } = useBuilding();
  const use = uses.find((one) => one.slot === slot.id) ?? null;
  const [unfolded, setUnfolded] = useState(!props.foldable);
  const options = useConsumerOptions(consumer.organisation, slot.id);
  const open = unfolded || use !== null;
  const heading = `slot-${slot.id}`;
  // What was added just now stands for a model, too, where its provider has one for each credential.
  const option = use && options.data ? optionOf(options.data, use.provider) : undefined;
  const model = use?.model === null && use.credential !== null ? modelOf(option, use.credential) : null;
  useEffect(() => {
    if (use && model !== null) setSlot(slot.id, [{ ...use, model }]);
  }, [use, model, setSlot, slot.id]);
  return (
    <section className={styles.slot} aria-labelledby={heading}>
      <div className={styles.slotHead}>
        <h2 id={heading}>{alone ? i18n._("Provider") : slotName(slot.id)}</h2>
        {!open && <Unfold slot={slot} onPress={() => setUnfolded(true)} />}
        {use !== null && (
          <Button
            look="ghost"
            aria-label={i18n._("Use nothing: {what}", { what: slotName(slot.id) })}
            onPress={() => {
              setUnfolded(true);
              setSlot(slot.id, []);
            }}
          >
            {i18n._("Use nothing")}
          </Button>
        )}
      </div>
      {open && options.isError && <Problem error={asErrorView(options.error)} />}
      {open && options.data && <Choosing slot={slot} options={options.data} label={heading} />}
    </section>
  );
}

function Choosing({ slot, options, label }: { slot: SlotView; options: ConsumerOptionsView; label: string }) {
  const { uses, setSlot, adding } = useBuilding();
  const use = uses.find((one) => one.slot === slot.id) ?? null;
  const add = adding(slot.id, slot.type, false);
  const option = use ? optionOf(options, use.provider) : undefined;
  const cards = options.providers.length > 0 || options.unusable.length > 0;
  return (
    <>
      {options.empty && <NothingToChoose empty={options.empty} slot={slot} add={cards ? null : add} />}
      {cards && (
        <ProviderCards
          labelledBy={label}
          what={slotName(slot.id)}
          options={options}
          use={use}
          onChoose={(chosen) => setSlot(slot.id, [usageOf(slot.id, chosen, null, null)])}
          add={add}
        />
      )}
      {use && option && <ChosenCredential slot={slot} use={use} option={option} add={add} />}
      {use && !option && (
        <p className={styles.warning} role="status">
          {i18n._("{provider} is chosen, and nothing of it is here: {why}", {
            provider: use.provider_name,
            why: resolutionLine(use.resolution),
          })}
        </p>
      )}
    </>
  );
}
