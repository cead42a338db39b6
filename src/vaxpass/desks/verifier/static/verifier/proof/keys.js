/**
 * Public keys of signers (RFC 5480, RFC 8017), as strict about their form as OpenSSL is, and their check of a
 * signature by WebCrypto. Only P-256 (ES256) and RSA of 2,048 to 4,096 bits (PS256); a key has one algorithm.
 */

import { concat, hex, isSame } from "./bytes.js";
import { BIT_STRING, Element, INTEGER, NULL, SEQUENCE, encode, read } from "./der.js";
import { ProofError } from "./codes.js";

// AlgorithmIdentifier and the head of the BIT STRING, for points of 65 and of 33 bytes.
const EC_HEAD = "301306072a8648ce3d020106082a8648ce3d03010703";
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const RSA_PREFIX = "06092a864886f70d0101";
const [RSA, RSA_PSS] = [`${RSA_PREFIX}01`, `${RSA_PREFIX}0a`];
const [MIN_BITS, MAX_BITS] = [2048, 4096];
const ES256_BYTES = 64;
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const PS256 = { name: "RSA-PSS", saltLength: 32 }; // RFC 8230 §2: as long as the hash

/**
 * @typedef {object} PublicKey
 * @property {"ES256"|"PS256"} algorithm
 * @property {number} signatureBytes
 * @property {JsonWebKey} jwk
 */

/**
 * The key in a SubjectPublicKeyInfo; null where it is of another kind or broken.
 * @param {Uint8Array} spki
 * @returns {PublicKey|null}
 */
export function readKey(spki) {
  try {
    return ellipticKey(spki) ?? rsaKey(spki);
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
}

/** @type {Map<string, Promise<CryptoKey|null>>} imported once, by what they are made from */
const imported = new Map();

/**
 * Whether the raw signature over the message is this key's.
 * @param {PublicKey} key
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export async function hasSigned(key, message, signature) {
  if (key.algorithm === "ES256" && signature.length !== ES256_BYTES) return false;
  const name = key.jwk.x ? `${key.jwk.x}.${key.jwk.y}` : `${key.jwk.n}.${key.jwk.e}`;
  if (!imported.has(name)) imported.set(name, importKey(key));
  const ready = await imported.get(name);
  if (!ready) return false;
  const how = key.algorithm === "ES256" ? ES256 : PS256;
  return crypto.subtle.verify(how, ready, /** @type {BufferSource} */ (signature), /** @type {BufferSource} */ (message));
}

/** A key that the engine refuses signs nothing. */
function importKey(/** @type {PublicKey} */ key) {
  const how = key.algorithm === "ES256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: "RSA-PSS", hash: "SHA-256" };
  return crypto.subtle.importKey("jwk", key.jwk, how, false, ["verify"]).catch(() => null);
}

/** @returns {PublicKey|null} */
function ellipticKey(/** @type {Uint8Array} */ spki) {
  const size = spki.length === 91 ? 65 : 33;
  const head = `30${hex(Uint8Array.of(spki.length - 2))}${EC_HEAD}${hex(Uint8Array.of(size + 1))}00`;
  if (spki.length !== size + 26 || hex(spki.subarray(0, 26)) !== head) return null;
  const point = pointOf(spki.subarray(26));
  if (!point) return null;
  const [x, y] = point.map((number) => base64Url(number.toString(16).padStart(64, "0")));
  return { algorithm: "ES256", signatureBytes: ES256_BYTES, jwk: { kty: "EC", crv: "P-256", x, y } };
}

/** A point of the curve in any of its forms (SEC 1 §2.3.4): 04 whole, 02 and 03 compressed, 06 and 07 both. */
function pointOf(/** @type {Uint8Array} */ octets) {
  const form = octets[0];
  const [x, written] = [number(octets.subarray(1, 33)), number(octets.subarray(33))];
  const whole = octets.length === 65;
  if (!(whole ? [4, 6, 7] : [2, 3]).includes(form) || x >= P) return null;
  const square = (x * x * x - 3n * x + B) % P;
  const root = power(square < 0n ? square + P : square, (P + 1n) / 4n);
  const y = whole ? written : Number(root & 1n) === (form & 1) ? root : P - root;
  if (y >= P || (y * y - square) % P !== 0n) return null;
  return form > 4 && Number(y & 1n) !== (form & 1) ? null : [x, y];
}

function power(/** @type {bigint} */ base, /** @type {bigint} */ exponent) {
  let result = 1n;
  for (let [square, rest] = [base, exponent]; rest; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** @returns {PublicKey|null} */
function rsaKey(/** @type {Uint8Array} */ spki) {
  const [algorithm, key] = read(spki, 0, spki.length).children(2);
  const numbers = read(key.data, key.body + 1, key.end).children(2);
  const [n, e] = numbers.map((one) => number(one.content));
  if (!hasRsaName(algorithm) || numbers.length !== 2 || !isSame(strict(algorithm, numbers), spki)) return null;
  if (numbers.some((one) => !isPositive(one)) || e < 3n || e >= n || !(e & 1n) || e >> 32n) return null;
  const bits = n.toString(2).length;
  if (bits < MIN_BITS || bits > MAX_BITS) return null;
  const jwk = { kty: "RSA", alg: "PS256", n: base64Url(even(n)), e: base64Url(even(e)) };
  return { algorithm: "PS256", signatureBytes: Math.ceil(bits / 8), jwk };
}

/** rsaEncryption with no parameters or NULL; RSASSA-PSS with none or a SEQUENCE. */
function hasRsaName(/** @type {Element} */ algorithm) {
  const [name, parameters] = algorithm.children(2);
  const known = hex(name.encoded);
  if (!parameters) return known === RSA || known === RSA_PSS;
  if (known === RSA) return parameters.tag === NULL && parameters.content.length === 0;
  return known === RSA_PSS && parameters.tag === SEQUENCE;
}

/** The whole in the one form of DER, from its parts. */
function strict(/** @type {Element} */ algorithm, /** @type {Element[]} */ numbers) {
  const parts = algorithm.children(2).map((part) => encode(part.tag, part.content));
  const integers = numbers.map((one) => encode(INTEGER, one.content));
  const key = concat(Uint8Array.of(0), encode(SEQUENCE, concat(...integers)));
  return encode(SEQUENCE, concat(encode(SEQUENCE, concat(...parts)), encode(BIT_STRING, key)));
}

/** In as few bytes as it goes, the first bit not set. */
function isPositive(/** @type {Element} */ element) {
  const [first, second] = element.content;
  return element.tag === INTEGER && first < 0x80 && !(first === 0 && (second === undefined || second < 0x80));
}

function number(/** @type {Uint8Array} */ bytes) {
  return BigInt(`0x0${hex(bytes)}`);
}

function even(/** @type {bigint} */ value) {
  const digits = value.toString(16);
  return digits.length % 2 ? `0${digits}` : digits;
}

function base64Url(/** @type {string} */ digits) {
  const letters = digits.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
