// Times as people read them: Hanoi's clock, days first, ages in whole minutes or hours.
import { n, t } from "./words.js";

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export function moment(at) {
  const part = Object.fromEntries(PARTS.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.hour}:${part.minute} ${part.day}/${part.month}/${part.year}`;
}

// For people in any country: whose clock it is stands beside it.
export const hanoi = (at) => t("%(at)s (Hanoi)", { at: moment(at) });

// YYYY, YYYY-MM or YYYY-MM-DD as YYYY, mm/yyyy or dd/mm/yyyy.
export const day = (iso) => String(iso).split("-").reverse().join("/");

export function age(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 60) return n("%(count)d minute", "%(count)d minutes", minutes);
  return n("%(count)d hour", "%(count)d hours", Math.floor(minutes / 60));
}
