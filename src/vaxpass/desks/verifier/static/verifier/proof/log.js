/**
 * "Was this one issued?": proof files (C2SP tlog-proof) and answers to the question that does not tell which passport
 * is meant (a bucket of all leaves with a prefix). Inclusion as in RFC 6962 and RFC 9162 §2.1.3.2.
 */

import { concat, fromBase64, hex, isSame, sha256, utf8 } from "./bytes.js";
import { ProofError } from "./codes.js";
import { instant } from "./certificates.js";
import { isObject, readObject } from "./documents.js";
import { parseHash, parseNumber } from "./note.js";
import { openText } from "./verify.js";

export { LogPolicy } from "./note.js";

/** At least so many leaves are expected behind one question. */
const CROWD = 32;
const MAX_BUCKET_BYTES = 16 * 1024 * 1024;
const MAX_PROOF_BYTES = 72 * 1024;
const MAX_PATH = 63;
const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const UNREADABLE = "LOG_PROOF_UNREADABLE";
const LEAF =
  /^\{"cose":"([0-9a-f]{64})","day":"([0-9]{4})-([0-9]{2})-([0-9]{2})","kid":"[0-9a-f]{16}","kind":"(issue|revoke)"\}$/;
const LATIN = new TextDecoder("latin1");

/**
 * @typedef {import("./index.js").LogAnswer} LogAnswer
 * @typedef {import("./note.js").Checkpoint} Checkpoint
 * @typedef {import("./note.js").LogPolicy} Policy
 * @typedef {{index: number, leaf: string, path: Uint8Array[]}} Entry  a leaf, its place, its path, lowest first
 */

/** How many hex digits a question about a log of this size may have. @param {number} size */
export function prefixLength(size) {
  let digits = 0;
  while (size >= CROWD * 16 ** (digits + 1)) digits += 1;
  return digits;
}

/**
 * The question about a passport: the first hex digits of the digest of its COSE_Sign1.
 * @param {string} text  the passport, `HC1:…`
 * @param {number} length
 */
export async function prefixOf(text, length) {
  return (await digestOf((await openText(text)).cose)).slice(0, length);
}

/**
 * What a proof file says about a passport. In this order LOG_PROOF_UNREADABLE, LOG_PROOF_OF_ANOTHER, CHECKPOINT_*,
 * LOG_PROOF_INVALID; LOG_NOT_CHECKABLE_HERE.
 * @param {Uint8Array} data
 * @param {Uint8Array} cose  its whole COSE_Sign1: `(await openText(text)).cose`
 * @param {Policy} policy
 * @returns {Promise<LogAnswer>}
 */
export async function readProof(data, cose, policy) {
  const { note, ...entry } = decodeProof(data);
  const { digest, kind } = readLeaf(entry.leaf);
  if (digest !== (await digestOf(cose))) throw new ProofError("LOG_PROOF_OF_ANOTHER");
  const checkpoint = await policy.open(note);
  await checkInclusion(entry, checkpoint);
  const rest = { size: checkpoint.size, complete: false, countries: policy.countries };
  if (kind === "issue") return { issuedAt: entry.index, revokedAt: null, ...rest };
  return { issuedAt: null, revokedAt: entry.index, ...rest };
}

/**
 * What a bucket says about a passport; only its own leaves' paths are checked. In this order LOG_PROOF_UNREADABLE,
 * LOG_PROOF_OF_ANOTHER (another question's answer), CHECKPOINT_*, LOG_PROOF_INVALID, LOG_BEHIND (a leaf about it
 * waits for the next checkpoint); LOG_NOT_CHECKABLE_HERE.
 * @param {Uint8Array} data
 * @param {Uint8Array} cose
 * @param {Policy} policy
 * @returns {Promise<LogAnswer>}
 */
export async function readBucket(data, cose, policy) {
  const bucket = parseBucket(data);
  const digest = await digestOf(cose);
  if (!digest.startsWith(bucket.prefix)) throw new ProofError("LOG_PROOF_OF_ANOTHER");
  const checkpoint = await policy.open(utf8(bucket.note));
  /** @type {Map<string, number>} */
  const places = new Map();
  for (const entry of bucket.entries.filter((one) => readLeaf(one.leaf).digest === digest)) {
    await checkInclusion(entry, checkpoint);
    const { kind } = readLeaf(entry.leaf);
    if (!places.has(kind)) places.set(kind, entry.index);
  }
  if (bucket.waiting.some((leaf) => readLeaf(leaf).digest === digest)) throw new ProofError("LOG_BEHIND");
  const [issuedAt, revokedAt] = [places.get("issue") ?? null, places.get("revoke") ?? null];
  return { issuedAt, revokedAt, size: checkpoint.size, complete: true, countries: policy.countries };
}

