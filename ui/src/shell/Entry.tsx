import type { ReactNode } from "react";
import { useConsumerCount, useOnboarding } from "../backend";
import { i18n } from "../i18n";
import { Icon, type IconName } from "../parts/icons";
import { number } from "../parts/time";
import { useNavigation, type Place } from "./navigation";
import styles from "./Shell.module.css";

/** An entry of the rail. */
export function Entry(props: { icon: IconName; to: Place; on: Place["screen"][]; children: ReactNode }) {
  const { place, go } = useNavigation();
  return (
    <button
      type="button"
      className={styles.entry}
      aria-current={props.on.includes(place.screen) ? "page" : undefined}
      onClick={() => go(props.to)}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}

/** What needs attention, with how many fail now or soon. */
export function AttentionEntry({ urgent }: { urgent: number }) {
  return (
    <Entry icon="alert" to={{ screen: "attention" }} on={["attention"]}>
      <span>{i18n._("Needs attention")}</span>{" "}
      {urgent > 0 && (
        <span className={`${styles.count} ${styles.urgent}`}>
          {number(urgent)} <span className="spoken">{i18n._("urgent")}</span>
        </span>
      )}
    </Entry>
  );
}

/** Consumers, with how many there are. */
export function ConsumersEntry({ scope }: { scope: string | null }) {
  const count = useConsumerCount(scope).data;
  return (
    <Entry icon="agent" to={{ screen: "consumers" }} on={["consumers", "consumer"]}>
      <span>{i18n._("Agents & consumers")}</span>
      {count !== undefined && <span className={styles.count}>{number(count)}</span>}
    </Entry>
  );
}

/** With how much of the first kit is there, until the onboarding is completed. */
export function OnboardingEntry({ organisation }: { organisation: string | null }) {
  const view = useOnboarding(organisation).data;
  const kit = view?.completed ? undefined : view?.kits[0];
  const done = kit?.requirements.filter((one) => one.satisfied).length;
  return (
    <Entry icon="flag" to={{ screen: "onboarding" }} on={["onboarding"]}>
      <span>{i18n._("Onboarding")}</span>
      {kit && <span className={styles.count}>{`${done}/${kit.requirements.length}`}</span>}
    </Entry>
  );
}
