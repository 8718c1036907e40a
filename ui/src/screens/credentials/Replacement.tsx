import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import {
  asErrorView,
  call,
  useAdopt,
  useProviders,
  type CredentialView,
  type ExpiryEdit,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { DayBox } from "../../parts/DayBox";
import { dayOf, dayProblem } from "../../parts/days";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import { Box, Problem, VerdictBox } from "../../parts/Status";
import { ago, dateOnly } from "../../parts/time";
import { entries, verdictStatus } from "../../parts/words";
import styles from "./Replacement.module.css";

type Step =
  "credentialReplaceCheck" | "credentialReplaceSwitch" | "credentialReplaceBack" | "credentialReplaceDiscard";

/** The key that waits for its place, or the old one that is to be shown dead, and the next step with it. */
export function Replacement(props: { credential: CredentialView; mayChange: boolean; now: number }) {
  const { credential, now } = props;
  const there = credential.replacement;
  const adopt = useAdopt();
  const notify = useNotify();
  const providers = useProviders();
  const waits = there?.stage === "new";
  const ended = credential.expires_at !== null && Date.parse(credential.expires_at) <= now;
  const before = dayOf(credential.expires_at);
  // The old key's end is seldom the new one's, and once it has passed it certainly is not.
  const [end, setEnd] = useState(ended ? "" : before);
  const expiry: ExpiryEdit | null = end.trim() === before ? null : { expires_at: end.trim() || null };
  const step = useMutation({
    mutationFn: (name: Step) =>
      name === "credentialReplaceSwitch" && expiry
        ? call(name, { id: credential.id, expiry })
        : call(name, { id: credential.id }),
    onSuccess: adopt,
  });
  if (!there) return null;
  const tails = entries(there.secrets)
    .map(([, tail]) => (tail === null ? "••••" : `••••${tail}`))
    .join(", ");
  const page = providers.data?.find((p) => p.id === credential.provider)?.find_url ?? null;
  const take = (name: Step) => step.mutate(name, { onSuccess: (after) => notify(done(name, after, waits)) });
  const running = (name: Step) => step.isPending && step.variables === name;
  return (
    <section className={styles.section} aria-label={i18n._("Replacement")}>
      <Box status={{ tone: "info", icon: "clock" }} label={i18n._("Replacement")}>
        <p>
          <b>{waits ? i18n._("A new key waits.") : i18n._("The new key is in force.")}</b>{" "}
          {waits
            ? i18n._("{tails} stands beside the one in force, since {ago}, by {person}.", {
                tails,
                ago: ago(there.started_at, now),
                person: there.started_by,
              })
            : i18n._(
                "Revoke the old one, {tails}, at the provider; then check it. Once the provider refuses it, it is destroyed here too.",
                { tails },
              )}
        </p>
      </Box>
      {there.verdict && <VerdictBox verdict={there.verdict} now={now} />}
      {step.error && <Problem error={asErrorView(step.error)} />}
      {props.mayChange && waits && credential.expires_at !== null && (
        <DayBox
          label={i18n._("End of the new key")}
          optional
          name="new_end"
          value={end}
          onChange={setEnd}
          hint={
            ended
              ? i18n._("The old one ended on {day}.", { day: dateOnly(credential.expires_at) })
              : i18n._("The old one ends on {day}.", { day: dateOnly(credential.expires_at) })
          }
        />
      )}
      {props.mayChange && (
        <div className={styles.actions}>
          {waits ? (
            // Two buttons: one must not become the other under somebody's finger.
            <Button
              key="switch"
              look="primary"
              isPending={running("credentialReplaceSwitch")}
              isDisabled={step.isPending || dayProblem(end) !== null}
              onPress={() => take("credentialReplaceSwitch")}
            >
              {i18n._("Switch to the new key")}
            </Button>
          ) : (
            page !== null && (
              <Button
                key="revoke"
                onPress={() => {
                  call("openProviderPage", credential.provider).catch((thrown: unknown) => {
                    notify(asErrorView(thrown).message, true);
                  });
                }}
              >
                <Icon name="key" />
                {i18n._("Revoke the old one")}
              </Button>
            )
          )}
          <Button
            isPending={running("credentialReplaceCheck")}
            isDisabled={step.isPending}
            onPress={() => take("credentialReplaceCheck")}
          >
            {waits ? i18n._("Check the new key") : i18n._("Check the old key")}
          </Button>
          {!waits && (
            <Button
              key="back"
              isPending={running("credentialReplaceBack")}
              isDisabled={step.isPending}
              onPress={() => take("credentialReplaceBack")}
            >
              {i18n._("Switch back to the old key")}
            </Button>
          )}
          <Button
            look="ghostDanger"
            isPending={running("credentialReplaceDiscard")}
            isDisabled={step.isPending}
            onPress={() => take("credentialReplaceDiscard")}
          >
            {waits ? i18n._("Discard the new key") : i18n._("Discard the old key")}
          </Button>
        </div>
      )}
    </section>
  );
}

function done(name: Step, after: CredentialView, waited: boolean): string {
  switch (name) {
    case "credentialReplaceSwitch":
      return i18n._("The new key of “{name}” is in force.", { name: after.name });
    case "credentialReplaceBack":
      return i18n._("The old key of “{name}” is in force again. The new one waits.", { name: after.name });
    case "credentialReplaceDiscard":
      return waited
        ? i18n._("The new key is destroyed. Nothing else has changed.")
        : i18n._("The old key is destroyed.");
    case "credentialReplaceCheck": {
      const verdict = after.replacement?.verdict;
      if (!after.replacement)
        return i18n._("The provider refuses the old key: it is dead, and destroyed here.");
      return i18n._("Checked: {word}.", { word: verdict ? verdictStatus(verdict.kind).word : "–" });
    }
  }
}
