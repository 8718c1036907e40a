import { useState } from "react";
import { RadioButton, RadioField, RadioGroup, useFilter } from "react-aria-components";
import type { ConsumerOptionsView, ProviderOptionView, UseView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import {
  candidateStatus,
  canBeUsed,
  resolutionLine,
  resolutionStatus,
  unusableLine,
} from "../../parts/consumer-words";
import { Icon } from "../../parts/icons";
import { Mark } from "../../parts/Mark";
import { SearchInput } from "../../parts/SearchInput";
import { StatusPill } from "../../parts/Status";
import type { Status } from "../../parts/words";
import { useBuilding, type Add } from "./building";
import styles from "./Consumer.module.css";
import { FixButton } from "./FixButton";

/** Providers as cards: those with a credential that can be used, and below them the others with why not. */
export function ProviderCards(props: {
  labelledBy: string;
  what: string;
  options: ConsumerOptionsView;
  use: UseView | null;
  onChoose: (option: ProviderOptionView) => void;
  add: Add | null;
}) {
  const { options, use, add } = props;
  const { now } = useBuilding();
  const [search, setSearch] = useState("");
  const { contains } = useFilter({ sensitivity: "base" });
  const fits = (option: ProviderOptionView) =>
    [option.provider_name, ...option.by_rule.candidates.map((one) => one.name)].some((text) =>
      contains(text, search.trim()),
    );
  const all = [...options.providers, ...options.unusable];
  const shown = all.filter(fits);
  return (
    <>
      <div className={styles.finding}>
        <SearchInput
          label={i18n._("Search providers: {what}", { what: props.what })}
          placeholder={i18n._("Provider or credential…")}
          value={search}
          onChange={setSearch}
        />
        {add && (
          <Button aria-label={i18n._("Add new: {what}", { what: props.what })} onPress={() => add(null)}>
            <Icon name="plus" />
            {i18n._("Add new")}
          </Button>
        )}
      </div>
      <RadioGroup
        aria-labelledby={props.labelledBy}
        value={use?.provider ?? null}
        onChange={(id) => {
          const option = options.providers.find((one) => one.provider === id);
          if (option) props.onChoose(option);
        }}
      >
        <div className={styles.cards}>
          {shown.map((option) => {
            const usable = options.providers.includes(option);
            const chosen = use?.provider === option.provider;
            return (
              <div
                key={option.provider}
                className={`${styles.card} ${usable ? "" : styles.unusable} ${chosen ? styles.chosen : ""}`}
              >
                <RadioField value={option.provider} isDisabled={!usable}>
                  <RadioButton className={`${styles.pick}`}>
                    <i />
                    <Mark text={option.mark} />
                    <span className={styles.told}>
                      <b>{option.provider_name}</b>
                      <small>{about(option, usable)}</small>
                    </span>
                    {usable && (
                      <StatusPill
                        status={chosen && use ? resolutionStatus(use.resolution, now) : bestOf(option, now)}
                      />
                    )}
                  </RadioButton>
                </RadioField>
                {!usable && <FixButton option={option} add={add} />}
              </div>
            );
          })}
        </div>
      </RadioGroup>
      <div role="status">
        {shown.length === 0 && (
          <p className={styles.quiet}>
            {i18n._("No provider with a credential matches “{search}”.", { search: search.trim() })}
          </p>
        )}
      </div>
    </>
  );
}

function about(option: ProviderOptionView, usable: boolean): string {
  if (!usable) return unusableLine(option.by_rule);
  if (option.models.length > 0) {
    return i18n._("{count, plural, one {# deployment} other {# deployments}} to choose from", {
      count: option.models.length,
    });
  }
  if (option.by_rule.credential !== null) return resolutionLine(option.by_rule);
  return i18n._("{count, plural, one {# credential} other {# credentials}} to choose from", {
    count: option.by_rule.candidates.filter(canBeUsed).length,
  });
}

function bestOf(option: ProviderOptionView, now: number): Status {
  if (option.by_rule.credential !== null) return resolutionStatus(option.by_rule, now);
  const usable = option.by_rule.candidates.find(canBeUsed);
  return usable ? candidateStatus(usable, now) : resolutionStatus(option.by_rule, now);
}
