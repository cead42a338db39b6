/**
 * CBOR (RFC 8949) under our own limits: size, depth, no repeated keys, no tags but those that HCERT knows.
 *
 * Numbers: `number` (or `bigint` beyond 2^53) for integers, `Float` for floating ones, so that 2 and 2.0 stay
 * apart. Byte strings `Uint8Array`, maps `CborMap`, tags 18 and 61 `Tagged`; tag 0 (a date) comes as its text.
 */

import { concat } from "./bytes.js";
import { ProofError } from "./codes.js";
import { MAX_INFLATED } from "./inflate.js";

/** Nested arrays, maps and tags; a certificate needs 5. */
const MAX_DEPTH = 9;
export const COSE_SIGN1_TAG = 18;
export const CWT_TAG = 61;
const BREAK = Symbol("break");
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A number that was written as a floating one. */
export class Float {
  constructor(/** @type {number} */ value) {
    this.value = value;
  }
}

/** A value under a tag. */
export class Tagged {
  constructor(/** @type {number} */ tag, /** @type {any} */ value) {
    this.tag = tag;
    this.value = value;
  }
}

/** A simple value without a meaning. */
class Simple {
  constructor(/** @type {number} */ value) {
    this.value = value;
  }
}

/** A map. 1, 1.0 and true are one key, as in Python's dictionaries. */
export class CborMap {
  constructor() {
    /** @type {Map<any, any>} by what tells keys apart */
    this.values = new Map();
  }

  /** @returns {any} undefined where the key is not there */
  get(/** @type {string|number} */ key) {
    return this.values.get(identity(key));
  }

  has(/** @type {string|number} */ key) {
    return this.values.has(identity(key));
  }

  add(/** @type {any} */ key, /** @type {any} */ value) {
    const name = identity(key);
    if (this.values.has(name)) throw refusal("repeated key");
    this.values.set(name, value);
  }

  /** Members whose keys are texts, as an object; maps inside likewise. @returns {Record<string, any>} */
  toObject() {
    const texts = [...this.values].filter(([name]) => typeof name === "string" && name[0] === '"');
    return Object.fromEntries(texts.map(([name, value]) => [name.slice(1), plain(value)]));
  }
}

/** @returns {any} */
function plain(/** @type {any} */ value) {
  if (value instanceof CborMap) return value.toObject();
  return Array.isArray(value) ? value.map(plain) : value;
}

/** What tells one key from another; a new object for NaN, which equals nothing. */
function identity(/** @type {any} */ key) {
  if (typeof key === "string") return `"${key}`;
  if (key instanceof Float && Number.isNaN(key.value)) return key;
  return written(key);
}

/** @returns {string} */
function written(/** @type {any} */ key) {
  if (typeof key === "string") return JSON.stringify(key);
  if (key instanceof Float) return Number.isInteger(key.value) ? String(BigInt(key.value)) : String(key.value);
  if (key instanceof Simple) return String(key.value);
  if (key instanceof Uint8Array) return `h'${key.join()}'`;
  if (key instanceof Tagged) return `${key.tag}(${written(key.value)})`;
  if (key instanceof CborMap) return `{${[...key.values].map(([k, v]) => `${String(k)}:${written(v)}`).sort().join()}}`;
  if (Array.isArray(key)) return `[${key.map(written).join()}]`;
  return typeof key === "boolean" ? String(Number(key)) : String(key);
}

function refusal(/** @type {string} */ detail) {
  return new ProofError("CBOR_DESERIALIZATION_FAILED", detail);
}

/**
 * One CBOR value and nothing after it. CBOR_DESERIALIZATION_FAILED.
 * @param {Uint8Array} data
 * @returns {any}
 */
export function decode(data) {
  if (data.length > MAX_INFLATED) throw refusal("size");
  const reader = new Reader(data);
  const value = reader.value(0);
  if (value === BREAK || reader.at !== data.length) throw refusal("bytes after the value");
  return value;
}