async function digestOf(/** @type {Uint8Array} */ cose) {
  return hex(await sha256(cose));
}

/** @returns {Entry & {note: Uint8Array}} */
function decodeProof(/** @type {Uint8Array} */ data) {
  const blank = data.findIndex((byte, at) => byte === 10 && data[at + 1] === 10);
  if (data.length > MAX_PROOF_BYTES || blank < 0 || blank + 2 === data.length) throw unreadable("form");
  const [first, extraLine = "", indexLine = "", ...rest] = LATIN.decode(data.subarray(0, blank)).split("\n");
  const extra = extraLine.startsWith("extra ") ? fromBase64(extraLine.slice(6)) : null;
  const index = indexLine.startsWith("index ") ? parseNumber(indexLine.slice(6)) : null;
  if (first !== FIRST_LINE || !extra || index === null) throw unreadable("lines");
  return { leaf: LATIN.decode(extra), index, path: pathOf(rest), note: data.slice(blank + 2) };
}

function pathOf(/** @type {unknown[]} */ lines) {
  const path = lines.map(parseHash).filter((node) => node !== null);
  if (path.length !== lines.length || path.length > MAX_PATH) throw unreadable("path");
  return path;
}

/** The one form of a leaf's bytes (RFC 8785). LOG_PROOF_UNREADABLE. */
export function readLeaf(/** @type {string} */ leaf) {
  const match = LEAF.exec(leaf);
  const day = match ? instant(Number(match[2]), Number(match[3]), Number(match[4]), 0, 0, 0) : NaN;
  if (!match || Number.isNaN(day)) throw unreadable("leaf");
  return { digest: match[1], kind: match[5] };
}

/** @returns {{prefix: string, note: string, entries: Entry[], waiting: string[]}} */
function parseBucket(/** @type {Uint8Array} */ data) {
  if (data.length > MAX_BUCKET_BYTES) throw unreadable("size");
  const { format, version, prefix, checkpoint: note, entries, waiting } = readObject(data, UNREADABLE);
  const ours = format === "vaxproof-bucket" && version === 1 && Array.isArray(entries) && Array.isArray(waiting);
  const texts = [prefix, note].every((text) => typeof text === "string" && !/\p{Surrogate}/u.test(text));
  if (!ours || !texts || !/^[0-9a-f]{0,63}$/.test(prefix)) throw unreadable("form");
  const read = entries.map(entryOf);
  if (read.some((entry, at) => at > 0 && entry.index <= read[at - 1].index)) throw unreadable("positions");
  const leaves = [...read.map((entry) => entry.leaf), ...waiting];
  if (!leaves.every((leaf) => typeof leaf === "string" && readLeaf(leaf).digest.startsWith(prefix))) throw unreadable("prefix");
  return { prefix, note, entries: read, waiting };
}

/** @returns {Entry} */
function entryOf(/** @type {any} */ value) {
  const { index, leaf, path } = isObject(value) ? value : /** @type {any} */ ({});
  const known = Number.isSafeInteger(index) && index >= 0 && typeof leaf === "string" && Array.isArray(path);
  if (!known) throw unreadable("entry");
  return { index, leaf, path: pathOf(path) };
}

/** LOG_PROOF_INVALID unless the leaf stands there. */
async function checkInclusion(/** @type {Entry} */ entry, /** @type {Checkpoint} */ { size, root }) {
  let [place, last, hash] = [entry.index, size - 1, await sha256(concat(Uint8Array.of(0), utf8(entry.leaf)))];
  let fits = place < size;
  for (const node of entry.path) {
    if (!last) fits = false;
    if (place % 2 || place === last) {
      hash = await nodeHash(node, hash);
      while (place % 2 === 0 && place) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, node);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (!fits || last || !isSame(hash, root)) throw new ProofError("LOG_PROOF_INVALID", `leaf ${entry.index}`);
}

function nodeHash(/** @type {Uint8Array} */ left, /** @type {Uint8Array} */ right) {
  return sha256(concat(Uint8Array.of(1), left, right));
}

function unreadable(/** @type {string} */ detail) {
  return new ProofError(UNREADABLE, detail);
}
