import type { ConsumerKind, SlotView } from "../../backend";
import { i18n } from "../../i18n";

/** A tab of a consumer's page; the overview has no places. */
export type Tab = { id: string; name: string; slots: SlotView[] };

const OVERVIEW = "overview";
const AGENT = { model: ["llm", "embeddings"], voice: ["stt", "tts"] };

/** The tab on which the places begin. */
export const firstPlace = (kind: ConsumerKind): string => (kind === "agent" ? "model" : "uses");

/** The tabs of a kind: an agent's are those of the agent builder, the other kinds have one for all their places. */
export function tabsOf(kind: ConsumerKind, slots: SlotView[]): Tab[] {
  const overview: Tab = { id: OVERVIEW, name: i18n._("Overview"), slots: [] };
  if (kind !== "agent") return [overview, { id: "uses", name: i18n._("Credentials"), slots }];
  const of = (ids: string[]) => slots.filter((slot) => ids.includes(slot.id));
  const functions = slots.filter((slot) => ![...AGENT.model, ...AGENT.voice].includes(slot.id));
  return [
    overview,
    { id: "model", name: i18n._("Language model"), slots: of(AGENT.model) },
    { id: "voice", name: i18n._("Voice and audio"), slots: of(AGENT.voice) },
    { id: "functions", name: i18n._("Functions"), slots: functions },
  ];
}
