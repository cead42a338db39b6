/**
 * Checkpoints of the log: signed notes (C2SP signed-note, tlog-checkpoint) with the log's Ed25519 signature and the
 * cosignatures of witnesses (tlog-cosignature). A policy says which log is meant and how many witnesses must have
 * seen it.
 */

import { concat, fromBase64, hex, sha256, utf8 } from "./bytes.js";
import { ProofError } from "./codes.js";
import { isObject, readObject } from "./documents.js";
import { SPACE } from "./prefix.js";

const MAX_NOTE_BYTES = 64 * 1024;
const MAX_SIGNATURES = 64;
const MAX_WITNESSES = 32;
const MAX_POLICY_BYTES = 16 * 1024 * 1024; // an index names every file, also thousands of revocation batches
const [PLAIN, COSIGNATURE] = [1, 4]; // types of keys
const [ID_BYTES, TIME_BYTES, KEY_BYTES, SIGNATURE_BYTES, HASH_BYTES] = [4, 8, 32, 64, 32];
const LAST_SECOND = 253_402_300_799n; // of the year 9999
const CONTROL = /[\0-\x09\x0b-\x1f]/;
const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;
const COUNTRY = /^[A-Z]{2}$/;
const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** RFC 8032 §7.1, test 1: a key that every engine with Ed25519 takes. */
const KNOWN_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/**
 * @typedef {{size: number, root: Uint8Array}} Checkpoint
 * @typedef {{name: string, blob: Uint8Array}} SignatureLine  `blob`: 4 bytes of the key's id and the signature
 */

/** A public key with its name: what a `vkey` says. */
class NoteVerifier {
  /** @param {string} name @param {number} kind @param {Uint8Array} key @param {string} id */
  constructor(name, kind, key, id) {
    this.name = name;
    this.kind = kind;
    this.key = key;
    this.id = id;
  }

  /** LOG_POLICY_INVALID. @param {unknown} vkey */
  static async parse(vkey) {
    const match = typeof vkey === "string" ? VKEY.exec(vkey) : null;
    const material = match && fromBase64(match[3]);
    if (!match || material?.length !== 1 + KEY_BYTES || !isName(match[1])) throw invalid("vkey");
    if (material[0] !== PLAIN && material[0] !== COSIGNATURE) throw invalid("kind of key");
    const id = hex(await sha256(concat(utf8(`${match[1]}\n`), material))).slice(0, 2 * ID_BYTES);
    if (id !== match[2]) throw invalid("id of key");
    return new NoteVerifier(match[1], material[0], material.slice(1), id);
  }

  /** Whether the line names this key; nothing is checked. @param {SignatureLine} line */
  isNamedBy(line) {
    return line.name === this.name && hex(line.blob.subarray(0, ID_BYTES)) === this.id;
  }

  /** CHECKPOINT_SIGNATURE_INVALID, LOG_NOT_CHECKABLE_HERE. @param {string} text @param {SignatureLine} line */
  async verify(text, line) {
    const start = ID_BYTES + (this.kind === COSIGNATURE ? TIME_BYTES : 0);
    const signature = line.blob.slice(start);
    const time = BigInt(`0x0${hex(line.blob.subarray(ID_BYTES, start))}`);
    const head = this.kind === COSIGNATURE ? `cosignature/v1\ntime ${time}\n` : "";
    const whole = signature.length === SIGNATURE_BYTES && time <= LAST_SECOND;
    if (!whole || !(await hasSigned(this.key, utf8(head + text), signature))) {
      throw new ProofError("CHECKPOINT_SIGNATURE_INVALID", this.name);
    }
  }
}

/**
 * Which log, by its key, and that `quorum` of these witnesses must have co-signed. `countries`: whose passports it
 * keeps (ISO 3166-1 alpha-2); none named: any.
 */
export class LogPolicy {
  /**
   * LOG_POLICY_INVALID.
   * @param {string} origin @param {NoteVerifier} log @param {NoteVerifier[]} witnesses @param {number} quorum
   * @param {string[]} countries
   */
  constructor(origin, log, witnesses, quorum, countries) {
    if (log.kind !== PLAIN || witnesses.some((witness) => witness.kind !== COSIGNATURE)) throw invalid("kind of key");
    const different = new Set(witnesses.map((witness) => hex(witness.key))).size === witnesses.length;
    if (!different || !(quorum >= 0 && quorum <= witnesses.length) || !origin) throw invalid("witnesses");
    this.origin = origin;
    this.log = log;
    this.witnesses = witnesses;
    this.quorum = quorum;
    this.countries = new Set(countries);
  }

  /** The policy in the member `log` of the published index. LOG_POLICY_INVALID. @param {Record<string, any>|null} index */
  static fromIndex(index) {
    return LogPolicy.fromValues(index?.log);
  }

  /** The policy in a file: its object, or a whole index. LOG_POLICY_INVALID. @param {Uint8Array} data */
  static async fromJson(data) {
    if (data.length > MAX_POLICY_BYTES) throw invalid("size");
    const values = readObject(data, "LOG_POLICY_INVALID");
    return LogPolicy.fromValues(Object.hasOwn(values, "log") ? values.log : values);
  }

