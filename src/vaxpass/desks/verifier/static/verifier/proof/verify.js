/**
 * Is this passport valid? The text, the lists and the time come from the caller. The steps and their order are those
 * of `vaxproof.verify`; the first that fails gives the answer:
 *
 *  1 the text opens to a COSE_Sign1          9 the signer may sign this kind
 *  2 algorithm and headers are known        10 the key is not withdrawn
 *  3 a trusted certificate has the key id   11 it is not revoked, by the list or by the log
 *  4 its key made the signature             12 the log, asked whole, holds it
 *  5 the claims are readable                13 a key withdrawn but for the log's passports: the log was asked
 *  6 between issued and expired             14 the filter, where no list is at hand, does not hit
 *  7 within the certificate's and the       15 the lists are fresh enough to say so
 *    list's window
 *  8 it follows the schema
 *
 * Where the log names countries and the signer certificate is of none of them, its answer counts in no step.
 */

import { hex } from "./bytes.js";
import { decode as fromBase45 } from "./base45.js";
import { ProofError, answerOf } from "./codes.js";
import { decode as decodeCose } from "./cose.js";
import { decode as decodeCwt } from "./cwt.js";
import { hasCome } from "./documents.js";
import { inflate } from "./inflate.js";
import { hasSigned } from "./keys.js";
import { body, mended } from "./prefix.js";
import { remarksOn } from "./remarks.js";
import { check as checkSchema, normalise, withPlainNumbers } from "./schema.js";

const HOUR = 3_600_000;

/**
 * @typedef {object} Lists
 * @property {import("./trust.js").TrustList} trust
 * @property {import("./revocations.js").RevocationList|null} [revocations]
 * @property {import("./revocations.js").RevocationFilter|null} [revocationFilter]  counts only where there is no list
 *
 * @typedef {object} Reading  what is known so far, filled step by step
 * @property {import("./cose.js").Sign1} [signed]
 * @property {"ES256"|"PS256"} [algorithm]
 * @property {string} [keyId]
 * @property {import("./certificates.js").SignerCertificate} [certificate]
 * @property {ReturnType<typeof decodeCwt>} [token]
 * @property {"v"|"t"|"r"} [kind]
 * @property {Record<string, any>} [dcc]
 */

/**
 * The verdict on an `HC1:` text. Never throws on any text.
 * @param {string} text
 * @param {Lists} lists
 * @param {{at: Date, log?: import("./index.js").LogAnswer|null, policy?: import("./index.js").Policy}} how
 * @returns {Promise<import("./index.js").Verdict>}
 */
export async function verify(text, lists, { at, log = null, policy = {} }) {
  /** @type {Reading} */
  const reading = {};
  let [code, detail] = ["VALID", ""];
  try {
    reading.signed = (await openText(text)).signed; // 1
    await checkSignature(reading, lists.trust); // 2, 3, 4
    checkContent(reading, lists.trust, at, policy); // 5 to 9
    await checkStanding(reading, lists, log); // 10 to 13
    await checkFilter(reading, lists); // 14
    checkAges(lists, at.getTime(), policy); // 15
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    [code, detail] = [error.code, error.detail];
  }
  return verdictOf(code, detail, reading, lists, at, log);
}

/**
 * Step 1. Text that fails is tried again tidied, then with its percent-signs undone.
 * @param {string} text
 * @returns {Promise<{cose: Uint8Array, signed: import("./cose.js").Sign1}>}  the whole COSE_Sign1, as the log knows it
 */
export async function openText(text) {
  try {
    return await opened(text);
  } catch (first) {
    for (const one of mended(text)) {
      try {
        return await opened(one);
      } catch (error) {
        if (!(error instanceof ProofError)) throw error;
      }
    }
    throw first;
  }
}

async function opened(/** @type {string} */ text) {
  const cose = await inflate(fromBase45(body(text)));
  return { cose, signed: decodeCose(cose) };
}

