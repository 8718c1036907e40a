import { useEffect, useRef, useState } from "react";
import {
  asErrorView,
  type ErrorView,
  type SaveOutcome,
  type CredentialView,
  type VerdictView,
} from "../../backend";

/** What is under way: nothing, a save with a check, or a save alone. */
export type Busy = "check" | "save" | null;

/**
 * Runs a save. Its request holds secrets, so it is called directly and not kept anywhere. `stop` gives the form
 * back at once; should the program store it all the same, `late` is told.
 */
export function useSave(handlers: {
  stored: (credential: CredentialView) => void;
  late: (credential: CredentialView) => void;
  failed: (error: ErrorView) => void;
  refused: (verdict: VerdictView, field: string | null) => void;
}) {
  const [busy, setBusy] = useState<Busy>(null);
  const turn = useRef(0);
  const told = useRef(handlers);
  useEffect(() => {
    told.current = handlers;
  });

  const run = async (kind: "check" | "save", save: () => Promise<SaveOutcome>) => {
    turn.current += 1;
    const mine = turn.current;
    setBusy(kind);
    try {
      const outcome = await save();
      if (mine !== turn.current) {
        if (outcome.outcome === "stored") told.current.late(outcome.credential);
        return;
      }
      setBusy(null);
      if (outcome.outcome === "stored") told.current.stored(outcome.credential);
      else told.current.refused(outcome.verdict, outcome.field);
    } catch (thrown) {
      if (mine !== turn.current) return;
      setBusy(null);
      told.current.failed(asErrorView(thrown));
    }
  };
  const stop = () => {
    turn.current += 1;
    setBusy(null);
  };
  return { busy, run, stop };
}
