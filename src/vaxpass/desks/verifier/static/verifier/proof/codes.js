/**
 * Every reason that a verifier gives, the answer that goes with it, and the error that carries it.
 * The same as `vaxproof.errors.Code`, without the codes of issuing; a test compares them.
 */

const CANNOT_TELL = [
  "UNSUPPORTED_SCHEME_VERSION",
  "PICTURE_UNREADABLE",
  "KEY_NOT_IN_TRUST_LIST",
  "TRUST_LIST_MISSING",
  "TRUST_LIST_INVALID",
  "CERTIFICATE_UNREADABLE",
  "REVOCATION_LIST_INVALID",
  "TRUST_LIST_EXPIRED",
  "TRUST_LIST_NOT_YET_VALID",
  "REVOCATION_LIST_EXPIRED",
  "REVOCATION_LIST_NOT_YET_VALID",
];

const NOT_VALID = [
  // reading the text
  "TEXT_TOO_LONG",
  "INVALID_SCHEME_PREFIX",
  "BASE_45_DECODING_FAILED",
  "DECOMPRESSION_FAILED",
  "DECOMPRESSED_TOO_LARGE",
  "CBOR_DESERIALIZATION_FAILED",
  "COSE_DESERIALIZATION_FAILED",
  "CWT_DESERIALIZATION_FAILED",
  // the signature
  "UNSUPPORTED_ALGORITHM",
  "UNSUPPORTED_CRITICAL_HEADER",
  "KEY_ID_MISSING",
  "KEY_ID_ILLEGAL",
  "UNSUITABLE_PUBLIC_KEY_TYPE",
  "SIGNATURE_INVALID",
  // the content
  "CWT_NOT_YET_VALID",
  "CWT_EXPIRED",
  "PUBLIC_KEY_NOT_YET_VALID",
  "PUBLIC_KEY_EXPIRED",
  "SCHEMA_VALIDATION_FAILED",
  "KEY_USAGE_MISMATCH",
  "REVOKED",
];

const REMARKS = [
  "WRONG_TRIPLE",
  "CODE_INACTIVE",
  "CODE_UNKNOWN",
  "DOSES_AMBIGUOUS",
  "UVCI_NOT_WELL_FORMED",
  "OUTSIDE_KEY_VALIDITY",
  "TEST_DETECTED",
  "DATED_IN_FUTURE",
  "FOREIGN_KEY_USAGE",
];

/** All of them. */
export const CODES = Object.freeze(["VALID", ...NOT_VALID, ...CANNOT_TELL, ...REMARKS]);

const UNTOLD = new Set(CANNOT_TELL);

/**
 * The answer that goes with a reason.
 * @param {string} code
 * @returns {"VALID"|"NOT_VALID"|"CANNOT_TELL"}
 */
export function answerOf(code) {
  if (code === "VALID") return "VALID";
  return UNTOLD.has(code) ? "CANNOT_TELL" : "NOT_VALID";
}

/** The thing is bad. `code` names why; `detail` is technical and never holds a person's data. */
export class ProofError extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   */
  constructor(code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.detail = detail;
  }
}