async function checkSignature(/** @type {Reading} */ reading, /** @type {Lists["trust"]} */ trust) {
  const signed = must(reading.signed);
  const algorithm = (reading.algorithm = signed.checkedAlgorithm()); // 2
  reading.keyId = hex(signed.checkedKeyId());
  if (!trust.certificates.length) throw new ProofError("TRUST_LIST_MISSING");
  const candidates = trust.listByKeyId(reading.keyId); // 3
  if (!candidates.length) throw new ProofError("KEY_NOT_IN_TRUST_LIST");
  // the header must never choose how a key is used
  const suitable = candidates.filter((candidate) => candidate.key?.algorithm === algorithm);
  for (const candidate of suitable) {
    if (!(await hasSigned(must(candidate.key), signed.toBeSigned, signed.signature))) continue;
    reading.certificate = candidate; // 4
    return;
  }
  throw new ProofError(suitable.length ? "SIGNATURE_INVALID" : "UNSUITABLE_PUBLIC_KEY_TYPE");
}

function checkContent(
  /** @type {Reading} */ reading,
  /** @type {Lists["trust"]} */ trust,
  /** @type {Date} */ at,
  /** @type {import("./index.js").Policy} */ policy,
) {
  const token = decodeCwt(must(reading.signed).payload); // 5
  const now = at.getTime() / 1000;
  if (now < token.issuedAt) throw new ProofError("CWT_NOT_YET_VALID"); // 6
  if (now > token.expiresAt) throw new ProofError("CWT_EXPIRED");
  const certificate = must(reading.certificate);
  const { from, until } = trust.restrictionOn(certificate); // 7
  if (at.getTime() < Math.max(certificate.notBefore, from)) throw new ProofError("PUBLIC_KEY_NOT_YET_VALID");
  if (at.getTime() > Math.min(certificate.notAfter, until)) throw new ProofError("PUBLIC_KEY_EXPIRED");
  const dcc = normalise(token.dcc);
  const kind = checkSchema(dcc, dayOf(at)); // 8
  Object.assign(reading, { token, kind, dcc: withPlainNumbers(dcc) });
  const { purposes, foreignPurposes } = certificate; // 9
  const foreign = foreignPurposes && policy.ignoreForeignPurposes === false;
  if ((purposes && !purposes.has(kind)) || foreign) throw new ProofError("KEY_USAGE_MISMATCH");
}

/** Steps 10 to 13: what became of the key and of this passport since it was signed. */
async function checkStanding(
  /** @type {Reading} */ reading,
  /** @type {Lists} */ lists,
  /** @type {import("./index.js").LogAnswer|null} */ log,
) {
  const { withdrawn } = lists.trust.restrictionOn(must(reading.certificate));
  if (withdrawn && !withdrawn.unlessLogged) throw new ProofError("KEY_WITHDRAWN", withdrawn.reason); // 10
  if (await lists.revocations?.isRevoked(marksOf(reading))) throw new ProofError("REVOKED"); // 11
  if (!log || !covers(log, reading)) {
    if (withdrawn) throw new ProofError("LOG_PROOF_NEEDED", withdrawn.reason); // 13
    return;
  }
  if (log.revokedAt !== null) throw new ProofError("REVOKED", `log entry ${log.revokedAt}`);
  if (log.issuedAt === null) throw new ProofError(log.complete ? "NOT_IN_LOG" : "LOG_PROOF_NEEDED"); // 12
}

/** Whether the log keeps passports that a key of this country signed; who holds a stolen key writes any `iss`. */
function covers(/** @type {import("./index.js").LogAnswer} */ { countries }, /** @type {Reading} */ reading) {
  return !countries.size || countries.has(must(reading.certificate).country);
}

/** A hit of the filter is no proof, so it never says "revoked". */
async function checkFilter(/** @type {Reading} */ reading, /** @type {Lists} */ lists) {
  if (lists.revocations || !lists.revocationFilter) return;
  if (await lists.revocationFilter.isPossiblyRevoked(marksOf(reading))) throw new ProofError("POSSIBLY_REVOKED");
}

