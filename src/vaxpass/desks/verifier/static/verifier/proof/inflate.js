/**
 * Step 3: zlib (RFC 1950), bounded. The browser inflates (Compression Streams); what it refuses and how much it
 * gives out before, differs between engines, so both are looked at here.
 */

import { ProofError } from "./codes.js";

/** Bytes. The largest QR code holds 2,864; real certificates inflate to 300 to 1,200. */
export const MAX_INFLATED = 5_120;

/**
 * The bytes in the zlib stream; stops at `MAX_INFLATED`, whatever the stream promises.
 * DECOMPRESSION_FAILED: not zlib, cut short, followed by other bytes. DECOMPRESSED_TOO_LARGE.
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(data) {
  const { bytes, size, ended } = await run(data, data.length);
  if (size > MAX_INFLATED) throw new ProofError("DECOMPRESSED_TOO_LARGE");
  if (!ended) throw new ProofError((await overflows(data)) ? "DECOMPRESSED_TOO_LARGE" : "DECOMPRESSION_FAILED");
  if (!(await refusesMore()) && (await run(data.subarray(0, -1), data.length)).ended) {
    throw new ProofError("DECOMPRESSION_FAILED", "bytes after the stream");
  }
  return bytes;
}

/** Of a broken stream, fed byte by byte: too large before it breaks? An engine may drop what came with the fault. */
async function overflows(/** @type {Uint8Array} */ data) {
  return (await run(data, 1)).size > MAX_INFLATED;
}

/** @type {Promise<boolean>|undefined} */
let refusal;

/** Whether this engine refuses bytes after the end of a stream, as the standard says. */
function refusesMore() {
  const emptyAndOne = Uint8Array.of(0x78, 0x9c, 3, 0, 0, 0, 0, 1, 0);
  refusal ??= run(emptyAndOne, emptyAndOne.length).then((result) => !result.ended);
  return refusal;
}

/** What comes out of the data, fed in pieces of that many bytes; `ended`: the stream was whole. */
async function run(/** @type {Uint8Array} */ data, /** @type {number} */ piece) {
  const stream = new DecompressionStream("deflate");
  const writing = feed(stream.writable.getWriter(), data, piece);
  const bytes = new Uint8Array(MAX_INFLATED);
  const reader = stream.readable.getReader();
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (size + next.value.length <= MAX_INFLATED) bytes.set(next.value, size);
      size += next.value.length;
      if (size > MAX_INFLATED) return await stopped(reader, size);
    }
  } catch {
    return { bytes, size, ended: false };
  }
  await writing;
  return { bytes: bytes.subarray(0, size), size, ended: data.length > 0 };
}

async function stopped(/** @type {ReadableStreamDefaultReader} */ reader, /** @type {number} */ size) {
  await reader.cancel().catch(() => {});
  return { bytes: new Uint8Array(), size, ended: false };
}

/** Faults come out at the other end of the stream. */
async function feed(
  /** @type {WritableStreamDefaultWriter} */ writer,
  /** @type {Uint8Array} */ data,
  /** @type {number} */ piece,
) {
  writer.closed.catch(() => {});
  try {
    for (let at = 0; at < data.length; at += piece) await writer.write(data.slice(at, at + piece));
    await writer.close();
  } catch {
    // the reader has it
  }
}
