/** Unique certificate identifiers (eHealth Network, interoperability guidelines, annex 2), LUHN mod 38. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";
const BASE = ALPHABET.length;
const SHAPE = /^URN:UVCI:01:[A-Z]{2,3}:[A-Z0-9]+(?:\/[A-Z0-9]+){0,2}(?:#[A-Z0-9/:])?$/;
const MAX_LENGTH = 80;

/**
 * Upper case, version 01, one to three segments, and the check character right where there is one.
 * @param {string} uvci
 */
export function isWellFormed(uvci) {
  if (uvci.length > MAX_LENGTH || !SHAPE.test(uvci)) return false;
  return uvci.at(-2) !== "#" || checkCharacter(uvci.slice(0, -2)) === uvci.at(-1);
}

/** Every second character from the end counts twice, carried over within base 38. */
function checkCharacter(/** @type {string} */ identifier) {
  let total = 0;
  for (let at = identifier.length - 1, factor = 2; at >= 0; at--, factor = 3 - factor) {
    const product = ALPHABET.indexOf(identifier[at]) * factor;
    total += Math.floor(product / BASE) + (product % BASE);
  }
  return ALPHABET[(BASE - (total % BASE)) % BASE];
}
