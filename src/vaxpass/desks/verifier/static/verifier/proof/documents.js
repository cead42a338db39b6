/** What our published JSON documents have in common: format, version, number, when made, when the next one comes. */

import { fromBase64 } from "./bytes.js";
import { instant } from "./certificates.js";
import { ProofError } from "./codes.js";

const VERSION = 1;
const MINUTE = 60_000;
/** Objects and lists inside each other: room for the deepest rule that is taken (200 operations, two levels each). */
const MAX_NESTING = 512;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** RFC 3339; what is finer than a microsecond is dropped, as Python does. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:(\.\d{1,6})\d{0,3})?(?:Z|([+-]\d\d):(\d\d))$/;
const [FIRST_TIME, END_OF_TIME] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("+010000-01-01T00:00:00Z")];
const DAY_MINUTES = 24 * 60;

/** @param {any} value */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The JSON object in these bytes: UTF-8 without a mark, not nested deeper than `MAX_NESTING`. `refusal` otherwise.
 * @param {Uint8Array} data
 * @param {string} refusal
 * @returns {Record<string, any>}
 */
export function readObject(data, refusal) {
  let document;
  try {
    document = JSON.parse(UTF8.decode(data));
  } catch {
    throw new ProofError(refusal, "not JSON");
  }
  if (!isObject(document)) throw new ProofError(refusal, "no object");
  if (isTooDeep(document)) throw new ProofError(refusal, "nested too deeply");
  return document;
}

/** Level by level: how deep a recursion may go differs from engine to engine. */
function isTooDeep(/** @type {object} */ document) {
  let level = [document];
  for (let depth = 0; depth < MAX_NESTING; depth += 1) {
    level = level.flatMap((one) => Object.values(one)).filter((value) => typeof value === "object" && value !== null);
    if (!level.length) return false;
  }
  return true;
}

/**
 * The JSON object of this format and our version. `refusal` otherwise.
 * @param {Uint8Array} data
 * @param {string} format
 * @param {number} limit
 * @param {string} refusal
 */
export function parse(data, format, limit, refusal) {
  if (data.length > limit) throw new ProofError(refusal, `${data.length} bytes`);
  const document = readObject(data, refusal);
  if (document.format !== format) throw new ProofError(refusal, "format");
  checkVersion(document, refusal);
  return document;
}

/** @param {Record<string, any>} document @param {string} refusal */
export function checkVersion(document, refusal) {
  if (document.version !== VERSION) throw new ProofError(refusal, "version");
}

/**
 * The number of the edition; 0 where the document has none.
 * @param {Record<string, any>} document
 * @param {string} refusal
 * @returns {number}
 */
export function numberIn(document, refusal) {
  const number = Object.hasOwn(document, "number") ? document.number : 0;
  if (!Number.isSafeInteger(number) || number < 0) throw new ProofError(refusal, "number");
  return number;
}

/**
 * A time of the document, in milliseconds since 1970.
 * @param {Record<string, any>} document
 * @param {string} key
 * @param {string} refusal
 */
export function timeIn(document, key, refusal) {
  const at = parseTime(document[key]);
  if (Number.isNaN(at)) throw new ProofError(refusal, key);
  return at;
}

/**
 * Milliseconds since 1970, NaN for what is no time.
 * @param {unknown} text
 */
export function parseTime(text) {
  const match = typeof text === "string" ? TIME.exec(text) : null;
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [hours, minutes] = [Number(match[8] ?? 0), Number(match[9] ?? 0)];
  const away = Math.abs(hours) * 60 + minutes;
  const shift = (match[8]?.startsWith("-") ? -away : away) * MINUTE;
  const at = instant(year, month, day, hour, minute, second) - shift + Number(match[7] ?? 0) * 1000;
  return away < DAY_MINUTES && at >= FIRST_TIME && at < END_OF_TIME ? at : NaN;
}

/**
 * The bytes of a base64 text in its one form. `refusal` otherwise.
 * @param {unknown} text
 * @param {string} refusal
 */
export function octets(text, refusal) {
  const bytes = fromBase64(text);
  if (!bytes) throw new ProofError(refusal, "base64");
  return bytes;
}

/**
 * Whether the time of the next document is past by more than the grace. All in milliseconds.
 * @param {number|null} nextAt
 * @param {number} at
 * @param {number} grace
 */
export function hasCome(nextAt, at, grace) {
  return nextAt !== null && at - grace > nextAt;
}
