/** Step 5: the CWT claims of HCERT (hcert-spec §3.3): issuer, times, and the certificate itself. */

import { CborMap, Float, decode as decodeCbor } from "./cbor.js";
import { ProofError } from "./codes.js";

const [ISSUER, EXPIRES_AT, ISSUED_AT, HCERT, DCC] = [1, 4, 6, -260, 1];
/** Seconds since 1970: the end of the year 9999. */
const MAX_TIME = 253_402_300_799;

/**
 * The claims as signed. Times: seconds since 1970, maybe with a fraction (HU, ES and LI wrote them).
 * CBOR_DESERIALIZATION_FAILED, CWT_DESERIALIZATION_FAILED.
 * @param {Uint8Array} payload
 * @returns {{issuer: string|null, issuedAt: number, expiresAt: number, dcc: Record<string, any>}}
 */
export function decode(payload) {
  const claims = decodeCbor(payload);
  if (!(claims instanceof CborMap)) throw refusal("claims");
  const issuer = claims.has(ISSUER) ? claims.get(ISSUER) : null;
  if (issuer !== null && typeof issuer !== "string") throw refusal("iss");
  const issuedAt = time(claims, ISSUED_AT, "iat");
  const expiresAt = time(claims, EXPIRES_AT, "exp");
  return { issuer, issuedAt, expiresAt, dcc: certificate(claims) };
}

function refusal(/** @type {string} */ detail) {
  return new ProofError("CWT_DESERIALIZATION_FAILED", detail);
}

/** @returns {number} */
function time(/** @type {CborMap} */ claims, /** @type {number} */ key, /** @type {string} */ name) {
  const written = claims.get(key);
  const value = written instanceof Float ? written.value : written;
  if (typeof value === "number" && value >= 0 && value <= MAX_TIME) return value;
  throw refusal(name);
}

function certificate(/** @type {CborMap} */ claims) {
  const hcert = claims.get(HCERT);
  const dcc = hcert instanceof CborMap ? hcert.get(DCC) : null;
  if (!(dcc instanceof CborMap)) throw refusal("hcert");
  return dcc.toObject();
}
