import { i18n } from "../i18n";

/** Whether a text is a day of the calendar, written as year, month and day. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What is wrong with a typed day; nothing is no mistake. */
export function dayProblem(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || isDay(text)) return null;
  return /^\d{4}-\d{2}-\d{2}$/u.test(text)
    ? i18n._("The calendar has no {day}.", { day: text })
    : i18n._("Give a day as year, month and day, such as 2027-01-31.");
}

/** The day of a time, where this computer is. */
export function dayOf(time: string | null): string {
  if (time === null) return "";
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
