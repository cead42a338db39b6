/**
 * Revocation lists and filters: the first 16 bytes of SHA-256 over the identifier (UCI), country and identifier
 * (COUNTRYCODEUCI) or the signature (SIGNATURE; for ES256 whole, and r alone), as the EU gateway's batches have them.
 */

import { sha256, toBase64, utf8 } from "./bytes.js";
import { BloomFilter } from "./bloom.js";
import { ProofError } from "./codes.js";
import { isObject, numberIn, octets, parse, timeIn } from "./documents.js";

const LIST = "vaxproof-revocation-list";
const FILTER = "vaxproof-revocation-filter";
const MAX_BYTES = 256 * 1024 * 1024;
const REFUSAL = "REVOCATION_LIST_INVALID";
const KINDS = ["UCI", "COUNTRYCODEUCI", "SIGNATURE"];
const HASH_BYTES = 16;
const HASH = /^[A-Za-z0-9+/]{21}[AQgw]==$/; // 16 bytes in base64
const COUNTRY = /^[A-Z]{2}$/;
const ES256_BYTES = 64;

/**
 * @typedef {object} Marks  by what a passport is found
 * @property {string} uvci
 * @property {string} country  of the entry (`co`)
 * @property {Uint8Array} signature
 * @property {"ES256"|"PS256"} algorithm
 */

/** Every hash by which it may be listed. @returns {Promise<[string, Uint8Array][]>} */
async function hashesOf(/** @type {Marks} */ marks) {
  const { uvci, country, signature, algorithm } = marks;
  /** @type {[string, Uint8Array][]} */
  const inputs = [
    ["UCI", utf8(uvci)],
    ["COUNTRYCODEUCI", utf8(country + uvci)],
    ["SIGNATURE", signature],
  ];
  if (algorithm === "ES256" && signature.length === ES256_BYTES) {
    inputs.push(["SIGNATURE", signature.slice(0, ES256_BYTES / 2)]);
  }
  return Promise.all(
    inputs.map(async ([kind, input]) => /** @type {[string, Uint8Array]} */ ([kind, (await sha256(input)).slice(0, HASH_BYTES)])),
  );
}

/** Who revoked and when it was made: what lists and filters share. Times: milliseconds since 1970. */
class Revocations {
  constructor(/** @type {Record<string, any>} */ document) {
    this.madeAt = timeIn(document, "made_at", REFUSAL);
    this.nextAt = timeIn(document, "next_at", REFUSAL);
    this.countries = countriesIn(document);
    this.number = numberIn(document, REFUSAL);
  }
}

/** Hashes of what was revoked, by kind, as base64. */
export class RevocationList extends Revocations {
  constructor(/** @type {Record<string, any>} */ document) {
    const { entries } = document;
    if (!isObject(entries) || !Object.keys(entries).every((kind) => KINDS.includes(kind))) {
      throw new ProofError(REFUSAL, "entries");
    }
    super(document);
    this.entries = new Map(Object.entries(entries).map(([kind, values]) => [kind, hashSet(values)]));
  }

  /** @param {Marks} marks */
  async isRevoked(marks) {
    const hashes = await hashesOf(marks);
    return hashes.some(([kind, hash]) => this.entries.get(kind)?.has(toBase64(hash)));
  }

  /** REVOCATION_LIST_INVALID. @param {Uint8Array} data */
  static fromJson(data) {
    return new RevocationList(parse(data, LIST, MAX_BYTES, REFUSAL));
  }
}

/** The hashes of a list in a Bloom filter: a miss is certain, a hit is not. */
export class RevocationFilter extends Revocations {
  constructor(/** @type {Record<string, any>} */ document) {
    super(document);
    const { entries, filter, kinds } = document;
    if (!Number.isInteger(entries) || entries < 0) throw new ProofError(REFUSAL, "entries");
    if (!Array.isArray(kinds) || !kinds.every((kind) => KINDS.includes(kind))) throw new ProofError(REFUSAL, "kinds");
    this.entries = entries;
    this.kinds = kinds;
    this.bloom = new BloomFilter(octets(filter, REFUSAL));
  }

  /** @param {Marks} marks */
  async isPossiblyRevoked(marks) {
    const hashes = (await hashesOf(marks)).filter(([kind]) => this.kinds.includes(kind));
    for (const [, hash] of hashes) if (await this.bloom.mightContain(hash)) return true;
    return false;
  }

  /** REVOCATION_LIST_INVALID. @param {Uint8Array} data */
  static fromJson(data) {
    return new RevocationFilter(parse(data, FILTER, MAX_BYTES, REFUSAL));
  }
}

/** Whose revocations it holds; null: it does not say. @returns {Set<string>|null} */
function countriesIn(/** @type {Record<string, any>} */ document) {
  const values = document.countries ?? null;
  if (values === null) return null;
  const known = Array.isArray(values) && values.every((value) => typeof value === "string" && COUNTRY.test(value));
  if (!known) throw new ProofError(REFUSAL, "countries");
  return new Set(values);
}

function hashSet(/** @type {any} */ values) {
  if (!Array.isArray(values)) throw new ProofError(REFUSAL, "entries");
  if (!values.every((value) => typeof value === "string" && HASH.test(value))) throw new ProofError(REFUSAL, "hash");
  return new Set(values);
}
