/** Step 1: `HC1:` before the base45 text (hcert-spec §4), and mending of text that others mangled. */

import { ProofError } from "./codes.js";

/** Characters that are looked at. A QR code holds 4,296 of its alphabet; the rest is room for mangled copies. */
export const MAX_TEXT = 8192;

const LATER_VERSION = /^HC[2-9A-Z]:/;
const DROPPED = /[\r\n\t\ufeff]/g;
// White space as Python's str.strip knows it; JavaScript's trim has other members.
export const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * Whether a text has more characters than that; a pair of surrogates is one character.
 * @param {string} text
 * @param {number} limit
 */
export function isLonger(text, limit) {
  return text.length > limit && (text.length > 2 * limit || [...text].length > limit);
}

/**
 * Without white space at both ends.
 * @param {string} text
 */
export function strip(text) {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.test(text[start])) start++;
  while (end > start && SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/**
 * The base45 text after `HC1:`.
 * @param {string} text
 */
export function body(text) {
  if (isLonger(text, MAX_TEXT)) throw new ProofError("TEXT_TOO_LONG");
  if (text.startsWith("HC1:")) return text.slice(4);
  throw new ProofError(LATER_VERSION.test(text) ? "UNSUPPORTED_SCHEME_VERSION" : "INVALID_SCHEME_PREFIX");
}

/**
 * The first characters without white space around and line breaks inside, then with percent-signs undone
 * (hcert-spec issues 64 and 72); for a second and a third try, since `%20` is legal base45 too.
 * @param {string} text
 * @returns {string[]}
 */
export function mended(text) {
  const start = isLonger(text, MAX_TEXT) ? [...text.slice(0, 2 * MAX_TEXT + 2)].slice(0, MAX_TEXT + 1).join("") : text;
  const tidy = strip(start.replace(DROPPED, "").replaceAll("\xa0", " "));
  const tries = new Set([tidy, tidy.replace(/%([0-9A-Fa-f]{2})/g, unquoted)]);
  return [...tries].filter((one) => one !== text);
}

/** One byte; those above ASCII are no base45, whatever letter they are part of. */
function unquoted(/** @type {string} */ _, /** @type {string} */ digits) {
  const byte = parseInt(digits, 16);
  return byte < 128 ? String.fromCharCode(byte) : "\ufffd";
}
