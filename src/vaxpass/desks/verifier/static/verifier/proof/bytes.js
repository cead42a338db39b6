/** Bytes and their texts: hexadecimal, base64 (RFC 4648), SHA-256. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Last letters that leave no bits over, by the number of `=`. */
const LEFT_OVER = [ALPHABET, "AEIMQUYcgkosw048", "AQgw"];
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** @param {Uint8Array[]} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** @param {string} text */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes)));
}

/**
 * The bytes of a base64 text in its one form: padded, nothing else in it, no bits left over; null where it is none.
 * @param {unknown} text
 * @returns {Uint8Array|null}
 */
export function fromBase64(text) {
  if (typeof text !== "string" || text.length % 4) return null;
  const body = text.endsWith("==") ? text.slice(0, -2) : text.endsWith("=") ? text.slice(0, -1) : text;
  const left = LEFT_OVER[text.length - body.length];
  if (/[^A-Za-z0-9+/]/.test(body) || !left.includes(body.at(-1) ?? "A")) return null;
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

/**
 * The bytes of a base64url text without padding; null where it is none.
 * @param {string} text
 */
export function fromBase64Url(text) {
  if (/[^A-Za-z0-9_-]/.test(text) || text.length % 4 === 1) return null;
  const usual = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(usual + "=".repeat(-text.length & 3));
}
