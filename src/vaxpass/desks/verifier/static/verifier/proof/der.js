/** A tolerant reader of ASN.1 DER: nothing recursive, every length checked against its frame. */

import { ProofError } from "./codes.js";

export const [INTEGER, BIT_STRING, OCTET_STRING, NULL, OID] = [0x02, 0x03, 0x04, 0x05, 0x06];
export const [UTC_TIME, GENERALIZED_TIME, SEQUENCE] = [0x17, 0x18, 0x30];
const LONG_TAG = 0x1f;
const MAX_LENGTH_BYTES = 3;

/** @param {string} detail */
export function unreadable(detail) {
  return new ProofError("CERTIFICATE_UNREADABLE", detail);
}

/** One value and where it stands: `start` of its tag, `body` of its content, `end` after it. */
export class Element {
  /**
   * @param {Uint8Array} data
   * @param {number} start
   * @param {number} body
   * @param {number} end
   */
  constructor(data, start, body, end) {
    this.data = data;
    this.tag = data[start];
    this.start = start;
    this.body = body;
    this.end = end;
  }

  /** The value's bytes. */
  get content() {
    return this.data.subarray(this.body, this.end);
  }

  /** Tag, length and value. */
  get encoded() {
    return this.data.subarray(this.start, this.end);
  }

  /** The values inside; CERTIFICATE_UNREADABLE. @returns {Element[]} */
  children(limit = 256) {
    const found = [];
    for (let at = this.body; at < this.end; at = found[found.length - 1].end) {
      if (found.length === limit) throw unreadable("too many values");
      found.push(read(this.data, at, this.end));
    }
    return found;
  }
}

/**
 * The element that begins at `start` and ends at `end` or before. CERTIFICATE_UNREADABLE.
 * @param {Uint8Array} data
 * @param {number} start
 * @param {number} end
 */
export function read(data, start, end) {
  if (end - start < 2 || (data[start] & LONG_TAG) === LONG_TAG) throw unreadable("tag");
  let [length, body] = [data[start + 1], start + 2];
  if (length & 0x80) {
    const size = length & 0x7f;
    if (size < 1 || size > MAX_LENGTH_BYTES) throw unreadable("length");
    length = data.subarray(body, body + size).reduce((number, byte) => number * 256 + byte, 0);
    body += size;
  }
  if (body + length > end) throw unreadable("length");
  return new Element(data, start, body, body + length);
}

/**
 * The element itself, if it has this tag. CERTIFICATE_UNREADABLE.
 * @param {Element} element
 * @param {number} tag
 */
export function expect(element, tag) {
  if (element.tag !== tag) throw unreadable(`tag ${element.tag}, not ${tag}`);
  return element;
}

/**
 * An object identifier in dotted form. CERTIFICATE_UNREADABLE.
 * @param {Uint8Array} oid
 */
export function dotted(oid) {
  const arcs = [];
  let value = 0n;
  for (const octet of oid) {
    value = (value << 7n) | BigInt(octet & 0x7f);
    if (value >> 128n) throw unreadable("object identifier");
    if (octet & 0x80) continue;
    arcs.push(value);
    value = 0n;
  }
  if (!arcs.length || oid[oid.length - 1] & 0x80) throw unreadable("object identifier");
  const first = arcs[0] < 80n ? arcs[0] / 40n : 2n;
  return [first, arcs[0] - 40n * first, ...arcs.slice(1)].join(".");
}

/**
 * DER of a value in its one strict form.
 * @param {number} tag
 * @param {Uint8Array} content
 */
export function encode(tag, content) {
  const size = content.length;
  const head = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  const whole = new Uint8Array(1 + head.length + size);
  whole.set([tag, ...head]);
  whole.set(content, 1 + head.length);
  return whole;
}
