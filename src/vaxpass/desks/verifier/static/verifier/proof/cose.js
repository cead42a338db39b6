/** Step 4: COSE_Sign1 (RFC 9052): headers, payload, signature; no key is used here. */

import { concat } from "./bytes.js";
import { COSE_SIGN1_TAG, CWT_TAG, CborMap, Tagged, decode as decodeCbor } from "./cbor.js";
import { ProofError } from "./codes.js";

const [ALG, CRIT, KID] = [1, 2, 4];
const ALGORITHMS = new Map([
  [-7, "ES256"],
  [-37, "PS256"],
]);
const KEY_ID_BYTES = 8;
const CONTEXT = Uint8Array.from("\x84\x6aSignature1", (letter) => letter.charCodeAt(0));

/** A COSE_Sign1 as read. `protectedBytes` and `payload` are the very bytes that are signed. */
export class Sign1 {
  /**
   * @param {Uint8Array} protectedBytes
   * @param {CborMap} unprotected
   * @param {Uint8Array} payload
   * @param {Uint8Array} signature
   */
  constructor(protectedBytes, unprotected, payload, signature) {
    const headers = protectedBytes.length ? decodeCbor(protectedBytes) : new CborMap();
    if (!(headers instanceof CborMap)) throw refusal();
    this.protectedBytes = protectedBytes;
    this.payload = payload;
    this.signature = signature;
    this.critical = headers.has(CRIT);
    /** The protected header wins; `null` there counts as nothing. */
    this.algorithmId = here(headers, ALG) ? headers.get(ALG) : unprotected.get(ALG);
    this.keyId = here(headers, KID) ? headers.get(KID) : unprotected.get(KID);
    this.hasKeyId = here(headers, KID) || here(unprotected, KID);
  }

  /** The Sig_structure `["Signature1", protected, h'', payload]` (RFC 9052 §4.4). */
  get toBeSigned() {
    return concat(CONTEXT, octets(this.protectedBytes), Uint8Array.of(0x40), octets(this.payload));
  }

  /** UNSUPPORTED_CRITICAL_HEADER, UNSUPPORTED_ALGORITHM. @returns {"ES256"|"PS256"} */
  checkedAlgorithm() {
    if (this.critical) throw new ProofError("UNSUPPORTED_CRITICAL_HEADER");
    const known = ALGORITHMS.get(this.algorithmId);
    if (!known) throw new ProofError("UNSUPPORTED_ALGORITHM");
    return /** @type {"ES256"|"PS256"} */ (known);
  }

  /** The 8 bytes. KEY_ID_MISSING, KEY_ID_ILLEGAL. @returns {Uint8Array} */
  checkedKeyId() {
    if (!this.hasKeyId) throw new ProofError("KEY_ID_MISSING");
    if (!(this.keyId instanceof Uint8Array) || this.keyId.length !== KEY_ID_BYTES) {
      throw new ProofError("KEY_ID_ILLEGAL");
    }
    return this.keyId;
  }
}

function here(/** @type {CborMap} */ headers, /** @type {number} */ key) {
  return headers.has(key) && headers.get(key) !== null;
}

function refusal() {
  return new ProofError("COSE_DESERIALIZATION_FAILED");
}

/**
 * Read it tagged 18, untagged, or under the CWT tag (61, 18). COSE_DESERIALIZATION_FAILED.
 * @param {Uint8Array} data
 * @returns {Sign1}
 */
export function decode(data) {
  try {
    const [protectedBytes, unprotected, payload, signature] = parts(decodeCbor(data));
    const strings = [protectedBytes, payload, signature];
    if (!(unprotected instanceof CborMap && strings.every((part) => part instanceof Uint8Array))) throw refusal();
    return new Sign1(protectedBytes, unprotected, payload, signature);
  } catch (error) {
    throw error instanceof ProofError ? refusal() : error;
  }
}

/** @returns {any[]} */
function parts(/** @type {any} */ value) {
  let inner = value;
  if (inner instanceof Tagged && inner.tag === CWT_TAG) {
    inner = inner.value;
    if (!(inner instanceof Tagged)) throw refusal();
  }
  if (inner instanceof Tagged && inner.tag === COSE_SIGN1_TAG) inner = inner.value;
  if (!Array.isArray(inner) || inner.length !== 4) throw refusal();
  return inner;
}

/** A byte string of at most 65,535 bytes, in its shortest form. */
function octets(/** @type {Uint8Array} */ bytes) {
  const size = bytes.length;
  const head = size < 24 ? [0x40 + size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255];
  return concat(Uint8Array.from(head), bytes);
}
