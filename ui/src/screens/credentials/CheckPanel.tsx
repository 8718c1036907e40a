import { memo, useEffect, useRef } from "react";
import { ProgressBar } from "react-aria-components";
import type { CheckedView, VerdictKind } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { Problem, StatusPill } from "../../parts/Status";
import { number } from "../../parts/time";
import { verdictStatus, type Status } from "../../parts/words";
import { isChanged, useChecking, type Checking } from "./checking";
import styles from "./CheckPanel.module.css";
import frame from "./Credentials.module.css";

/** From what must be looked at to what is as it should be; what could not be checked at all goes first. */
const harm: (VerdictKind | null)[] = [
  null,
  "rejected",
  "suspended",
  "misconfigured",
  "no_credit",
  "blocked",
  "limited",
  "unknown",
  "uncheckable",
  "works",
];

/** Names that are told as being asked about. */
const NAMES = 3;
/** Rows of a part of the result; the list has all of them. */
const ROWS = 200;

/** How far the check of many has come, and what it showed: what has changed first. */
export default function CheckPanel({
  onOpen,
  onClose,
}: {
  onOpen: (id: string) => void;
  onClose: () => void;
}) {
  const { checking, stop } = useChecking();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  if (!checking) return null;
  const sorted = [...checking.results].sort((a, b) => rank(a) - rank(b));
  const changed = sorted.filter(isChanged);
  const same = sorted.filter((result) => !isChanged(result));
  return (
    <aside className={`${frame.pane} ${styles.panel}`} aria-label={i18n._("Check of several credentials")}>
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1}>
          {title(checking)}
        </h2>
        <Button look="icon" aria-label={i18n._("Close results")} onPress={onClose}>
          <Icon name="x" />
        </Button>
      </div>
      {checking.error && <Problem error={checking.error} />}
      {checking.running && <Progress checking={checking} onStop={stop} />}
      <LeftOut checking={checking} />
      {!checking.running && <Tally results={checking.results} />}
      <Part title={i18n._("Changed")} results={changed} onOpen={onOpen} />
      <Part title={i18n._("As before")} results={same} onOpen={onOpen} />
    </aside>
  );
}

const rank = (result: CheckedView): number => harm.indexOf(result.verdict?.kind ?? null);

function title(checking: Checking): string {
  const { total, results } = checking;
  if (checking.running) {
    return total === null
      ? i18n._("Checking…")
      : i18n._("Checking {count, plural, one {# credential} other {# credentials}}", { count: total });
  }
  if (checking.error) return i18n._("Nothing was checked");
  if (checking.stopped) {
    return i18n._("Stopped after {done} of {total}", {
      done: number(results.length),
      total: number(total ?? 0),
    });
  }
  if (results.length === 0) return i18n._("Nothing to check");
  return i18n._("{count, plural, one {# credential} other {# credentials}} checked", {
    count: results.length,
  });
}

function Progress({ checking, onStop }: { checking: Checking; onStop: () => void }) {
  const done = checking.results.length;
  const total = checking.total ?? 0;
  const names = [...checking.asking.values()];
  const more = names.length - NAMES;
  return (
    <div className={styles.progress}>
      <ProgressBar
        aria-label={i18n._("Checked")}
        value={done}
        maxValue={Math.max(total, 1)}
        valueLabel={
          checking.total === null
            ? i18n._("Looking for them…")
            : i18n._("{done} of {total}", { done: number(done), total: number(total) })
        }
      >
        {({ percentage, valueText }) => (
          <>
            <span className={styles.count}>{valueText}</span>
            <svg className={styles.track} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="6" />
              <rect className={`${styles.fill}`} width={percentage ?? 0} height="6" />
            </svg>
          </>
        )}
      </ProgressBar>
      <p className={styles.asking}>
        {names.length > 0 && `${i18n._("Waiting for")} `}
        {names.slice(0, NAMES).map((name, at) => (
          <span key={name}>
            {at > 0 && ", "}
            <bdi>{name}</bdi>
          </span>
        ))}
        {more > 0 && ` ${i18n._("and {more} more", { more: number(more) })}`}
      </p>
      <Button isPending={checking.stopping} onPress={onStop}>
        {checking.stopping ? i18n._("Stopping…") : i18n._("Cancel")}
      </Button>
    </div>
  );
}

