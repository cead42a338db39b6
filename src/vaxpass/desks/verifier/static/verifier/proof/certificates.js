/**
 * A signer certificate (RFC 5280), read tolerantly: real ones break DER in ways that strict parsers refuse. Only
 * what a verifier needs is read. The issuer's signature on it is not checked: being on the trust list is what makes
 * a certificate good (certificate governance).
 */

import { hex, sha256 } from "./bytes.js";
import {
  BIT_STRING,
  Element,
  GENERALIZED_TIME,
  OCTET_STRING,
  OID,
  SEQUENCE,
  UTC_TIME,
  dotted,
  expect,
  read,
  unreadable,
} from "./der.js";
import { readKey } from "./keys.js";

const MAX_BYTES = 16_384;
const [VERSION, EXTENSIONS] = [0xa0, 0xa3]; // RFC 5280 §4.1: [0], [3]
const [COUNTRY, COMMON_NAME] = ["2.5.4.6", "2.5.4.3"];
const [KEY_USAGE, EXTENDED_KEY_USAGE, ANY_PURPOSE] = ["2.5.29.15", "2.5.29.37", "2.5.29.37.0"];
// The arc of the governance document, and the mistyped one that most issuers use.
const PURPOSES = new Map(
  ["1847", "0.1847"].flatMap((arc) =>
    ["t", "v", "r"].map((kind, at) => [`1.3.6.1.4.1.${arc}.2021.1.${at + 1}`, kind]),
  ),
);
const TIME = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?$/;
const [FIRST_TIME, LAST_TIME] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });
const LATIN = new TextDecoder("latin1");

/**
 * @typedef {object} SignerCertificate  times: milliseconds since 1970, both included
 * @property {Uint8Array} der
 * @property {string} thumbprint  SHA-256 of the DER in hexadecimal
 * @property {string} keyId  its first 16 digits, or what a list calls it
 * @property {string} source
 * @property {string} country
 * @property {string} commonName
 * @property {number} notBefore
 * @property {number} notAfter
 * @property {Set<string>|null} purposes  kinds that it may sign (`v`, `t`, `r`); null: none named, so any
 * @property {boolean} foreignPurposes  purposes are named, none of them of HCERT
 * @property {boolean} maySign  key usage says so or says nothing
 * @property {import("./keys.js").PublicKey|null} key  null: of a kind that HCERT does not know, or broken
 */

/**
 * The certificate in these DER bytes. CERTIFICATE_UNREADABLE; a key of an unknown kind is no error here.
 * @param {Uint8Array} data
 * @param {{source?: string, keyId?: string|null, country?: string|null}} [known]
 * @returns {Promise<SignerCertificate>}
 */
export async function readCertificate(data, { source = "", keyId = null, country = null } = {}) {
  if (data.length > MAX_BYTES) throw unreadable(`${data.length} bytes`);
  const outer = expect(read(data, 0, data.length), SEQUENCE);
  const facts = factsOf(expect(read(data, outer.body, outer.end), SEQUENCE).children());
  const der = data.slice(0, outer.end);
  const thumbprint = hex(await sha256(der));
  return { ...facts, der, thumbprint, source, keyId: keyId ?? thumbprint.slice(0, 16), country: country || facts.country };
}

function factsOf(/** @type {Element[]} */ parts) {
  if (parts.length && parts[0].tag === VERSION) parts.shift();
  if (parts.length < 6) throw unreadable("fields"); // serial, algorithm, issuer, validity, subject, key
  const [validity, subject, key] = parts.slice(3, 6).map((part) => expect(part, SEQUENCE));
  const [notBefore, notAfter] = validityOf(validity);
  const names = namesOf(subject);
  const extensions = extensionsOf(parts.slice(6));
  checkKeyForm(key);
  return {
    country: names.get(COUNTRY) ?? "",
    commonName: names.get(COMMON_NAME) ?? "",
    notBefore,
    notAfter,
    ...purposesOf(extensions.get(EXTENDED_KEY_USAGE)),
    maySign: maySign(extensions.get(KEY_USAGE)),
    key: readKey(key.encoded),
  };
}

