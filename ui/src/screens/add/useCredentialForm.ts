import { useState } from "react";
import {
  useAdopt,
  type Category,
  type CredentialView,
  type ErrorView,
  type SaveOutcome,
  type VerdictView,
} from "../../backend";
import { i18n } from "../../i18n";
import { useNotify } from "../../parts/notices";
import { expiryProblems } from "./expiry";
import { savedLine } from "./lines";
import { useFormState, type Values } from "./useFormState";
import { useSave } from "./useSave";

/** What stands in the form around the provider's own fields. */
export type Around = {
  name: string;
  key: string;
  category: Category;
  isDefault: boolean;
  /** The end, as typed. */
  day: string;
  /** Days before it, as typed. */
  reminder: string;
};

/**
 * What adding and editing have in common: what is typed, what is wrong with it, and how a save ends. `fields`, `expiry`
 * and `outcome` are given on to the parts of the form.
 */
export function useCredentialForm(start: {
  provider: string;
  auth: string;
  editing: string | null;
  around: Around;
  values: Values;
  /** It is stored; the values are wiped already. */
  stored: (credential: CredentialView) => void;
}) {
  const [around, setAround] = useState(start.around);
  const [error, setError] = useState<ErrorView | null>(null);
  const [refused, setRefused] = useState<VerdictView | null>(null);
  const form = useFormState(start.provider, start.auth, start.editing, start.values);
  const adopt = useAdopt();
  const notify = useNotify();
  const { busy, run, stop } = useSave({
    stored: (credential) => {
      adopt(credential);
      form.wipe();
      notify(savedLine(credential));
      start.stored(credential);
    },
    late: (credential) => {
      adopt(credential);
      notify(
        i18n._("“{name}” was stored after all, before the waiting was stopped.", { name: credential.name }),
      );
    },
    failed: (refusal) => {
      form.refuse(refusal);
      setError(refusal);
    },
    refused: (verdict, field) => {
      setRefused(verdict);
      if (field !== null) form.setProblems({ [field]: verdict.evidence });
    },
  });

  const change = (part: Partial<Around>) => setAround((before) => ({ ...before, ...part }));
  /** Takes a typed text; what was wrong with the one before is no longer said. */
  const type = (part: Partial<Around>, field: string) => {
    change(part);
    form.setProblems((before) => ({ ...before, [field]: "" }));
  };
  const forget = () => {
    setError(null);
    setRefused(null);
  };
  /** Saves unless something is missing; then the cursor stands at the first of it. */
  const save = (check: boolean, missing: Record<string, string>, send: () => Promise<SaveOutcome>) => {
    forget();
    const problems = { ...missing, ...expiryProblems(around.day, around.reminder) };
    form.setProblems(problems);
    const [first] = Object.keys(problems);
    if (first === undefined) void run(check ? "check" : "save", send);
    else document.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
  };
  return {
    around,
    change,
    form,
    busy,
    forget,
    save,
    fields: {
      name: around.name,
      onName: (name: string) => type({ name }, "name"),
      lookupKey: around.key,
      onLookupKey: (key: string) => type({ key }, "key"),
      category: around.category,
      onCategory: (category: Category) => change({ category }),
      notesOf: form.notesOf,
    },
    expiry: {
      day: around.day,
      onDay: (day: string) => type({ day }, "expires_at"),
      reminder: around.reminder,
      onReminder: (reminder: string) => type({ reminder }, "reminder_days"),
      notesOf: form.notesOf,
    },
    outcome: { error, refused, busy, onStop: stop },
  };
}