function checkAges(
  /** @type {Lists} */ { trust, revocations, revocationFilter },
  /** @type {number} */ now,
  /** @type {import("./index.js").Policy} */ policy,
) {
  const grace = (policy.listGraceHours ?? 48) * HOUR;
  const listed = revocations ?? revocationFilter;
  if (hasCome(trust.nextAt, now, grace)) throw new ProofError("TRUST_LIST_EXPIRED");
  if (policy.guardClock && trust.madeAt !== null && now < trust.madeAt) throw new ProofError("TRUST_LIST_NOT_YET_VALID");
  if (listed && hasCome(listed.nextAt, now, grace)) throw new ProofError("REVOCATION_LIST_EXPIRED");
  if (listed && policy.guardClock && now < listed.madeAt) throw new ProofError("REVOCATION_LIST_NOT_YET_VALID");
}

/** @returns {import("./revocations.js").Marks} */
function marksOf(/** @type {Reading} */ reading) {
  const entry = entryOf(reading);
  const { signature } = must(reading.signed);
  return { uvci: entry.ci, country: entry.co, signature, algorithm: must(reading.algorithm) };
}

/** @returns {Record<string, any>} */
function entryOf(/** @type {Reading} */ reading) {
  return must(reading.dcc)[must(reading.kind)][0];
}

/** @returns {import("./index.js").Verdict} */
function verdictOf(
  /** @type {string} */ code,
  /** @type {string} */ detail,
  /** @type {Reading} */ reading,
  /** @type {Lists} */ lists,
  /** @type {Date} */ at,
  /** @type {import("./index.js").LogAnswer|null} */ log,
) {
  const listed = lists.revocations ?? lists.revocationFilter ?? null;
  return {
    answer: answerOf(code),
    code,
    claims: reading.dcc ? claimsOf(reading) : null,
    certificate: reading.certificate ? certificateFacts(reading.certificate) : null,
    facts: {
      checkedAt: at,
      remarks: reading.dcc ? remarksIn(reading, listed, at, log) : [],
      trustMadeAt: dateOf(lists.trust.madeAt),
      trustNextAt: dateOf(lists.trust.nextAt),
      revocationsChecked: listed !== null,
      revocationsMadeAt: dateOf(listed && listed.madeAt),
      revocationsNextAt: dateOf(listed && listed.nextAt),
      algorithm: reading.algorithm ?? null,
      keyId: reading.keyId ?? null,
      detail,
    },
  };
}

function remarksIn(
  /** @type {Reading} */ reading,
  /** @type {{countries: Set<string>|null}|null} */ listed,
  /** @type {Date} */ at,
  /** @type {import("./index.js").LogAnswer|null} */ log,
) {
  const [token, certificate] = [must(reading.token), must(reading.certificate)];
  const found = remarksOn(must(reading.kind), entryOf(reading), token, certificate, dayOf(at));
  const covered = listed?.countries;
  if (covered && !covered.has(token.issuer || certificate.country)) found.push("REVOCATIONS_NOT_COVERED");
  if (log && !covers(log, reading)) found.push("LOG_NOT_COVERED");
  return found;
}

/** @returns {import("./index.js").Claims} */
function claimsOf(/** @type {Reading} */ reading) {
  const [dcc, token, entry] = [must(reading.dcc), must(reading.token), entryOf(reading)];
  const { fn = "", gn = "", fnt = "", gnt = "" } = dcc.nam;
  return {
    kind: must(reading.kind),
    familyName: fn || fnt,
    givenName: gn || gnt,
    familyNameLatin: fnt,
    givenNameLatin: gnt,
    birthDate: dcc.dob,
    uvci: entry.ci,
    issuer: token.issuer,
    entry,
    dcc,
    issuedAt: new Date(token.issuedAt * 1000),
    expiresAt: new Date(token.expiresAt * 1000),
  };
}

/** @returns {import("./index.js").CertificateFacts} */
function certificateFacts(/** @type {import("./certificates.js").SignerCertificate} */ certificate) {
  const { country, commonName, keyId, source, notBefore, notAfter } = certificate;
  return { country, commonName, keyId, source, notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function dateOf(/** @type {number|null} */ milliseconds) {
  return milliseconds === null ? null : new Date(milliseconds);
}

function dayOf(/** @type {Date} */ at) {
  return at.toISOString().slice(0, 10);
}

/** What an earlier step has filled in. @template T @param {T|null|undefined} value @returns {T} */
function must(value) {
  if (value === null || value === undefined) throw new TypeError("a step was left out");
  return value;
}