class Reader {
  constructor(/** @type {Uint8Array} */ data) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.at = 0;
  }

  /** @returns {any} one value; `BREAK` only where the caller stands in something without a length */
  value(/** @type {number} */ depth) {
    const first = this.take(1)[0];
    const major = first >> 5;
    const info = first & 31;
    if (major === 7) return this.simple(info);
    if (info === 31) return this.indefinite(major, depth);
    const size = this.argument(info);
    if (major === 0) return size;
    if (major === 1) return typeof size === "bigint" ? negative(size) : negative(BigInt(size));
    return this.content(major, Number(size), depth);
  }

  content(/** @type {number} */ major, /** @type {number} */ size, /** @type {number} */ depth) {
    if (major === 2) return this.take(size).slice();
    if (major === 3) return this.text(size);
    if (major === 6) return this.tagged(size, nested(depth));
    if (size > this.data.length) throw refusal("length"); // every item takes a byte
    if (major === 4) return this.list(size, size ? nested(depth) : depth);
    return this.map(size, size ? nested(depth) : depth);
  }

  indefinite(/** @type {number} */ major, /** @type {number} */ depth) {
    if (major === 2 || major === 3) return this.chunks(major);
    if (major === 4) return this.list(Infinity, nested(depth));
    if (major === 5) return this.map(Infinity, nested(depth));
    throw refusal("length");
  }

  take(/** @type {number} */ size) {
    if (size > this.data.length - this.at) throw refusal("cut short");
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }

  text(/** @type {number} */ size) {
    const bytes = this.take(size);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw refusal("UTF-8");
    }
  }

  /** The number in or after the first byte: a `bigint` only beyond 2^53. */
  argument(/** @type {number} */ info) {
    if (info < 24) return info;
    if (info > 27) throw refusal("length");
    const start = this.at;
    const bytes = this.take(1 << (info - 24));
    if (info < 27) return bytes.reduce((number, byte) => number * 256 + byte, 0);
    return safe(this.view.getBigUint64(start));
  }

  simple(/** @type {number} */ info) {
    if (info < 20) return new Simple(info);
    if (info < 24) return [false, true, null, undefined][info - 20];
    if (info === 31) return BREAK;
    if (info > 27) throw refusal("simple value");
    const bytes = this.take(1 << (info - 24));
    if (info > 24) return new Float(floating(bytes));
    if (bytes[0] < 32) throw refusal("simple value");
    return new Simple(bytes[0]);
  }

  list(/** @type {number} */ size, /** @type {number} */ depth) {
    const items = [];
    while (items.length < size) {
      const item = this.value(depth);
      if (item === BREAK) return ended(items, size);
      items.push(item);
    }
    return items;
  }

  map(/** @type {number} */ size, /** @type {number} */ depth) {
    const map = new CborMap();
    for (let read = 0; read < size; read++) {
      const key = this.value(depth);
      if (key === BREAK) return ended(map, size);
      const value = this.value(depth);
      if (value === BREAK) throw refusal("break");
      map.add(key, value);
    }
    return map;
  }

  /** Byte or text strings of the kind, up to a break. */
  chunks(/** @type {number} */ major) {
    const found = [];
    for (let first = this.take(1)[0]; first !== 0xff; first = this.take(1)[0]) {
      if (first >> 5 !== major || (first & 31) === 31) throw refusal("chunk");
      found.push(this.content(major, Number(this.argument(first & 31)), 0));
    }
    if (major === 3) return found.join("");
    return concat(.../** @type {Uint8Array[]} */ (found));
  }

  tagged(/** @type {number} */ tag, /** @type {number} */ depth) {
    const value = this.value(depth);
    if (value === BREAK) throw refusal("break");
    if (tag === 0 && typeof value === "string") return value;
    if (tag !== COSE_SIGN1_TAG && tag !== CWT_TAG) throw refusal("tag");
    return new Tagged(tag, value);
  }
}

function nested(/** @type {number} */ depth) {
  if (depth >= MAX_DEPTH) throw refusal("depth");
  return depth + 1;
}

/** @template T */
function ended(/** @type {T} */ found, /** @type {number} */ size) {
  if (size !== Infinity) throw refusal("break");
  return found;
}

function safe(/** @type {bigint} */ number) {
  const small = Number(number);
  return Number.isSafeInteger(small) ? small : number;
}

function negative(/** @type {bigint} */ number) {
  return safe(-1n - number);
}

function floating(/** @type {Uint8Array} */ bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 8) return view.getFloat64(0);
  return bytes.length === 4 ? view.getFloat32(0) : half(view.getUint16(0));
}

/** RFC 8949, appendix D. */
function half(/** @type {number} */ bits) {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (exponent ? (mantissa + 1024) * 2 ** (exponent - 25) : mantissa * 2 ** -24);
}