function LeftOut({ checking }: { checking: Checking }) {
  const { disabled, notPermitted } = checking;
  return (
    <>
      {disabled > 0 && (
        <p className={styles.leftOut}>
          {i18n._(
            "{count, plural, one {# credential is} other {# credentials are}} switched off and left out.",
            { count: disabled },
          )}
        </p>
      )}
      {notPermitted > 0 && (
        <p className={styles.leftOut}>
          {i18n._(
            "{count, plural, one {# credential is} other {# credentials are}} left out: your role may see them, not check them.",
            { count: notPermitted },
          )}
        </p>
      )}
    </>
  );
}

function status(result: CheckedView): Status {
  return result.verdict
    ? verdictStatus(result.verdict.kind)
    : { word: i18n._("Not checked"), tone: "bad", icon: "alert" };
}

// How often each verdict came, the worst first.
function Tally({ results }: { results: readonly CheckedView[] }) {
  const counted = harm
    .map((kind) => results.filter((result) => (result.verdict?.kind ?? null) === kind))
    .filter((same) => same.length > 0);
  return (
    <ul className={styles.tally} aria-label={i18n._("Results by verdict")}>
      {counted.map((same) => {
        const [first] = same;
        if (!first) return null;
        const { word, tone, icon } = status(first);
        return (
          <li key={word}>
            <StatusPill status={{ word: `${word} ${number(same.length)}`, tone, icon }} />
          </li>
        );
      })}
    </ul>
  );
}

function Part(props: { title: string; results: CheckedView[]; onOpen: (id: string) => void }) {
  const { results } = props;
  if (results.length === 0) return null;
  const more = results.length - ROWS;
  return (
    <>
      <h3>
        {props.title} <span className={styles.number}>{number(results.length)}</span>
      </h3>
      <ul className={styles.results} aria-label={props.title}>
        {results.slice(0, ROWS).map((result) => (
          <Result key={result.id} result={result} onOpen={props.onOpen} />
        ))}
      </ul>
      {more > 0 && (
        <p className={styles.leftOut}>{i18n._("{more} more are in the list.", { more: number(more) })}</p>
      )}
    </>
  );
}

const Result = memo(function Result(props: { result: CheckedView; onOpen: (id: string) => void }) {
  const { result } = props;
  const said = evidence(result);
  return (
    <li>
      <button type="button" onClick={() => props.onOpen(result.id)}>
        <bdi title={result.name}>{result.name}</bdi>
        <StatusPill status={status(result)} />
        {isChanged(result) && (
          <small>
            {result.before === null
              ? i18n._("not checked before")
              : i18n._("before: {word}", { word: verdictStatus(result.before).word })}
          </small>
        )}
        {said !== null && <p>{said}</p>}
        {result.old_key !== null && <p>{oldKey(result.old_key)}</p>}
      </button>
    </li>
  );
});

// Of a replacement whose old key is still kept.
function oldKey(kind: VerdictKind): string {
  return kind === "rejected"
    ? i18n._("Its old key is dead, and destroyed here.")
    : i18n._("Its old key: {word}. Revoke it at the provider.", { word: verdictStatus(kind).word });
}

// What works needs no explanation here; the details have it.
function evidence({ verdict, error }: CheckedView): string | null {
  if (error) return error.hint === null ? error.message : `${error.message} ${error.hint}`;
  if (!verdict || verdict.kind === "works") return null;
  return verdict.next_step === null ? verdict.evidence : `${verdict.evidence} ${verdict.next_step}`;
}
