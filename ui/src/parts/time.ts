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

/** A whole number with its thousands apart. `Intl` would read its tables for it, before the first picture is there. */
export const number = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/gu, ",");

/** Day and time. */
export const dateTime = (time: string): string => full().format(new Date(time));

/** The day alone. */
export const dateOnly = (time: string): string => day().format(new Date(time));

/** How many days ago, with fractions. */
export const ageInDays = (time: string, now: number): number => (now - Date.parse(time)) / DAY;

/** "9 days ago". */
export const daysAgo = (time: string, now: number): string => past("day", Math.floor(ageInDays(time, now)));

/** "just now", "2 minutes ago", "in 10 days". */
export function ago(time: string, now: number): string {
  const passed = now - Date.parse(time);
  const size = Math.abs(passed);
  if (size < MINUTE) return i18n._("just now");
  const [unit, length]: [Unit, number] =
    size < HOUR ? ["minute", MINUTE] : size < 2 * DAY ? ["hour", HOUR] : ["day", DAY];
  const whole = Math.floor(size / length);
  return passed > 0 ? past(unit, whole) : future(unit, whole);
}

type Unit = "minute" | "hour" | "day";

function past(unit: Unit, size: number): string {
  const count = number(size);
  switch (unit) {
    case "minute":
      return size === 1 ? i18n._("1 minute ago") : i18n._("{count} minutes ago", { count });
    case "hour":
      return size === 1 ? i18n._("1 hour ago") : i18n._("{count} hours ago", { count });
    case "day":
      return size === 1 ? i18n._("1 day ago") : i18n._("{count} days ago", { count });
  }
}

function future(unit: Unit, size: number): string {
  const count = number(size);
  switch (unit) {
    case "minute":
      return size === 1 ? i18n._("in 1 minute") : i18n._("in {count} minutes", { count });
    case "hour":
      return size === 1 ? i18n._("in 1 hour") : i18n._("in {count} hours", { count });
    case "day":
      return size === 1 ? i18n._("in 1 day") : i18n._("in {count} days", { count });
  }
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
