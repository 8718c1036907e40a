import type { AuditEntryView, AuditFilter } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { dateTime, number } from "../../parts/time";
import pane from "../credentials/DetailPane.module.css";
import { groupWord, ownerNames } from "./words";

/** All that one entry tells. */
export function EntryPane(props: {
  entry: AuditEntryView;
  onClose: () => void;
  onNarrow: (filter: Partial<AuditFilter>) => void;
}) {
  const { entry } = props;
  const facts: [string, string][] = [
    [i18n._("Time"), dateTime(entry.at)],
    [i18n._("Person"), entry.person],
    [i18n._("Object"), entry.object],
    [i18n._("Organisation"), ownerNames(entry.scopes)],
    ...entry.details.map((fact): [string, string] => [fact.name, fact.value]),
    [i18n._("Kind"), groupWord(entry.group).word],
    [i18n._("Action"), entry.action],
    [i18n._("Number"), number(entry.sequence)],
  ];
  return (
    <div className={pane.pane}>
      <div className={pane.head}>
        <div>
          <h2>{entry.said}</h2>
          <p className={pane.sub}>
            <bdi>{entry.object}</bdi>
          </p>
        </div>
        <Button look="icon" aria-label={i18n._("Close details")} onPress={props.onClose}>
          <Icon name="x" />
        </Button>
      </div>
      <dl className={pane.kv}>
        {facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={`${name} ${value}`}>
              <dt>{name}</dt>
              <dd className={pane.wide}>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
      </dl>
      <h3>{i18n._("More like this")}</h3>
      <div className={pane.actions}>
        <Button onPress={() => props.onNarrow({ person: entry.person_id })}>
          {i18n._("By this person")}
        </Button>
        {entry.object_id !== "" && (
          <Button onPress={() => props.onNarrow({ object: entry.object_id })}>
            {i18n._("Of this object")}
          </Button>
        )}
      </div>
    </div>
  );
}
