/** The search's operators as text. The program alone decides what they mean; chips write and read them here. */

type Token = { text: string; operator: string | null; value: string };

const pattern = /(?:[^\s"]|"[^"]*"?)+/g;

function tokens(search: string): Token[] {
  return (search.match(pattern) ?? []).map((text) => {
    const parts = /^([a-z_]+):(.*)$/i.exec(text);
    const [, operator, value] = parts ?? [];
    return operator === undefined || value === undefined
      ? { text, operator: null, value: "" }
      : { text, operator: operator.toLowerCase(), value: value.replaceAll('"', "") };
  });
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

/** What of the search is operators, as text: what stands on the chips. */
export const operatorsIn = (search: string): string =>
  tokens(search)
    .filter((token) => token.operator !== null)
    .map((token) => token.text)
    .join(" ");

/** The values of an operator; several stand between commas. */
export function valuesOf(search: string, operator: string): string[] {
  return tokens(search)
    .filter((token) => token.operator === operator)
    .flatMap((token) => token.value.split(","))
    .filter((value) => value !== "");
}

/** The search with other values of an operator; with none the operator goes. */
export function withValues(search: string, operator: string, values: readonly string[]): string {
  const kept = tokens(search).filter((token) => token.operator !== operator);
  const written = values.length === 0 ? [] : [`${operator}:${quoted(values.join(","))}`];
  return [...kept.map((token) => token.text), ...written].join(" ");
}

/** Writes a value, or takes it away where it stands. */
export function toggled(search: string, operator: string, value: string): string {
  const values = valuesOf(search, operator);
  return withValues(
    search,
    operator,
    values.includes(value) ? values.filter((one) => one !== value) : [...values, value],
  );
}
