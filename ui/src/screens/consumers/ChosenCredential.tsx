import type { ProviderOptionView, SlotView, UseView } from "../../backend";
import { i18n } from "../../i18n";
import { candidateStatus, canBeUsed, resolutionLine } from "../../parts/consumer-words";
import { TextBox } from "../../parts/Field";
import { Icon } from "../../parts/icons";
import { Picker, type Choice } from "../../parts/Picker";
import { Prose } from "../../parts/Prose";
import { aiTypes } from "../../parts/words";
import { useBuilding, type Add } from "./building";
import styles from "./Consumer.module.css";
import { modelOf, usageOf } from "./draft";

const RULE = "by the rule";

/** Which credential of the chosen provider, and which model. */
export function ChosenCredential(props: {
  slot: SlotView;
  use: UseView;
  option: ProviderOptionView;
  add: Add | null;
}) {
  const { slot, use, option, add } = props;
  const { setSlot } = useBuilding();
  const { resolution } = use;
  const byModel = option.models.length > 0;
  const choices = useChoices(option);
  const trouble = resolution.instead ?? (resolution.credential === null ? resolution.reason : null);
  return (
    <div className={styles.below}>
      <Picker
        label={byModel ? i18n._("Model") : i18n._("Credential")}
        name={`credential-${slot.id}`}
        value={use.credential ?? RULE}
        choices={choices}
        onChange={(id) => {
          const credential = id === RULE ? null : id;
          const model = byModel ? modelOf(option, credential) : use.model;
          setSlot(slot.id, [usageOf(slot.id, option, credential, model)]);
        }}
        onAdd={add ? () => add(option.provider) : null}
        {...(byModel
          ? {
              hint: i18n._(
                "Each {provider} credential is one deployment. Add a credential for every deployment that can be chosen.",
                { provider: option.provider_name },
              ),
            }
          : {})}
      />
      {trouble !== null && (
        <p className={styles.warning} role="status">
          <Icon name="alert" size={14} />
          <span>
            <Prose text={resolution.hint === null ? trouble : `${trouble} ${resolution.hint}`} />
          </span>
        </p>
      )}
      {!byModel && slot.type !== null && aiTypes.includes(slot.type) && (
        <TextBox
          label={i18n._("Model")}
          name={`model-${slot.id}`}
          value={use.model ?? ""}
          onChange={(model) => setSlot(slot.id, [{ ...use, model: model === "" ? null : model }])}
          optional
          mono
          hint={i18n._("As the provider names it; kept with the choice.")}
        />
      )}
    </div>
  );
}

/** The rule first, then each credential; those that cannot be used say why. */
function useChoices(option: ProviderOptionView): Choice[] {
  const { now } = useBuilding();
  const { by_rule: rule, models } = option;
  const ruled: Choice = {
    id: RULE,
    name: i18n._("By the rule"),
    detail:
      rule.credential === null
        ? (rule.reason ?? i18n._("Nothing is used."))
        : [modelOf(option, rule.credential), resolutionLine(rule)].filter(Boolean).join(" · "),
  };
  const each = rule.candidates.map((one): Choice => {
    const model = models.find((known) => known.credential === one.id)?.model;
    const tail = one.tail === null ? "" : `••••${one.tail}`;
    const usable = canBeUsed(one);
    const parts = [model === undefined ? null : one.name, tail, usable ? null : one.why];
    const detail = parts.filter(Boolean).join(" · ");
    return {
      id: one.id,
      name: model ?? one.name,
      status: candidateStatus(one, now),
      disabled: !usable,
      ...(detail === "" ? {} : { detail }),
    };
  });
  return [ruled, ...each];
}
