/** Step 2: base45 (RFC 9285). Three characters become two bytes, two at the end one. */

import { ProofError } from "./codes.js";
import { isLonger } from "./prefix.js";

/** Characters: the most that a QR code holds in alphanumeric mode (version 40, level L). */
const MAX_BODY = 4296;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// A foreign character makes every sum too large: one comparison refuses both faults.
const FOREIGN = 70_000;
const VALUES = new Array(128).fill(FOREIGN);
for (let value = 0; value < 45; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/**
 * The bytes of the text.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function decode(text) {
  if (isLonger(text, MAX_BODY)) throw new ProofError("TEXT_TOO_LONG", "base45");
  const size = text.length;
  if (size % 3 === 1) throw new ProofError("BASE_45_DECODING_FAILED");
  const bytes = new Uint8Array(Math.floor(size / 3) * 2 + (size % 3 ? 1 : 0));
  let at = 0;
  for (let i = 0; i + 2 < size; i += 3) {
    const sum = checked(value(text, i) + 45 * value(text, i + 1) + 2025 * value(text, i + 2), 65_535);
    bytes[at++] = sum >> 8;
    bytes[at++] = sum & 255;
  }
  if (size % 3) bytes[at] = checked(value(text, size - 2) + 45 * value(text, size - 1), 255);
  return bytes;
}

function value(/** @type {string} */ text, /** @type {number} */ at) {
  return VALUES[text.charCodeAt(at)] ?? FOREIGN;
}

function checked(/** @type {number} */ sum, /** @type {number} */ most) {
  if (sum > most) throw new ProofError("BASE_45_DECODING_FAILED");
  return sum;
}
