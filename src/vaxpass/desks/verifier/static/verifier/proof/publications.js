/**
 * Signed publications: a document and the publisher's signature in one file, as JWS in compact form (RFC 7515 §7.1),
 * ES256 or PS256, by a publisher whose certificate this verifier was given.
 */

import { fromBase64Url } from "./bytes.js";
import { readCertificate } from "./certificates.js";
import { ProofError } from "./codes.js";
import { readObject } from "./documents.js";
import { hasSigned } from "./keys.js";

const UNREADABLE = "PUBLICATION_UNREADABLE";
const MAX_BYTES = 352 * 1024 * 1024;
const MAX_HEADER = 1024;
const FORMAT = /^vaxproof-[a-z-]{1,40}$/;
const ALGORITHMS = ["ES256", "PS256"];
const LATIN = new TextDecoder("latin1");

/** Certificates of publishers that a verifier was given. */
export class Pins {
  /** @param {Map<string, import("./certificates.js").SignerCertificate>} certificates  by key id in hexadecimal */
  constructor(certificates) {
    this.certificates = certificates;
  }

  /** From DER. CERTIFICATE_UNREADABLE, UNSUITABLE_PUBLIC_KEY_TYPE. @param {Uint8Array[]} ders */
  static async fromDer(ders) {
    return new Pins(new Map()).withMore(ders);
  }

  /** These and others: publishers that a signed index names as theirs from now on. @param {Uint8Array[]} ders */
  async withMore(ders) {
    const more = await Promise.all(ders.map((der) => readCertificate(der, { source: "pin" })));
    if (more.some((certificate) => !certificate.key)) throw new ProofError("UNSUITABLE_PUBLIC_KEY_TYPE");
    return new Pins(new Map([...this.certificates, ...more.map((one) => /** @type {const} */ ([one.keyId, one]))]));
  }

  /**
   * The document's bytes. PUBLICATION_UNREADABLE (no JWS, cut off, `crit`), PUBLICATION_SIGNER_UNKNOWN,
   * PUBLICATION_SIGNATURE_INVALID, PUBLICATION_SIGNER_EXPIRED, PUBLICATION_UNEXPECTED (another format than the
   * header says).
   * @param {Uint8Array} data
   * @param {number} at  milliseconds since 1970
   */
  async open(data, at) {
    const { header, payload, signature, signed } = partsOf(data);
    const signer = this.certificates.get(header.kid);
    if (!signer?.key) throw new ProofError("PUBLICATION_SIGNER_UNKNOWN");
    if (signer.key.algorithm !== header.alg) throw new ProofError("PUBLICATION_SIGNATURE_INVALID", "alg");
    if (signature.length !== signer.key.signatureBytes) throw new ProofError(UNREADABLE, "cut off");
    if (!(await hasSigned(signer.key, signed, signature))) throw new ProofError("PUBLICATION_SIGNATURE_INVALID");
    if (at < signer.notBefore || at > signer.notAfter) throw new ProofError("PUBLICATION_SIGNER_EXPIRED");
    if (header.typ !== `${formatOf(payload)}+json`) throw new ProofError("PUBLICATION_UNEXPECTED", "typ");
    return payload;
  }
}

/** Whether the bytes look like a signed file rather than a document. @param {Uint8Array} data */
export function isPublication(data) {
  const start = LATIN.decode(data.subarray(0, 4096));
  return start.startsWith("ey") && !start.includes("-----BEGIN");
}

/** Header, payload, signature, and the bytes that are signed. */
function partsOf(/** @type {Uint8Array} */ data) {
  if (data.length > MAX_BYTES) throw new ProofError(UNREADABLE, `${data.length} bytes`);
  const parts = LATIN.decode(data).split(".");
  if (parts.length !== 3 || parts[0].length > MAX_HEADER) throw new ProofError(UNREADABLE, "parts");
  const [headerBytes, payload, signature] = parts.map(decoded);
  const header = readObject(headerBytes, UNREADABLE);
  const texts = [header.kid, header.typ].every((value) => typeof value === "string");
  if (Object.hasOwn(header, "crit") || !ALGORITHMS.includes(header.alg) || !texts) throw new ProofError(UNREADABLE, "header");
  return { header, payload, signature, signed: data.subarray(0, parts[0].length + 1 + parts[1].length) };
}

function decoded(/** @type {string} */ part) {
  const bytes = fromBase64Url(part);
  if (!bytes) throw new ProofError(UNREADABLE, "base64url");
  return bytes;
}

function formatOf(/** @type {Uint8Array} */ payload) {
  const { format } = readObject(payload, UNREADABLE);
  if (typeof format !== "string" || !FORMAT.test(format)) throw new ProofError(UNREADABLE, "format");
  return format;
}
