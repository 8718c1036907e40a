import { useStartup, type ConsumerView, type SlotView, type UseView } from "../../backend";
import { i18n } from "../../i18n";
import {
  modeSentence,
  resolutionLine,
  resolutionStatus,
  slotName,
  slotType,
} from "../../parts/consumer-words";
import { CopyButton } from "../../parts/CopyButton";
import { StatusPill } from "../../parts/Status";
import pane from "../credentials/DetailPane.module.css";
import styles from "./Consumer.module.css";

/** The right side of a consumer's page: what its choices come to, and how a program is started with it. */
export function Gets(props: {
  consumer: ConsumerView;
  uses: UseView[];
  slots: SlotView[];
  changed: boolean;
  now: number;
}) {
  const { consumer, slots } = props;
  const startup = useStartup().data;
  const mode = startup?.organisations.find((one) => one.id === consumer.organisation)?.mode;
  const place = (use: UseView) => slots.findIndex((slot) => slot.id === use.slot);
  const uses = [...props.uses].sort((one, other) => place(one) - place(other));
  return (
    <aside className={`${pane.pane} ${styles.gets}`} aria-label={i18n._("What it gets")}>
      <h2>{consumer.kind === "agent" ? i18n._("What this agent gets") : i18n._("What it gets")}</h2>
      {mode !== undefined && <p className={styles.mode}>{modeSentence(mode, consumer.scope)}</p>}
      {uses.length === 0 ? (
        <p className={pane.none}>{i18n._("Nothing is chosen yet.")}</p>
      ) : (
        <ul className={styles.resolved}>
          {uses.map((use) => (
            <li key={[use.slot, use.provider, use.credential].join(" ")}>
              <span>
                {slotType(use.slot) === null ? use.provider_name : slotName(use.slot)}
                <small>{resolutionLine(use.resolution)}</small>
                {use.resolution.instead !== null && <small>{use.resolution.instead}</small>}
              </span>
              <StatusPill status={resolutionStatus(use.resolution, props.now)} />
            </li>
          ))}
        </ul>
      )}
      <h3>{i18n._("Start a program with these")}</h3>
      <div className={pane.code}>
        <code>{consumer.command}</code>
        <CopyButton text={consumer.command} label={i18n._("command")} />
      </div>
      <h3>{i18n._("It will see")}</h3>
      {consumer.variables.length === 0 ? (
        <p className={pane.none}>{i18n._("No variable, as things stand.")}</p>
      ) : (
        <ul className={`mono ${styles.variables}`}>
          {consumer.variables.map((variable) => (
            <li key={variable}>{variable}</li>
          ))}
        </ul>
      )}
      {props.changed && (
        <p className={styles.unsaved} role="status">
          {i18n._("Command and variables are those of the saved choices. Save to see them change.")}
        </p>
      )}
    </aside>
  );
}