  /** LOG_POLICY_INVALID. @param {any} values  `{"origin", "vkey", "witnesses": [vkey…], "quorum": n, "countries"?: ["VN"]}` */
  static async fromValues(values) {
    const { origin, vkey, witnesses, quorum, countries = [] } = isObject(values) ? values : /** @type {any} */ ({});
    const texts = typeof origin === "string" && typeof vkey === "string";
    const listed = Array.isArray(witnesses) && witnesses.length <= MAX_WITNESSES && Number.isInteger(quorum);
    if (!texts || !listed) throw invalid("form");
    const named = Array.isArray(countries) && countries.every((one) => typeof one === "string" && COUNTRY.test(one));
    if (!named) throw invalid("countries");
    const [log, ...others] = await Promise.all([vkey, ...witnesses].map((one) => NoteVerifier.parse(one)));
    return new LogPolicy(origin, log, others, quorum, countries);
  }

  /**
   * The checkpoint of a note that this policy accepts. In this order CHECKPOINT_UNREADABLE, CHECKPOINT_OF_ANOTHER_LOG,
   * CHECKPOINT_SIGNATURE_INVALID, CHECKPOINT_WITNESSES_MISSING; LOG_NOT_CHECKABLE_HERE.
   * @param {Uint8Array} data
   * @returns {Promise<Checkpoint>}
   */
  async open(data) {
    const { text, lines } = readNote(data);
    const { origin, ...checkpoint } = readCheckpoint(text);
    if (origin !== this.origin) throw new ProofError("CHECKPOINT_OF_ANOTHER_LOG");
    const found = new Set();
    for (const line of lines) {
      for (const verifier of [this.log, ...this.witnesses].filter((one) => one.isNamedBy(line))) {
        await verifier.verify(text, line);
        found.add(verifier);
      }
    }
    if (!found.has(this.log)) throw new ProofError("CHECKPOINT_SIGNATURE_INVALID", "not by the log");
    if (found.size - 1 < this.quorum) throw new ProofError("CHECKPOINT_WITNESSES_MISSING", `${found.size - 1} of ${this.quorum}`);
    return checkpoint;
  }
}

/** The 32 bytes of a hash in base64, else null. @param {unknown} text */
export function parseHash(text) {
  const bytes = fromBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : null;
}

/** A decimal number without leading zeros, else null. @param {string} text */
export function parseNumber(text) {
  const number = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}

/** @returns {{text: string, lines: SignatureLine[]}} */
function readNote(/** @type {Uint8Array} */ data) {
  if (data.length > MAX_NOTE_BYTES) throw unreadable(`${data.length} bytes`);
  const whole = decoded(data);
  const end = whole.lastIndexOf("\n\n");
  if (end < 1 || !whole.endsWith("\n") || end + 2 === whole.length || CONTROL.test(whole)) throw unreadable("form");
  const lines = whole.slice(end + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw unreadable(`${lines.length} signatures`);
  return { text: whole.slice(0, end + 1), lines: lines.map(readLine) };
}

function decoded(/** @type {Uint8Array} */ data) {
  try {
    return UTF8.decode(data);
  } catch {
    throw unreadable("not UTF-8");
  }
}

/** @returns {SignatureLine} */
function readLine(/** @type {string} */ line) {
  const [dash, name, ...rest] = line.split(" ");
  const blob = fromBase64(rest.join(" "));
  if (dash !== "\u2014" || !isName(name ?? "") || !blob || blob.length <= ID_BYTES) throw unreadable("signature line");
  return { name, blob };
}

/** Lines after the third are let pass and mean nothing. @returns {Checkpoint & {origin: string}} */
function readCheckpoint(/** @type {string} */ text) {
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3 || lines.includes("")) throw unreadable("text");
  const [size, root] = [parseNumber(lines[1]), parseHash(lines[2])];
  if (size === null || !root) throw unreadable("size or root");
  if (size === 0 && hex(root) !== EMPTY_ROOT) throw unreadable("root of an empty log");
  return { origin: lines[0], size, root };
}

/** Non-empty, without a plus or any kind of space or half of a character. */
function isName(/** @type {string} */ text) {
  return text !== "" && ![...text].some((letter) => letter === "+" || letter <= " " || SPACE.test(letter) || /\p{Surrogate}/u.test(letter));
}

async function hasSigned(/** @type {Uint8Array} */ key, /** @type {Uint8Array} */ message, /** @type {Uint8Array} */ signature) {
  const ready = await importKey(key);
  if (!ready && !(await importKey(fromHex(KNOWN_KEY)))) throw new ProofError("LOG_NOT_CHECKABLE_HERE");
  if (!ready) return false;
  return crypto.subtle.verify("Ed25519", ready, /** @type {BufferSource} */ (signature), /** @type {BufferSource} */ (message));
}

function importKey(/** @type {Uint8Array} */ key) {
  const raw = /** @type {BufferSource} */ (key);
  return crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
}

function fromHex(/** @type {string} */ digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function invalid(/** @type {string} */ detail) {
  return new ProofError("LOG_POLICY_INVALID", detail);
}

function unreadable(/** @type {string} */ detail) {
  return new ProofError("CHECKPOINT_UNREADABLE", detail);
}
