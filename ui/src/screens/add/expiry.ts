import { i18n } from "../../i18n";

/** Days of the reminder where nobody says otherwise. */
export const REMINDER_DAYS = 30;

/** The day of a time, where this computer is, as the form shows it. */
export function dayOf(time: string | null): string {
  if (time === null) return "";
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What is wrong with the typed expiry, by field. */
export function expiryProblems(day: string, reminder: string): Record<string, string> {
  const problems: Record<string, string> = {};
  if (day.trim() !== "" && !/^\d{4}-\d{2}-\d{2}$/u.test(day.trim())) {
    problems.expires_at = i18n._("Give a day as year, month and day, such as 2027-01-31.");
  }
  if (!/^\d{1,4}$/u.test(reminder.trim()) || Number(reminder) > 3650) {
    problems.reminder_days = i18n._("Give a number of days, at most 3650.");
  }
  return problems;
}
