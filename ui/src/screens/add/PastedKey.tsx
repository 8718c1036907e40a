import { useRef, useState } from "react";
import {
  asErrorView,
  call,
  type CandidateView,
  type Certainty,
  type DetectionView,
  type ErrorView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { Mark, Tag } from "../../parts/Mark";
import { Problem, StatusPill } from "../../parts/Status";
import type { Status } from "../../parts/words";
import { useNavigation, type Place, type Purpose } from "../../shell/navigation";
import styles from "./PastedKey.module.css";

type Target = Pick<CandidateView, "provider" | "auth" | "field">;

/** The form of a provider, with what it is for where it is for something. */
export const addPlace = (provider: string, purpose: Purpose | null): Extract<Place, { screen: "add" }> => ({
  screen: "add",
  provider,
  ...(purpose ? { purpose } : {}),
});

/** A pasted key while its provider is being found out. The text is never shown, and gone with this screen. */
export function usePastedKey(purpose: Purpose | null = null) {
  const { go } = useNavigation();
  const [text, setText] = useState<string | null>(null);
  const [found, setFound] = useState<DetectionView | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const turn = useRef(0);

  const forget = () => {
    turn.current += 1;
    setText(null);
    setFound(null);
    setError(null);
  };
  const take = (pasted: string) => {
    forget();
    const mine = turn.current;
    setText(pasted);
    call("detect", { text: pasted }).then(
      (detection) => {
        if (turn.current === mine) setFound(detection);
      },
      (thrown: unknown) => {
        if (turn.current !== mine) return;
        setText(null);
        setError(asErrorView(thrown));
      },
    );
  };
  const open = ({ provider, auth, field }: Target) => {
    if (text !== null) go({ ...addPlace(provider, purpose), pasted: { text, auth, field } }, true);
  };
  return { text, found, error, take, forget, open };
}

/** What the pasted key looks like: a choice, the best first, with the reason of each. */
export function PastedKey(props: { pasted: ReturnType<typeof usePastedKey>; onForget: () => void }) {
  const { found, error, open } = props.pasted;
  return (
    <div role="status" aria-label={i18n._("Pasted key")}>
      {error && (
        <div className={styles.problem}>
          <Problem error={{ ...error, hint: error.fields[0]?.message ?? error.hint }} />
        </div>
      )}
      {found && (
        <section className={styles.panel} aria-label={i18n._("What the pasted key looks like")}>
          <header>
            <h2>
              {found.candidates.length > 0
                ? i18n._("The pasted key looks like")
                : i18n._("No provider is recognised by the form of this key")}
            </h2>
            <Button look="ghost" onPress={props.onForget}>
              {i18n._("Forget it")}
            </Button>
          </header>
          {found.removed !== null && (
            <p className={styles.note}>
              <Prose text={i18n._("Left out of the pasted text: {removed}.", { removed: found.removed })} />
            </p>
          )}
          {found.stored.length > 0 && (
            <p className={styles.warning}>
              <Icon name="alert" size={14} />
              <span>
                {i18n._("This key is stored already, as {names}.", {
                  names: found.stored.map((name) => `“${name}”`).join(", "),
                })}
              </span>
            </p>
          )}
          {found.candidates.length === 0 && (
            <p className={styles.note}>
              {i18n._(
                "Choose its provider below, and the key is put into the form. For anything else there is API token.",
              )}
            </p>
          )}
          <ul aria-label={i18n._("Recognised providers")}>
            {found.candidates.map((candidate) => (
              <li key={`${candidate.provider} ${candidate.auth} ${candidate.field}`}>
                <button type="button" className={styles.candidate} onClick={() => open(candidate)}>
                  <Mark text={candidate.mark} />
                  <span className={styles.what}>
                    <b>{candidate.provider_name}</b>
                    <span>{fieldOf(candidate, found.candidates)}</span>
                    {candidate.mode !== null && (
                      <Tag>{candidate.mode === "live" ? i18n._("live") : i18n._("test")}</Tag>
                    )}
                    <small>{i18n._("It {reason}.", { reason: candidate.reason })}</small>
                  </span>
                  <StatusPill status={sure(candidate.confidence)} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The field, with the sign-in method where one provider stands there with several. */
function fieldOf(candidate: CandidateView, all: CandidateView[]): string {
  const several = all.some((c) => c.provider === candidate.provider && c.auth !== candidate.auth);
  return several ? `${candidate.auth_label} · ${candidate.field_label}` : candidate.field_label;
}

function sure(confidence: Certainty): Status {
  switch (confidence) {
    case "certain":
      return { word: i18n._("Certain"), tone: "ok", icon: "check" };
    case "likely":
      return { word: i18n._("Likely"), tone: "info", icon: "check" };
    case "possible":
      return { word: i18n._("Possible"), tone: "mute", icon: "minus" };
  }
}
