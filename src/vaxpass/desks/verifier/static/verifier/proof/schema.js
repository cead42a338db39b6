/**
 * The DCC schema 1.3.3 as hand-written checks, with the leniencies and the two further rules of `vaxproof.schema`:
 * a date with a time is its date, groups that are null or empty are not there, unknown keys are ignored; a name that
 * cannot be written in Latin letters must have its standardised form, and nobody is born in the future.
 */

import { Float } from "./cbor.js";
import { ProofError } from "./codes.js";
import { isTransliterable } from "./names.js";
import { isLonger, strip } from "./prefix.js";

const MAX_TEXT = 80;
// Digits of every script, as in Python's patterns.
const VERSION = /^\p{Nd}+[^\n]\p{Nd}+[^\n]\p{Nd}+$/u;
const BIRTH_DATE = /^(?:(?:19|20)\p{Nd}{2}(?:-\p{Nd}{2}){0,2})?$/u;
const DATE_TIME = /^(\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2})[T ][^\n]*$/u;
const LATIN = /^[A-Z<]*$/;

/** @type {Record<string, string[]>} */
const DATES = { v: ["dt"], t: [], r: ["fr", "df", "du"] };
/** @type {Record<string, string[]>} */
const REQUIRED_TEXTS = {
  v: ["tg", "vp", "mp", "ma", "dt", "co", "is", "ci"],
  t: ["tg", "tt", "sc", "tr", "co", "is", "ci"],
  r: ["tg", "fr", "df", "du", "co", "is", "ci"],
};

/**
 * The certificate as the checks and readers see it; the argument stays as it is.
 * @param {Record<string, any>} dcc
 * @returns {Record<string, any>}
 */
export function normalise(dcc) {
  const result = { ...dcc };
  for (const [group, fields] of Object.entries(DATES)) {
    const entries = result[group];
    if (entries === null || (Array.isArray(entries) && !entries.length)) delete result[group];
    else if (Array.isArray(entries)) result[group] = entries.map((entry) => withDates(entry, fields));
  }
  if (typeof result.dob === "string") result.dob = dateOf(result.dob);
  return result;
}

function withDates(/** @type {any} */ entry, /** @type {string[]} */ fields) {
  if (!isObject(entry)) return entry;
  const texts = fields.filter((field) => typeof entry[field] === "string");
  return { ...entry, ...Object.fromEntries(texts.map((field) => [field, dateOf(entry[field])])) };
}

function dateOf(/** @type {string} */ text) {
  return DATE_TIME.exec(text)?.[1] ?? text;
}

function isObject(/** @type {any} */ value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function fault(/** @type {string} */ rule) {
  return new ProofError("SCHEMA_VALIDATION_FAILED", rule);
}

/**
 * The group (`v`, `t`, `r`) of a normalised certificate that follows the schema. SCHEMA_VALIDATION_FAILED; its
 * detail is the field and the rule, never the value.
 * @param {Record<string, any>} dcc
 * @param {string} today  `YYYY-MM-DD`
 * @returns {"v"|"t"|"r"}
 */
export function check(dcc, today) {
  // the pattern is cubic, and thousands of digits fit
  if (typeof own(dcc, "ver") !== "string" || isLonger(dcc.ver, MAX_TEXT)) throw fault("ver: text");
  if (!VERSION.test(dcc.ver)) throw fault("ver: pattern");
  checkNames(own(dcc, "nam"));
  checkBirthDate(own(dcc, "dob"), today);
  const groups = Object.keys(DATES).filter((group) => Object.hasOwn(dcc, group));
  if (groups.length !== 1) throw fault("v, t, r: exactly one");
  const [group] = groups;
  const entries = dcc[group];
  if (!Array.isArray(entries) || entries.length !== 1 || !isObject(entries[0])) throw fault(`${group}: exactly one entry`);
  checkEntry(group, entries[0]);
  return /** @type {"v"|"t"|"r"} */ (group);
}

/** A member of the object itself, not of what all objects have. */
function own(/** @type {any} */ object, /** @type {string} */ key) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function checkNames(/** @type {any} */ names) {
  if (!isObject(names)) throw fault("nam: object");
  if (!Object.hasOwn(names, "fnt") && !Object.hasOwn(names, "gnt")) throw fault("nam: fnt or gnt");
  for (const [shown, standardised] of [
    ["fn", "fnt"],
    ["gn", "gnt"],
  ]) {
    const name = text(names, shown, "nam");
    const latin = text(names, standardised, "nam");
    if (!LATIN.test(latin)) throw fault(`nam.${standardised}: pattern`);
    if (!latin && strip(name) && !isTransliterable(name)) throw fault(`nam.${standardised}: name cannot be transliterated`);
  }
}

/** An optional text of at most 80 characters; empty where it is not there. */
function text(/** @type {any} */ part, /** @type {string} */ key, /** @type {string} */ group) {
  const value = Object.hasOwn(part, key) ? part[key] : "";
  if (typeof value !== "string") throw fault(`${group}.${key}: text`);
  if (isLonger(value, MAX_TEXT)) throw fault(`${group}.${key}: longer than ${MAX_TEXT}`);
  return value;
}

function checkBirthDate(/** @type {any} */ value, /** @type {string} */ today) {
  if (typeof value !== "string" || !BIRTH_DATE.test(value)) throw fault("dob: pattern");
  if (value > today.slice(0, [...value].length)) throw fault("dob: in the future");
}

function checkEntry(/** @type {string} */ group, /** @type {any} */ entry) {
  for (const key of REQUIRED_TEXTS[group]) {
    if (typeof own(entry, key) !== "string") throw fault(`${group}.${key}: text`);
  }
  text(entry, "is", group);
  text(entry, "ci", group);
  if (!/[A-Z]/.test(entry.co)) throw fault(`${group}.co: pattern`);
  if (group === "v") checkDoses(entry);
  if (group === "t") checkTest(entry);
}

function checkDoses(/** @type {any} */ entry) {
  for (const key of ["dn", "sd"]) {
    const value = own(entry, key);
    if ((typeof value !== "number" && typeof value !== "bigint") || value < 1) throw fault(`v.${key}: positive integer`);
  }
}

function checkTest(/** @type {any} */ entry) {
  text(entry, "nm", "t");
  text(entry, "tc", "t");
  if (Object.hasOwn(entry, "ma") && typeof entry.ma !== "string") throw fault("t.ma: text");
}

/**
 * The same with plain numbers throughout, for readers and rules.
 * @param {any} value
 * @returns {any}
 */
export function withPlainNumbers(value) {
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withPlainNumbers(member)]));
}
