import type { ConsumerView } from "../../backend";
import { i18n } from "../../i18n";
import { resolutionStatus } from "../../parts/consumer-words";
import type { Status, Tone } from "../../parts/words";

const order: Tone[] = ["bad", "warn", "info", "mute", "ok"];

/** The status of a consumer: that of the use which is worst off. */
export function worstOf(consumer: ConsumerView, now: number): Status {
  const [worst] = consumer.uses
    .map((use) => resolutionStatus(use.resolution, now))
    .sort((one, other) => order.indexOf(one.tone) - order.indexOf(other.tone));
  return worst ?? { word: i18n._("Nothing chosen"), tone: "mute", icon: "minus" };
}
