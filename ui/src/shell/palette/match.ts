/** Small letters without accents, so that "Café" is found by "cafe". */
const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");

/** What can be found: its name, and other words by which people look for it. */
type Findable = { name: string; words?: string };

/**
 * The entries in which every typed word begins a word, best first: the whole name, then its beginning, then a word of
 * the name, then other words. Entries of the same rank keep their order; nothing typed keeps all.
 */
export function matching<T extends Findable>(entries: readonly T[], typed: string): T[] {
  const words = plain(typed)
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (words.length === 0) return [...entries];
  const whole = words.join(" ");
  const rank = (entry: T): number | null => {
    const name = plain(entry.name);
    const own = parts(name);
    const all = [...own, ...parts(plain(entry.words ?? ""))];
    const begins = (list: string[], word: string) => list.some((part) => part.startsWith(word));
    if (!words.every((word) => begins(all, word))) return null;
    if (name === whole) return 0;
    if (name.startsWith(whole)) return 1;
    return words.every((word) => begins(own, word)) ? 2 : 3;
  };
  return entries
    .flatMap((entry) => {
      const found = rank(entry);
      return found === null ? [] : [{ entry, found }];
    })
    .sort((a, b) => a.found - b.found)
    .map(({ entry }) => entry);
}

// "gpt-4o (India)" is found by "4o" and by "india", and by "gpt-4o" too.
function parts(text: string): string[] {
  const words = text.split(/\s+/u);
  return [...words, ...words.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u))].filter((word) => word !== "");
}
