import { useEffect, useState } from "react";
import { i18n } from "../i18n";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LOCALE = "en-GB";
/** Made when first needed: each of them reads tables of its own, and the first picture needs none. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const relative = once(() => new Intl.RelativeTimeFormat(LOCALE, { numeric: "always" }));
const full = once(
  () =>
    new Intl.DateTimeFormat(LOCALE, {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }),
);
const day = once(() => new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" }));
const count = once(() => new Intl.NumberFormat(LOCALE));

/** A whole number with its thousands apart. */
export const number = (value: number): string => (value < 1000 ? String(value) : count().format(value));

/** Day and time. */
export const dateTime = (time: string): string => full().format(new Date(time));

/** The day alone. */
export const dateOnly = (time: string): string => day().format(new Date(time));

/** How many days ago, with fractions. */
export const ageInDays = (time: string, now: number): number => (now - Date.parse(time)) / DAY;

/** "9 days ago". */
export const daysAgo = (time: string, now: number): string =>
  relative().format(-Math.floor(ageInDays(time, now)), "day");

/** "just now", "2 minutes ago", "in 10 days". */
export function ago(time: string, now: number): string {
  const passed = now - Date.parse(time);
  const size = Math.abs(passed);
  if (size < MINUTE) return "just now";
  const [unit, length]: [Intl.RelativeTimeFormatUnit, number] =
    size < HOUR ? ["minute", MINUTE] : size < 2 * DAY ? ["hour", HOUR] : ["day", DAY];
  return relative().format(-Math.trunc(passed / length), unit);
}

/** The same of what has passed, where there is little room: "2 min ago". */
export function agoShort(time: string, now: number): string {
  const passed = now - Date.parse(time);
  if (passed < MINUTE) return i18n._("just now");
  if (passed < HOUR) return i18n._("{count} min ago", { count: Math.floor(passed / MINUTE) });
  if (passed < DAY) return i18n._("{count} h ago", { count: Math.floor(passed / HOUR) });
  return i18n._("{count} d ago", { count: number(Math.floor(passed / DAY)) });
}

/** The time, moved on once a minute. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
