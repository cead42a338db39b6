/** What is odd about a passport that is signed and well-formed: shown to people, never a refusal. */

import { isWellFormed } from "./uvci.js";
import { DETECTED, remarkOnTriple } from "./valuesets.js";

/**
 * Codes of what is odd about it; none of them changes the answer.
 * @param {"v"|"t"|"r"} kind
 * @param {Record<string, any>} entry
 * @param {{issuedAt: number, expiresAt: number}} token  seconds since 1970
 * @param {import("./certificates.js").SignerCertificate} certificate
 * @param {string} today  `YYYY-MM-DD`
 * @returns {string[]}
 */
export function remarksOn(kind, entry, token, certificate, today) {
  const found = kind === "v" ? onVaccination(entry) : kind === "t" ? onTest(entry) : [];
  const happened = kind === "v" ? entry.dt : kind === "t" ? entry.sc : entry.fr;
  if (happened.slice(0, 10) > today) found.push("DATED_IN_FUTURE");
  if (!isWellFormed(entry.ci)) found.push("UVCI_NOT_WELL_FORMED");
  if (token.issuedAt < certificate.notBefore / 1000 || token.expiresAt > certificate.notAfter / 1000) {
    found.push("OUTSIDE_KEY_VALIDITY");
  }
  if (certificate.foreignPurposes) found.push("FOREIGN_KEY_USAGE");
  return found;
}

function onVaccination(/** @type {Record<string, any>} */ entry) {
  const triple = remarkOnTriple(entry.mp, entry.ma, entry.vp);
  const found = triple ? [triple] : [];
  // before February 2022, a booster could be written 3/2
  if (entry.dn > entry.sd && entry.sd > 1) found.push("DOSES_AMBIGUOUS");
  return found;
}

function onTest(/** @type {Record<string, any>} */ entry) {
  return entry.tr === DETECTED ? ["TEST_DETECTED"] : [];
}
