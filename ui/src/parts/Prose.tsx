/** A sentence of the program; what stands between backticks is shown as code. Never anything but text. */
export function Prose({ text }: { text: string }) {
  const parts = text.split("`");
  // An odd number of backticks is no markup.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}
