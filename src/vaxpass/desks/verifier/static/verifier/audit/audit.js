/**
 * Audit of a whole log from its files (C2SP tlog-tiles): every entry read, every tile computed again, the root held
 * against the checkpoint, and an earlier checkpoint held against the same leaves. For integrators and for the test
 * vectors; the verifier's page does not load it. Memory grows with the log, by 32 bytes a leaf: a log of many millions
 * is audited by `vaxproof log verify`.
 */

import { concat, isSame, sha256 } from "../proof/bytes.js";
import { ProofError } from "../proof/codes.js";
import { readLeaf } from "../proof/log.js";

const WIDTH = 256;
const HASH_BYTES = 32;
const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const LATIN = new TextDecoder("latin1");

/**
 * @typedef {import("../proof/note.js").Checkpoint} Checkpoint
 * @typedef {(path: string) => Promise<Uint8Array|null>} Read  a file of the log by its name, null where there is none
 * @typedef {{code: string, place: string}} Finding
 */

/**
 * What is wrong, in the order in which it is found; nothing where all is right. Both checkpoints were opened under the
 * log's policy before (`LogPolicy.open`). LOG_SHRUNK, LOG_FORKED, LOG_TILE_MISSING, LOG_TILE_ALTERED,
 * LOG_LEAF_UNREADABLE, LOG_ROOT_DIFFERS.
 * @param {Read} read
 * @param {Checkpoint} checkpoint
 * @param {Checkpoint|null} [since]  an earlier one, of which this log must be the continuation
 * @returns {Promise<Finding[]>}
 */
export async function auditLog(read, checkpoint, since = null) {
  const { size, root } = checkpoint;
  if (since && since.size > size) return [{ code: "LOG_SHRUNK", place: `${since.size} to ${size}` }];
  if (since && since.size === size && !isSame(since.root, root)) return [{ code: "LOG_FORKED", place: String(size) }];
  /** @type {Finding[]} */
  const findings = [];
  try {
    const leaves = await readLeaves(read, size, findings);
    if (since && !isSame(await rootOf(leaves.slice(0, since.size)), since.root)) {
      return [{ code: "LOG_FORKED", place: String(since.size) }];
    }
    await compareTiles(read, leaves, findings);
    if (!isSame(await rootOf(leaves), root)) findings.push({ code: "LOG_ROOT_DIFFERS", place: String(size) });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    findings.push({ code: error.code, place: error.detail });
  }
  return findings;
}

/** The hashes of all leaves; what is no leaf is noted. LOG_TILE_MISSING, LOG_TILE_ALTERED. */
async function readLeaves(/** @type {Read} */ read, /** @type {number} */ size, /** @type {Finding[]} */ findings) {
  /** @type {Uint8Array[]} */
  const hashes = [];
  for (let first = 0; first < size; first += WIDTH) {
    const entries = await readBundle(read, first / WIDTH, Math.min(WIDTH, size - first));
    for (const entry of entries) {
      if (!isLeaf(entry)) findings.push({ code: "LOG_LEAF_UNREADABLE", place: String(hashes.length) });
      hashes.push(await sha256(concat(Uint8Array.of(0), entry)));
    }
  }
  return hashes;
}

function isLeaf(/** @type {Uint8Array} */ entry) {
  try {
    readLeaf(LATIN.decode(entry));
    return true;
  } catch (error) {
    if (error instanceof ProofError) return false;
    throw error;
  }
}

/** The entries of a bundle, each behind its length of two bytes. */
async function readBundle(/** @type {Read} */ read, /** @type {number} */ index, /** @type {number} */ width) {
  const { data, path } = await firstOf(read, "tile/entries/", index, width);
  const entries = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 2 + data[at] * 256 + (data[at + 1] ?? 0);
    entries.push(data.slice(at + 2, end));
    at = end;
  }
  if (at !== data.length || entries.length < width || entries.length > WIDTH) throw new ProofError("LOG_TILE_ALTERED", path);
  return entries.slice(0, width);
}

/** Each tile of each level against what the leaves give. */
async function compareTiles(/** @type {Read} */ read, /** @type {Uint8Array[]} */ leaves, /** @type {Finding[]} */ findings) {
  let hashes = leaves;
  for (let level = 0; hashes.length; level += 1) {
    const above = [];
    for (let first = 0; first < hashes.length; first += WIDTH) {
      const tile = hashes.slice(first, first + WIDTH);
      const finding = await compareTile(read, `tile/${level}/`, first / WIDTH, tile);
      if (finding) findings.push(finding);
      if (tile.length === WIDTH) above.push(await rootOf(tile));
    }
    hashes = above;
  }
}

/** @returns {Promise<Finding|null>} */
async function compareTile(/** @type {Read} */ read, /** @type {string} */ folder, /** @type {number} */ index, /** @type {Uint8Array[]} */ tile) {
  const expected = concat(...tile);
  try {
    const { data, path } = await firstOf(read, folder, index, tile.length);
    const same = data.length % HASH_BYTES === 0 && isSame(data.slice(0, expected.length), expected);
    return same ? null : { code: "LOG_TILE_ALTERED", place: path };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { code: error.code, place: error.detail };
  }
}

/** The partial file or the full one, whichever is there. LOG_TILE_MISSING. */
async function firstOf(/** @type {Read} */ read, /** @type {string} */ folder, /** @type {number} */ index, /** @type {number} */ width) {
  const full = folder + nameOf(index);
  const paths = width === WIDTH ? [full] : [`${full}.p/${width}`, full];
  for (const path of paths) {
    const data = await read(path);
    if (data) return { data, path };
  }
  throw new ProofError("LOG_TILE_MISSING", paths[0]);
}

/** 1234067 is x001/x234/067. */
function nameOf(/** @type {number} */ index) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return groups.join("/");
}

/** The root over hashes (RFC 6962 §2.1), level by level: a last one without a sibling goes up as it is. */
async function rootOf(/** @type {Uint8Array[]} */ hashes) {
  if (!hashes.length) return Uint8Array.from(EMPTY_ROOT.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  let row = hashes;
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at < row.length; at += 2) {
      above.push(at + 1 < row.length ? await sha256(concat(Uint8Array.of(1), row[at], row[at + 1])) : row[at]);
    }
    row = above;
  }
  return row[0];
}
