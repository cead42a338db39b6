/**
 * What a page needs to verify a passport on the device: HCERT (hcert-spec 1.0.8, DCC schema 1.3.3), our signed
 * publications, the transparency log (C2SP) and the rules of countries (CertLogic 1.3.3).
 *
 * Plain modules: no page, no network, no clock. The caller brings bytes, texts and times, and keeps what is to
 * be kept. Codes and answers are those of the Python package `vaxproof`; one list of cases holds both together.
 *
 *   const device = await Device.create({ pins: [derOfPublisher], numbers: kept.numbers, lastSeen: kept.lastSeen });
 *   // to be kept: device.pinned, device.numbers, device.lastSeen, and the bytes of the files
 *   await device.take(bytesOfTrustListJws, new Date());          // throws ProofError: error.code, error.detail
 *   const verdict = await device.check(text, new Date());        // never throws on any text
 *   verdict.answer                                               // "VALID" | "NOT_VALID" | "CANNOT_TELL"
 *   verdict.code                                                 // a Code; its sentence is the page's matter
 *
 * Times: `Date`. Bytes: `Uint8Array`. A refusal: `ProofError` with `code` and `detail` (technical, never a
 * person's data).
 *
 * @typedef {object} Claims  what was read; only where the signature and the form are right
 * @property {"v"|"t"|"r"} kind  vaccination, test, recovery
 * @property {string} familyName  as shown, or as standardised where only that is there
 * @property {string} givenName
 * @property {string} familyNameLatin  `fnt`, maybe empty
 * @property {string} givenNameLatin  `gnt`, maybe empty
 * @property {string} birthDate  `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or empty
 * @property {string} uvci
 * @property {string|null} issuer  `iss` of the CWT
 * @property {Record<string, any>} entry  the one vaccination, test or recovery; dates without times
 * @property {Record<string, any>} dcc  the whole certificate, as `judge` takes it
 * @property {Date} issuedAt
 * @property {Date} expiresAt
 *
 * @typedef {object} CertificateFacts  the signer's certificate; only where the signature is right
 * @property {string} country  as the certificate says, e.g. `VN`
 * @property {string} commonName
 * @property {string} keyId  16 hexadecimal digits
 * @property {string} source  where the trust list has it from
 * @property {Date} notBefore
 * @property {Date} notAfter
 *
 * @typedef {object} Facts
 * @property {Date} checkedAt
 * @property {string[]} remarks  codes of what is odd about a passport that is signed and well-formed
 * @property {Date|null} trustMadeAt
 * @property {Date|null} trustNextAt
 * @property {boolean} revocationsChecked  a list or a filter was at hand
 * @property {Date|null} revocationsMadeAt
 * @property {Date|null} revocationsNextAt
 * @property {"ES256"|"PS256"|null} algorithm
 * @property {string|null} keyId  as the passport says, 16 hexadecimal digits
 * @property {string} detail  technical, of the refusal
 *
 * @typedef {object} Verdict
 * @property {"VALID"|"NOT_VALID"|"CANNOT_TELL"} answer
 * @property {string} code
 * @property {Claims|null} claims
 * @property {CertificateFacts|null} certificate
 * @property {Facts} facts
 *
 * @typedef {object} Policy  what a verifier may choose; all members may be left out
 * @property {number} [listGraceHours]  how long a list counts after its next time; 48
 * @property {boolean} [guardClock]  cannot tell while the clock is before the lists were made; false
 * @property {boolean} [revocationsNeeded]  cannot tell without a list of revocations; false
 * @property {boolean} [ignoreForeignPurposes]  a signer certificate that names only foreign purposes may sign; true
 *
 * @typedef {object} LogAnswer  what the log says about one passport
 * @property {number|null} issuedAt  index of the leaf of the issue; null: not there
 * @property {number|null} revokedAt  index of the leaf of the revocation; null: not there
 * @property {number} size  leaves of the log at that time
 * @property {boolean} complete  false for a proof file, which cannot say "not there" or "not revoked since"
 * @property {Set<string>} countries  whose passports that log keeps, by its policy; empty: any
 *
 * @typedef {object} Finding  what one rule says
 * @property {string} id  `GR-DE-0001`
 * @property {string} version
 * @property {"PASSED"|"FAILED"|"OPEN"} outcome
 * @property {string|null} code  why it is open
 * @property {Record<string, string>} description  what the rule asks, by language
 * @property {Record<string, any>} affected  fields that the rule looks at, with their values
 *
 * @typedef {object} Judgement  a second answer beside the verdict: what a country's rules say
 * @property {"PASSED"|"FAILED"|"OPEN"} outcome
 * @property {string|null} code  RULES_NOT_KNOWN, RULE_NOT_EVALUABLE, or null
 * @property {Finding[]} findings  of every rule that was looked at
 */

export { CODES, ProofError, answerOf } from "./codes.js";
/** `Device.create({pins, policy, numbers, lastSeen})`, `.take(bytes, at)`, `.check(text, at, {log})`. */
export { Device } from "./device.js";
/** `await openText(text)` → `{cose: Uint8Array, …}`: what a proof or a question to the log is about. */
export { openText } from "./verify.js";
/**
 * `await LogPolicy.fromIndex(device.index)`; `await readProof(bytes, cose, policy)` and `readBucket(…)` → LogAnswer;
 * `await prefixOf(text, prefixLength(size))`: the question that does not tell which passport is meant.
 */
export { LogPolicy, prefixLength, prefixOf, readBucket, readProof } from "./log.js";
/**
 * `judge(setsOf(device.rules), claims.dcc, {country, at, purpose, valueSets: valueSetsOf(device.valueSets), …})`
 * → Judgement. RULES_INVALID, VALUE_SETS_INVALID from the two readers; `judge` itself never throws.
 */
export { judge, setsOf, valueSetsOf } from "./rules.js";
