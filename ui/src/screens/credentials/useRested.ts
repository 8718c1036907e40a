import { useCallback, useEffect, useState } from "react";

/** How long nothing else has to be found before the table follows what was typed. */
const REST_MS = 150;

/**
 * What was found, as the table has it. While somebody types, each letter finds other rows, and the table takes so long
 * to draw them that the next letter would wait: it follows when the typing rests, and until then it is `behind`. What
 * changes without another question (further rows, another status) it has at once; `atOnce` says that it never waits.
 */
export function useRested<Found>(found: Found, question: string, atOnce: boolean) {
  const [rested, setRested] = useState({ found, question });
  if (found !== rested.found && (atOnce || question === rested.question)) setRested({ found, question });
  const behind = found !== rested.found && !atOnce && question !== rested.question;
  const follow = useCallback(() => setRested({ found, question }), [found, question]);
  useEffect(() => {
    if (!behind) return;
    const timer = setTimeout(follow, REST_MS);
    return () => clearTimeout(timer);
  }, [behind, follow]);
  return { rested: behind ? rested.found : found, behind, follow };
}
