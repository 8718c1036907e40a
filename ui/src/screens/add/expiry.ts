import { i18n } from "../../i18n";
import { dayProblem } from "../../parts/days";

/** Days of the reminder where nobody says otherwise. */
export const REMINDER_DAYS = 30;

/** What is wrong with the typed expiry, by field. */
export function expiryProblems(day: string, reminder: string): Record<string, string> {
  const problems: Record<string, string> = {};
  const wrong = dayProblem(day);
  if (wrong !== null) problems.expires_at = wrong;
  if (!/^\d{1,4}$/u.test(reminder.trim()) || Number(reminder) > 3650) {
    problems.reminder_days = i18n._("Give a number of days, at most 3650.");
  }
  return problems;
}
