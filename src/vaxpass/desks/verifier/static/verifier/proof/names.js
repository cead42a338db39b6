/** Whether a name can be written in Latin letters (ICAO Doc 9303-3 §6), as `vaxproof.names` writes it. */

import { strip } from "./prefix.js";

// Letters that are no base letter with marks, but have a Latin form; Đ, Ð and Ɖ are D.
const LATIN = /[A-ZĐÐƉØÆŒẞÞĲŊŁĦŦıĸ]/;

/** @param {string} name */
export function isTransliterable(name) {
  return LATIN.test(strip(name).normalize("NFC").toUpperCase().normalize("NFD"));
}