function validityOf(/** @type {Element} */ validity) {
  const times = validity.children(2).map(timeOf);
  if (times.length !== 2) throw unreadable("validity");
  return times;
}

/** UTCTime or GeneralizedTime, with or without seconds, fraction and offset. */
function timeOf(/** @type {Element} */ element) {
  const match = TIME.exec(LATIN.decode(element.content));
  if (!match || (element.tag !== UTC_TIME && element.tag !== GENERALIZED_TIME)) throw unreadable("time");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  // RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century
  const full = match[1].length === 4 ? year : year + (year >= 50 ? 1900 : 2000);
  const at = instant(full, month, day, hour, minute, second) - offset(match[7]);
  if (!(at >= FIRST_TIME && at <= LAST_TIME)) throw unreadable("time");
  return at;
}

/**
 * Milliseconds since 1970, NaN for what no calendar or clock shows.
 * @param {number} year
 * @param {number} month
 * @param {number} day
 * @param {number} hour
 * @param {number} minute
 * @param {number} second
 */
export function instant(year, month, day, hour, minute, second) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second < 60 ? date.setUTCHours(hour, minute, second) : NaN;
}

function offset(/** @type {string|undefined} */ zone) {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  if (minutes >= 24 * 60) return NaN;
  return (zone[0] === "-" ? -minutes : minutes) * 60_000;
}

/** Attributes of the subject, the first of each kind; odd text becomes replacement characters. */
function namesOf(/** @type {Element} */ subject) {
  const found = new Map();
  for (const attribute of subject.children().flatMap((part) => part.children())) {
    const values = attribute.children();
    if (values.length < 2 || values[0].tag !== OID) continue;
    const name = dotted(values[0].content);
    if (!found.has(name)) found.set(name, TEXT.decode(values[1].content));
  }
  return found;
}

/** Contents of the extensions by identifier; the first of each counts. */
function extensionsOf(/** @type {Element[]} */ parts) {
  /** @type {Map<string, Uint8Array>} */
  const found = new Map();
  const wrappers = parts.filter((part) => part.tag === EXTENSIONS);
  for (const extension of wrappers.flatMap((part) => part.children(1)).flatMap((part) => part.children())) {
    const values = extension.children();
    const last = values[values.length - 1];
    if (values.length < 2 || values[0].tag !== OID || last.tag !== OCTET_STRING) continue;
    const name = dotted(values[0].content);
    if (!found.has(name)) found.set(name, last.content);
  }
  return found;
}

function purposesOf(/** @type {Uint8Array|undefined} */ extension) {
  if (!extension?.length) return { purposes: null, foreignPurposes: false };
  const listed = expect(read(extension, 0, extension.length), SEQUENCE).children();
  const named = listed.filter((value) => value.tag === OID).map((value) => dotted(value.content));
  const known = named.filter((oid) => PURPOSES.has(oid)).map((oid) => String(PURPOSES.get(oid)));
  return {
    purposes: known.length ? new Set(known) : null,
    foreignPurposes: named.length > 0 && !known.length && !named.includes(ANY_PURPOSE),
  };
}

/** Bit 0 of KeyUsage is digitalSignature. */
function maySign(/** @type {Uint8Array|undefined} */ extension) {
  if (!extension?.length) return true;
  const bits = expect(read(extension, 0, extension.length), BIT_STRING).content;
  return bits.length > 1 && (bits[1] & 0x80) !== 0;
}

/** What cannot even be walked makes the certificate unreadable, not only its key. */
function checkKeyForm(/** @type {Element} */ key) {
  for (const part of key.children(2).slice(0, 1)) {
    for (const value of part.children(4)) if (value.tag === OID) dotted(value.content);
  }
}
