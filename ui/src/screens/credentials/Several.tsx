import { useEffect, useRef, useState } from "react";
import {
  asErrorView,
  call,
  exportInventory,
  MOST_AT_ONCE,
  noFilter,
  useRefresh,
  type CredentialView,
  type DeleteView,
  type InventoryFormat,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { useNotify } from "../../parts/notices";
import { number } from "../../parts/time";
import { formats } from "./formats";
import { grouped } from "./Impact";
import { verdictStatus } from "../../parts/words";
import styles from "./Several.module.css";

type Action = "check" | "enable" | "disable" | "export" | "delete";
type Result = { text: string; bad: boolean };

/** What can be done with those that are chosen. */
export default function SeveralBar(props: {
  chosen: CredentialView[];
  /** How many the list has, whether all of those are chosen, and a way to choose them. */
  total: number;
  all: boolean;
  onAll: () => Promise<void>;
  /** One of them was deleted. */
  onDeleted: (id: string) => void;
  onDone: () => void;
}) {
  const [action, setAction] = useState<Action | null>(null);
  const [reading, setReading] = useState(false);
  const notify = useNotify();
  const chooseAll = () => {
    setReading(true);
    props
      .onAll()
      .catch((thrown: unknown) => notify(asErrorView(thrown).message, true))
      .finally(() => setReading(false));
  };
  const count = props.chosen.length;
  const button = (id: Action, word: string) => (
    <Button
      look={id === "delete" ? "ghostDanger" : "plain"}
      isDisabled={count === 0}
      onPress={() => setAction(id)}
    >
      {word}
    </Button>
  );
  return (
    <div className={styles.bar} role="group" aria-label={i18n._("With the chosen credentials")}>
      <b role="status">{i18n._("{count} chosen", { count: number(count) })}</b>
      {!props.all && count < MOST_AT_ONCE && (
        <Button isDisabled={reading} onPress={chooseAll}>
          {props.total > MOST_AT_ONCE
            ? i18n._("Choose the first {count}", { count: number(MOST_AT_ONCE) })
            : i18n._("Choose all {count}", { count: number(props.total) })}
        </Button>
      )}
      {button("check", i18n._("Check…"))}
      {button("enable", i18n._("Enable…"))}
      {button("disable", i18n._("Disable…"))}
      {button("export", i18n._("Export…"))}
      {button("delete", i18n._("Delete…"))}
      <span className={styles.spacer} />
      <Button onPress={props.onDone}>{i18n._("Done")}</Button>
      {action && (
        <Review
          action={action}
          chosen={props.chosen}
          onDeleted={props.onDeleted}
          onClose={() => setAction(null)}
        />
      )}
    </div>
  );
}

/** Credentials whose use is looked at before they are deleted, and how many at a time. */
const MOST_IMPACTS = 200;
const READ_AT_ONCE = 4;
/** Lines that are drawn, beside those that failed. */
const MOST_LINES = 200;

/** First what is going to be done to which, then what came of each. */
function Review(props: {
  action: Action;
  chosen: CredentialView[];
  onDeleted: (id: string) => void;
  onClose: () => void;
}) {
  const { action } = props;
  // What was chosen when this was opened; rows that go away meanwhile keep their line.
  const [rows] = useState(props.chosen);
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const [state, setState] = useState<"asked" | "running" | "over">("asked");
  const stopped = useRef(false);
  const refresh = useRefresh();
  const impacts = useImpacts(action === "delete" ? rows : none);
  const kept = [...impacts.values()].filter((impact) => impact === null || impact.in_use).length;
  const looking = action === "delete" && impacts.size < Math.min(rows.length, MOST_IMPACTS);

  async function start(action: Exclude<Action, "export">) {
    setState("running");
    for (const row of rows) {
      if (stopped.current) break;
      const result = await carryOut(action, row).catch((thrown: unknown): Result => {
        const error = asErrorView(thrown);
        return { text: error.hint === null ? error.message : `${error.message} ${error.hint}`, bad: true };
      });
      if (action === "delete" && !result.bad) props.onDeleted(row.id);
      setResults((before) => new Map(before).set(row.id, result));
    }
    setState("over");
    refresh();
  }
  async function write(format: InventoryFormat) {
    try {
      const written = await exportInventory(
        null,
        noFilter,
        format,
        rows.map((row) => row.id),
      );
      // Nobody named a file: nothing has happened.
      if (!written) return;
      const result = { text: i18n._("In the file"), bad: false };
      setResults(new Map(rows.map((row) => [row.id, result])));
    } catch (thrown) {
      const result = { text: asErrorView(thrown).message, bad: true };
      setResults(new Map(rows.map((row) => [row.id, result])));
    }
    setState("over");
  }
  // A result is worth a line wherever it stands; names alone are told up to a point.
  const shown = rows.filter((row, at) => at < MOST_LINES || results.get(row.id)?.bad);
  const count = number(rows.length);
  const titles: Record<Action, string> = {
    check: i18n._("Check {count} credentials?", { count }),
    enable: i18n._("Enable {count} credentials?", { count }),
    disable: i18n._("Disable {count} credentials?", { count }),
    export: i18n._("Export {count} credentials?", { count }),
    delete: i18n._("Delete {count} credentials?", { count }),
  };
  const told: Record<Action, string> = {
    check: i18n._("Each one is asked about at its provider, one after the other."),
    enable: i18n._("They can be used again."),
    disable: i18n._("They stay saved and are not used."),
    export: i18n._("No secret and no other value stands in the file. Choose its form:"),
    delete: i18n._("Their keys are destroyed and cannot be brought back."),
  };
  const words: Record<Exclude<Action, "export">, string> = {
    check: i18n._("Check"),
    enable: i18n._("Enable"),
    disable: i18n._("Disable"),
    delete: i18n._("Delete"),
  };
  const failed = [...results.values()].filter((result) => result.bad).length;
  return (
    <Dialog title={titles[action]} alert onClose={props.onClose}>
      <p role="status">
        {state === "asked" && told[action]}
        {state === "running" &&
          i18n._("{done} of {total}", { done: number(results.size), total: number(rows.length) })}
        {state === "over" &&
          i18n._("{done} done, {failed} failed.", {
            done: number(results.size - failed),
            failed: number(failed),
          })}
      </p>
      {action === "delete" && state === "asked" && (
        <p role="status">
          {looking
            ? i18n._("Looking what uses them… {done} of {total}", {
                done: number(impacts.size),
                total: number(Math.min(rows.length, MOST_IMPACTS)),
              })
            : [
                kept > 0
                  ? i18n._(
                      "{count, plural, one {# of them is in use and is kept: delete it from its own page.} other {# of them are in use and are kept: delete each from its own page.}}",
                      { count: kept },
                    )
                  : i18n._("Nothing uses them."),
                rows.length > MOST_IMPACTS
                  ? i18n._(
                      "Only the first {count} were looked at; of the others, too, what is in use is kept.",
                      { count: number(MOST_IMPACTS) },
                    )
                  : "",
              ]
                .filter(Boolean)
                .join(" ")}
        </p>
      )}
      <ul className={styles.rows} aria-label={i18n._("Credentials and results")} tabIndex={0}>
        {shown.map((row) => {
          const result = results.get(row.id);
          return (
            <li key={row.id}>
              <bdi>{row.name}</bdi>
              <span>{row.provider_name}</span>
              {state === "asked" && <Loses impact={impacts.get(row.id)} />}
              {result && <span className={result.bad ? styles.bad : styles.good}>{result.text}</span>}
            </li>
          );
        })}
        {rows.length > shown.length && (
          <li>{i18n._("and {count} more", { count: number(rows.length - shown.length) })}</li>
        )}
      </ul>
      <Buttons>
        <Spacer />
        {state === "asked" &&
          action === "export" &&
          formats().map(({ id, name }) => (
            <Button key={id} onPress={() => void write(id)}>
              {name}
            </Button>
          ))}
        {state === "asked" && action !== "export" && (
          <Button
            look={action === "delete" ? "danger" : "primary"}
            isDisabled={looking || (action === "delete" && kept === rows.length)}
            onPress={() => void start(action)}
          >
            {words[action]}
          </Button>
        )}
        {state === "running" && (
          <Button
            onPress={() => {
              stopped.current = true;
            }}
          >
            {i18n._("Stop")}
          </Button>
        )}
        {state !== "running" && (
          <Button autoFocus onPress={props.onClose}>
            {state === "over" ? i18n._("Close") : i18n._("Cancel")}
          </Button>
        )}
      </Buttons>
    </Dialog>
  );
}

/** What one of them takes along, or for what it is kept. */
function Loses({ impact }: { impact: DeleteView | null | undefined }) {
  if (impact === undefined || impact?.impact.length === 0) return null;
  if (impact === null) {
    return <p className={styles.bad}>{i18n._("What uses it could not be read.")}</p>;
  }
  return (
    <ul className={styles.loses}>
      {grouped(impact.impact).map(({ kind, effect, names }) => (
        <li key={`${kind} ${effect}`}>
          <bdi>{names.join(", ")}</bdi> {effect}
        </li>
      ))}
      {impact.in_use && <li className={styles.bad}>{i18n._("It is in use, so it is kept.")}</li>}
    </ul>
  );
}

const none: CredentialView[] = [];

/** What the deletion of each would do, read a few at a time; null where that could not be read. */
function useImpacts(rows: CredentialView[]): ReadonlyMap<string, DeleteView | null> {
  const [impacts, setImpacts] = useState<ReadonlyMap<string, DeleteView | null>>(new Map());
  useEffect(() => {
    let over = false;
    const waiting = rows.slice(0, MOST_IMPACTS).values();
    const read = async () => {
      for (const { id } of waiting) {
        if (over) return;
        const impact = await call("credentialDeleteImpact", { id }).catch(() => null);
        setImpacts((before) => new Map(before).set(id, impact));
      }
    };
    for (let at = 0; at < READ_AT_ONCE; at += 1) void read();
    return () => {
      over = true;
    };
  }, [rows]);
  return impacts;
}

async function carryOut(action: Exclude<Action, "export">, row: CredentialView): Promise<Result> {
  const { id } = row;
  switch (action) {
    case "check": {
      const { verdict } = await call("credentialCheck", { id });
      const bad = verdict !== null && verdict.kind !== "works" && verdict.kind !== "limited";
      return { text: verdict ? verdictStatus(verdict.kind).word : i18n._("Not checked"), bad };
    }
    case "enable":
      await call("credentialSetEnabled", { id, enabled: true });
      return { text: i18n._("Enabled"), bad: false };
    case "disable":
      await call("credentialSetEnabled", { id, enabled: false });
      return { text: i18n._("Disabled"), bad: false };
    case "delete": {
      // What somebody depends on is deleted alone, where its name is typed.
      const { in_use } = await call("credentialDeleteImpact", { id });
      if (in_use) {
        return { text: i18n._("Kept: it is in use. Delete it from its own page."), bad: true };
      }
      await call("credentialDelete", { id });
      return { text: i18n._("Deleted"), bad: false };
    }
  }
}
