import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { MOST_AT_ONCE, type CredentialView } from "../../backend";

type Chosen = ReadonlyMap<string, CredentialView>;

/**
 * The credentials that are chosen for something to be done with all of them; `ids` is null where one is opened instead.
 * They stay chosen whatever the list is narrowed to, and when it lets them go; in another organisation none is.
 */
export function useChosen(rows: readonly CredentialView[], scope: string | null) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [chosenIn, setChosenIn] = useState(scope);
  if (chosenIn !== scope) {
    setChosenIn(scope);
    setChosen((before) => before && new Map());
  }
  const atHand = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
  // The table keeps what it is given by identity, and is not drawn again for what it does not show yet.
  const latest = useRef(atHand);
  useLayoutEffect(() => {
    latest.current = atHand;
  });
  const ids = useMemo(() => (chosen === null ? null : new Set(chosen.keys())), [chosen]);
  return {
    ids,
    // As the list shows them by now, where it does.
    credentials: useMemo(
      () => [...(chosen?.values() ?? [])].map((row) => atHand.get(row.id) ?? row),
      [chosen, atHand],
    ),
    begin: useCallback(() => setChosen(new Map()), []),
    end: useCallback(() => setChosen(null), []),
    /** Exactly these are chosen from now on; ids of rows that were never at hand are passed over. */
    choose: useCallback(
      (next: ReadonlySet<string>) =>
        setChosen((before) => {
          const known = [...next].map((id) => latest.current.get(id) ?? before?.get(id));
          return new Map(known.filter((row) => row !== undefined).map((row) => [row.id, row]));
        }),
      [],
    ),
    /** These are chosen as well, as far as something can be done with so many at once. */
    add: useCallback(
      (further: readonly CredentialView[]) =>
        setChosen((before) => {
          const all = [...(before ?? []), ...further.map((row) => [row.id, row] as const)];
          return new Map([...new Map(all)].slice(0, MOST_AT_ONCE));
        }),
      [],
    ),
    /** This one is no longer there. */
    drop: useCallback(
      (id: string) =>
        setChosen((before) => before && new Map([...before].filter(([chosen]) => chosen !== id))),
      [],
    ),
  };
}
