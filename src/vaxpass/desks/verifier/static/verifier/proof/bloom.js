/**
 * Bloom filters in the binary form of the EU's library (dgc-bloomfilter, as its Java code writes it). Big-endian:
 * int16 version 1, int8 number of hashes, int8 hash function 0 (SHA-256), float32 false-positive rate, int32 entries
 * planned, int32 entries added, int32 number of 32-bit words, the words. Hash i of an element is SHA-256 over it and
 * one byte i, read as a signed number, modulo the number of bits; bit 0 is the highest of the first word.
 */

import { concat, hex, sha256 } from "./bytes.js";
import { ProofError } from "./codes.js";

const HEAD_BYTES = 20;
const MAX_HASHES = 127;
const MAX_WORDS = 2 ** 26 - 1;

/** Says of an element: certainly not added, or probably added. */
export class BloomFilter {
  /** REVOCATION_LIST_INVALID. @param {Uint8Array} data */
  constructor(data) {
    if (data.length < HEAD_BYTES) throw refusal("cut off");
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.hashes = view.getInt8(2);
    const [rate, planned, added, words] = [view.getFloat32(4), view.getInt32(8), view.getInt32(12), view.getInt32(16)];
    if (view.getInt16(0) !== 1 || view.getInt8(3) !== 0) throw refusal("of an unknown kind");
    if (!(this.hashes > 0 && this.hashes <= MAX_HASHES)) throw refusal("of an unknown kind");
    if (!(rate > 0 && rate <= 1) || planned < 0 || added < 0) throw refusal("head");
    if (!(words > 0 && words <= MAX_WORDS) || data.length !== HEAD_BYTES + words * 4) throw refusal("length");
    this.bits = data.subarray(HEAD_BYTES);
  }

  /** False: certainly not added. @param {Uint8Array} element */
  async mightContain(element) {
    for (let number = 0; number < this.hashes; number++) {
      const place = await placeOf(element, number, this.bits.length * 8);
      if (!(this.bits[place >> 3] & (0x80 >> (place & 7)))) return false;
    }
    return true;
  }
}

async function placeOf(/** @type {Uint8Array} */ element, /** @type {number} */ number, /** @type {number} */ size) {
  const digest = await sha256(concat(element, Uint8Array.of(number)));
  const bits = BigInt(size);
  const place = BigInt.asIntN(256, BigInt(`0x${hex(digest)}`)) % bits;
  return Number(place < 0n ? place + bits : place);
}

function refusal(/** @type {string} */ detail) {
  return new ProofError("REVOCATION_LIST_INVALID", `filter ${detail}`);
}
