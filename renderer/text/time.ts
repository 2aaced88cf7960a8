/** Dates and times as people say them. */

import { text } from "./index.ts";

const dayMs = 86_400_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const shortDate = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * dayMs],
  ["month", 30 * dayMs],
  ["day", dayMs],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** 14:05 */
export function timeOfDay(time: number): string {
  return clock.format(time);
}

/** Today, Yesterday, Tuesday, 3 March, 3 March 2024: what stands between two days of a chat. */
export function dayName(time: number, now: number): string {
  const days = dayNumber(now) - dayNumber(time);
  if (days === 0) return text.common.today;
  if (days === 1) return text.common.yesterday;
  if (days > 1 && days < 7) return weekday.format(time);
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return isThisYear ? dayOfYear.format(time) : fullDate.format(time);
}

/** 14:05, Yesterday, Tue, 3/3/24: the time in a list. */
export function briefTime(time: number, now: number): string {
  const days = dayNumber(now) - dayNumber(time);
  if (days === 0) return timeOfDay(time);
  if (days === 1) return text.common.yesterday;
  return days > 1 && days < 7 ? shortWeekday.format(time) : shortDate.format(time);
}

/** The full date and time, for tooltips and screen readers. */
export function exactTime(time: number): string {
  return exact.format(time);
}

/** 3 minutes ago, in 2 years. */
export function timeFrom(time: number, now: number): string {
  const [unit, length] = units.find(([, ms]) => Math.abs(time - now) >= ms) ?? ["second", 1_000];
  return relative.format(Math.trunc((time - now) / length), unit);
}

export function dateOnly(time: number): string {
  return fullDate.format(time);
}

/** Whether two times lie on the same day of the local calendar. */
export function isSameDay(a: number, b: number): boolean {
  return dayNumber(a) === dayNumber(b);
}

/** Counts calendar days, so that "yesterday" is right in the week when the clocks change. */
function dayNumber(time: number): number {
  const date = new Date(time);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs);
}
