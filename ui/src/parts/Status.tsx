import type { ReactNode } from "react";
import type { CredentialView, ErrorView, VerdictView } from "../backend";
import { i18n } from "../i18n";
import { Icon } from "./icons";
import { Prose } from "./Prose";
import styles from "./Status.module.css";
import { ago } from "./time";
import { rowStatus, verdictStatus, type Status, type Tone } from "./words";

const tones: Record<Tone, string> = {
  ok: `${styles.ok}`,
  warn: `${styles.warn}`,
  bad: `${styles.bad}`,
  info: `${styles.info}`,
  mute: `${styles.mute}`,
};

/** A status as word, shape and colour together; `still` where nobody points at it. */
export function StatusPill({ status, still = false }: { status: Status; still?: boolean }) {
  return (
    <span
      className={`${styles.pill} ${tones[status.tone]}`}
      title={still ? undefined : [status.word, status.doubt].filter(Boolean).join(". ")}
    >
      <Icon name={status.icon} size={12} />
      <span>{status.word}</span>
      {status.doubt !== undefined && (
        <i role="img" aria-label={status.doubt}>
          <Icon name="clock" size={12} />
        </i>
      )}
    </span>
  );
}

/** The status of a credential in a list. */
export function CredentialPill(props: { credential: CredentialView; now: number; still?: boolean }) {
  return <StatusPill status={rowStatus(props.credential, props.now)} still={props.still ?? false} />;
}

/** A framed message with a coloured edge. */
export function Box({
  status,
  children,
  label,
}: {
  status: Omit<Status, "word">;
  children: ReactNode;
  label?: string;
}) {
  return (
    <div
      className={`${tones[status.tone]} ${styles.box}`}
      role={label ? "group" : undefined}
      aria-label={label}
    >
      {children}
    </div>
  );
}

/** What a check showed, with its next step, and the last known verdict where this one says nothing. */
export function VerdictBox({ verdict, now }: { verdict: VerdictView; now: number }) {
  const status = verdictStatus(verdict.kind);
  return (
    <Box status={status} label={i18n._("Verdict")}>
      <p>
        <Icon name={status.icon} size={14} />
        <b>{i18n._("{word}.", { word: status.word })}</b> {verdict.evidence}
      </p>
      {verdict.next_step !== null && <p>{verdict.next_step}</p>}
      {verdict.last_known && (
        <p>
          {i18n._("Last known: {word}, {ago}.", {
            word: verdictStatus(verdict.last_known.kind).word,
            ago: ago(verdict.last_known.checked_at, now),
          })}
        </p>
      )}
      <p className={styles.small}>
        {i18n._("Checked {ago} · {ms} ms · {cost}", {
          ago: ago(verdict.checked_at, now),
          ms: verdict.duration_ms,
          cost: verdict.cost,
        })}
      </p>
    </Box>
  );
}

/** A refusal: what happened and what to do next. */
export function Problem({ error, children }: { error: ErrorView; children?: ReactNode }) {
  return (
    <div role="alert">
      <Box status={{ tone: "bad", icon: "x" }}>
        <p>
          <Icon name="x" size={14} />
          <b>
            <Prose text={error.message} />
          </b>
        </p>
        {error.hint !== null && (
          <p>
            <Prose text={error.hint} />
          </p>
        )}
        {children}
      </Box>
    </div>
  );
}
