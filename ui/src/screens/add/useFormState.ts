import { useCallback, useEffect, useRef, useState } from "react";
import { call, type ErrorView, type FieldNoteView, type FieldView } from "../../backend";
import type { Note } from "../../parts/Field";

/** How long typing rests before the form is looked over. */
const REST_MS = 350;

export type Values = Readonly<Record<string, string>>;

/** Drops line breaks, as a one-line box does by itself. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/gu, "");
}

/**
 * The typed values of a form and what is to be said about each. Values live here and nowhere else; `wipe` empties
 * them as soon as they are no longer needed.
 */
export function useFormState(provider: string, auth: string, editing: string | null, initial: Values) {
  const [values, setValues] = useState<Values>(initial);
  const [notes, setNotes] = useState<FieldNoteView[]>([]);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [trimmed, setTrimmed] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Record<string, string>>({});
  const latest = useRef(values);
  const turn = useRef(0);

  useEffect(() => {
    latest.current = values;
  }, [values]);
  useEffect(
    () => () => {
      latest.current = {};
    },
    [],
  );

  const ask = useCallback(
    async (now: Values): Promise<FieldNoteView[] | null> => {
      turn.current += 1;
      const mine = turn.current;
      const fields = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== ""));
      try {
        const said = await call("formCheck", { provider, auth, fields, editing });
        return turn.current === mine ? said : null;
      } catch {
        // Looking over the form is a courtesy; saving says the same with its reasons.
        return null;
      }
    },
    [provider, auth, editing],
  );

  // Looks the form over once typing rests.
  useEffect(() => {
    if (touched.size === 0) return;
    const timer = setTimeout(() => {
      void ask(values).then((said) => {
        if (said) setNotes(said);
      });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [values, touched, ask]);

  const touch = (id: string) => setTouched((before) => (before.has(id) ? before : new Set(before).add(id)));
  const forget = (id: string) => {
    setProblems((before) => ({ ...before, [id]: "" }));
    setTrimmed((before) => ({ ...before, [id]: "" }));
  };

  const set = (id: string, value: string) => {
    setValues((before) => ({ ...before, [id]: value }));
    touch(id);
    forget(id);
  };

  /** Takes pasted text as it was, asks what came along by accident, keeps the rest and says so. */
  const paste = async (field: FieldView, raw: string) => {
    const single = field.kind !== "multiline" && field.kind !== "json";
    const before = { ...latest.current, [field.id]: raw };
    set(field.id, single ? oneLine(raw) : raw);
    latest.current = before;
    const said = await ask(before);
    if (!said || latest.current[field.id] === undefined) return;
    const current = latest.current[field.id];
    // Typing went on meanwhile: nothing may be taken away under the person's hands.
    if (current !== raw && current !== oneLine(raw)) return;
    const note = said.find((n) => n.field === field.id && n.keep !== null);
    if (note?.keep) {
      const kept = note.keep.map(([from, to]) => raw.slice(from, to)).join("");
      setValues((now) => ({ ...now, [field.id]: kept }));
      setTrimmed((now) => ({ ...now, [field.id]: note.message }));
    }
    setNotes(said.filter((n) => n.keep === null));
  };

  const refuse = (error: ErrorView) => {
    setProblems(Object.fromEntries(error.fields.map((f) => [f.field, f.message])));
  };

  const notesOf = (id: string): Note[] => {
    const list: Note[] = [];
    const problem = problems[id];
    if (problem) list.push({ level: "error", text: problem });
    const trim = trimmed[id];
    if (trim) list.push({ level: "info", text: trim });
    if (touched.has(id)) {
      for (const note of notes) {
        if (note.field === id && note.message !== problem && note.message !== trim) {
          list.push({ level: note.level, text: note.message });
        }
      }
    }
    return list;
  };

  const wipe = () => {
    turn.current += 1;
    latest.current = {};
    setValues({});
    setNotes([]);
  };

  /** Starts again with other fields, keeping what fits them by name. */
  const reset = (next: Values) => {
    setValues(next);
    setNotes([]);
    setProblems({});
    setTrimmed({});
    setTouched(new Set());
  };

  return { values, set, paste, touch, notesOf, problems, setProblems, refuse, wipe, reset };
}

export type FormState = ReturnType<typeof useFormState>;
