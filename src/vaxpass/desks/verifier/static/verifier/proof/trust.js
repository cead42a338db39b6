/** The trust list: signer certificates by key id, the list's own windows and withdrawals, and its age. */

import { hex } from "./bytes.js";
import { readCertificate } from "./certificates.js";
import { ProofError } from "./codes.js";
import { isObject, numberIn, octets, parse, timeIn } from "./documents.js";

const FORMAT = "vaxproof-trust-list";
const MAX_BYTES = 16 * 1024 * 1024;
const REFUSAL = "TRUST_LIST_INVALID";
const KEY_ID_BYTES = 8;
const REASON_LENGTH = 64;
const USAGES = ["DSC", "CSCA"];

/**
 * @typedef {object} Restriction  what the list says less than the certificate; times: milliseconds since 1970
 * @property {number} from
 * @property {number} until
 * @property {{at: number, reason: string, unlessLogged: boolean}|null} withdrawn
 *
 * @typedef {Restriction & {certificate: import("./certificates.js").SignerCertificate, usage: string}} TrustEntry
 */

/** Certificates that a verifier believes. `madeAt`, `nextAt`: milliseconds; null where the source does not say. */
export class TrustList {
  /**
   * @param {TrustEntry[]} entries
   * @param {number|null} [madeAt]
   * @param {number|null} [nextAt]
   */
  constructor(entries, madeAt = null, nextAt = null) {
    this.certificates = entries.filter((entry) => entry.usage === "DSC").map((entry) => entry.certificate);
    this.madeAt = madeAt;
    this.nextAt = nextAt;
    /** @type {Map<string, import("./certificates.js").SignerCertificate[]>} */
    this.byKeyId = new Map();
    for (const certificate of this.certificates) {
      this.byKeyId.set(certificate.keyId, [...this.listByKeyId(certificate.keyId), certificate]);
    }
    /** @type {Map<string, Restriction>} what is withdrawn in one line is so in all */
    this.restrictions = new Map();
    for (const entry of entries) {
      const { thumbprint } = entry.certificate;
      this.restrictions.set(thumbprint, narrowed(entry, this.restrictions.get(thumbprint)));
    }
  }

  /** Every certificate that carries the key id, in hexadecimal; a key id is a hint, not a name. */
  listByKeyId(/** @type {string} */ keyId) {
    return this.byKeyId.get(keyId) ?? [];
  }

  /** @param {import("./certificates.js").SignerCertificate} certificate @returns {Restriction} */
  restrictionOn(certificate) {
    const unrestricted = { from: -Infinity, until: Infinity, withdrawn: null };
    return this.restrictions.get(certificate.thumbprint) ?? unrestricted;
  }

  /** Our format. A certificate that cannot be read is left out. TRUST_LIST_INVALID. @param {Uint8Array} data */
  static async fromJson(data) {
    const document = parse(data, FORMAT, MAX_BYTES, REFUSAL);
    if (!Array.isArray(document.certificates)) throw new ProofError(REFUSAL, "certificates");
    const entries = await Promise.all(document.certificates.map(readEntry));
    const times = [timeIn(document, "made_at", REFUSAL), timeIn(document, "next_at", REFUSAL)];
    numberIn(document, REFUSAL);
    return new TrustList(/** @type {TrustEntry[]} */ (entries.filter(Boolean)), ...times);
  }

  /** Certificates that a caller names itself, without an age. CERTIFICATE_UNREADABLE. @param {Uint8Array[]} ders */
  static async fromDer(ders) {
    const certificates = await Promise.all(ders.map((der) => readCertificate(der)));
    const open = { usage: "DSC", from: -Infinity, until: Infinity, withdrawn: null };
    return new TrustList(certificates.map((certificate) => ({ ...open, certificate })));
  }
}

/** The narrower window, the harder withdrawal. @returns {Restriction} */
function narrowed(/** @type {Restriction} */ one, /** @type {Restriction|undefined} */ other) {
  if (!other) return one;
  const withdrawals = [other.withdrawn, one.withdrawn].filter((withdrawn) => withdrawn !== null);
  const hard = withdrawals.find((withdrawn) => !withdrawn.unlessLogged);
  return {
    from: Math.max(one.from, other.from),
    until: Math.min(one.until, other.until),
    withdrawn: hard ?? withdrawals[0] ?? null,
  };
}

/** A member of `certificates`; null: its certificate cannot be read or its usage is unknown. */
async function readEntry(/** @type {any} */ entry) {
  if (!isObject(entry)) throw new ProofError(REFUSAL, "certificates");
  const certificate = await certificateOf(entry);
  const from = Object.hasOwn(entry, "from") ? timeIn(entry, "from", REFUSAL) : -Infinity;
  const until = Object.hasOwn(entry, "until") ? timeIn(entry, "until", REFUSAL) : Infinity;
  const withdrawn = Object.hasOwn(entry, "withdrawn") ? withdrawalOf(entry.withdrawn) : null;
  if (Object.hasOwn(entry, "origin") && !isObject(entry.origin)) throw new ProofError(REFUSAL, "origin");
  const usage = Object.hasOwn(entry, "usage") ? entry.usage : "DSC";
  return certificate && USAGES.includes(usage) ? { certificate, usage, from, until, withdrawn } : null;
}

async function certificateOf(/** @type {Record<string, any>} */ entry) {
  const keyId = Object.hasOwn(entry, "kid") ? octets(entry.kid, REFUSAL) : null;
  if (keyId && keyId.length !== KEY_ID_BYTES) throw new ProofError(REFUSAL, "kid");
  const der = octets(entry.der, REFUSAL);
  const [country, source] = [entry.country, entry.source].map((value) => (typeof value === "string" ? value : ""));
  try {
    return await readCertificate(der, { source, keyId: keyId && hex(keyId), country });
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
}

function withdrawalOf(/** @type {any} */ value) {
  if (!isObject(value)) throw new ProofError(REFUSAL, "withdrawn");
  const unlessLogged = Object.hasOwn(value, "unless_logged") ? value.unless_logged : false;
  const { reason } = value;
  const told = typeof reason === "string" && reason.length > 0 && [...reason].length <= REASON_LENGTH;
  if (!told || typeof unlessLogged !== "boolean") throw new ProofError(REFUSAL, "withdrawn");
  return { at: timeIn(value, "at", REFUSAL), reason, unlessLogged };
}
