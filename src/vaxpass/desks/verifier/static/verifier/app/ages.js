// How old the lists are, and what to say about it: always shown, a warning from one day on, "too old" beyond the limit.
import { age, moment } from "./dates.js";
import { t } from "./words.js";

const OLD = 24 * 3_600_000;
const GRACE = 48 * 3_600_000; // a list counts so long after the time by which the next one was promised

const RAN_BACK = "CLOCK_TURNED_BACK";
const AHEAD = 5 * 60_000; // as far as clocks may differ

const at = (iso) => (iso ? new Date(iso) : null);

// Trust list and revocations as they lie on the device: {name, madeAt, nextAt}; those that were never fetched are null.
export function listsOf(device) {
  const revocations = [device.revocations, device.revocationFilter].filter(Boolean);
  return [
    { name: t("Trust list"), ...times(device.trust) },
    { name: t("Revocations"), ...times(revocations[0]) },
  ];
}

const times = (list) => ({ madeAt: at(list?.madeAt), nextAt: at(list?.nextAt) });

export function inWords({ madeAt }, now) {
  if (!madeAt) return t("Not on this device");
  if (madeAt - now > AHEAD) return t("%(at)s (Hanoi), later than this device's clock", { at: moment(madeAt) });
  return t("%(at)s (Hanoi), %(age)s old", { at: moment(madeAt), age: age(now - madeAt) });
}

// null, "old" or "too old", by the worst of the lists.
export function worst(lists, now) {
  if (lists.some(({ nextAt }) => nextAt && now - nextAt > GRACE)) return "too old";
  return lists.some(({ madeAt }) => madeAt && now - madeAt >= OLD) ? "old" : null;
}

// The oldest of them, in one line; nothing while there is none.
export function ageLine(lists, now) {
  const madeAt = oldest(lists);
  return madeAt && madeAt - now <= AHEAD ? t("Lists on this device: %(age)s old", { age: age(now - madeAt) }) : "";
}

function oldest(lists) {
  const made = lists.map(({ madeAt }) => madeAt).filter(Boolean);
  return made.length ? new Date(Math.min(...made)) : null;
}

// Said before the first person stands there: no answer is possible until the clock is right.
export const clockTrouble = ({ lastSeen }, now) => (lastSeen && lastSeen - now > AHEAD ? t(RAN_BACK) : "");

export function warning(lists, now) {
  const state = worst(lists, now);
  const values = { age: state ? age(now - oldest(lists)) : "" };
  if (state === "too old") return t("The lists are %(age)s old. That is beyond the limit, so no answer is possible: connect to a network and fetch them.", values);
  if (state === "old") return t("The lists are %(age)s old. Connect to a network soon, so that new ones are fetched.", values);
  return "";
}
