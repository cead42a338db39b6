/**
 * Step 3: zlib (RFC 1950), bounded. The browser inflates (Compression Streams); what it refuses and how much it
 * gives out before, differs between engines, so both are looked at here.
 */

import { ProofError } from "./codes.js";

/** Bytes. The largest QR code holds 2,864; real certificates inflate to 300 to 1,200. */
export const MAX_INFLATED = 5_120;
/** One more is looked at, to know that it is too many. */
const MOST = MAX_INFLATED + 1;

/**
 * The bytes in the zlib stream; stops at `MAX_INFLATED`, whatever the stream promises.
 * DECOMPRESSION_FAILED: not zlib, cut short, followed by other bytes. DECOMPRESSED_TOO_LARGE.
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(data) {
  const { bytes, size, ended } = await run(data, data.length);
  if (size > MOST || (ended && size === MOST)) throw new ProofError("DECOMPRESSED_TOO_LARGE");
  if (!ended) throw new ProofError((await overflows(data)) ? "DECOMPRESSED_TOO_LARGE" : "DECOMPRESSION_FAILED");
  if (!(await refusesMore()) && (await run(data.subarray(0, -1), data.length)).ended) {
    throw new ProofError("DECOMPRESSION_FAILED", "bytes after the stream");
  }
  return bytes;
}

/**
 * Of a stream that is not whole, fed byte by byte, since an engine may drop what came with the fault: is it too large
 * before it breaks? With one byte too many and no more it is, unless the fault comes next.
 */
async function overflows(/** @type {Uint8Array} */ data) {
  const { size, written } = await run(data, 1);
  if (size !== MOST) return size > MOST;
  return written === data.length || (await run(data.subarray(0, written), data.length)).ended;
}

/** @type {Promise<boolean>|undefined} */
let refusal;

/** Whether this engine refuses bytes after the end of a stream, as the standard says. */
function refusesMore() {
  const emptyAndOne = Uint8Array.of(0x78, 0x9c, 3, 0, 0, 0, 0, 1, 0);
  refusal ??= run(emptyAndOne, emptyAndOne.length).then((result) => !result.ended);
  return refusal;
}

/** What comes out of the data, fed in pieces of that many bytes. `ended`: the stream was whole; `written`: bytes taken. */
async function run(/** @type {Uint8Array} */ data, /** @type {number} */ piece) {
  const stream = new DecompressionStream("deflate");
  const fed = { written: 0 };
  const writing = feed(stream.writable.getWriter(), data, piece, fed);
  const bytes = new Uint8Array(MOST);
  const reader = stream.readable.getReader();
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (size + next.value.length <= MOST) bytes.set(next.value, size);
      size += next.value.length;
      if (size > MOST) {
        await reader.cancel().catch(() => {});
        return { bytes, size, ended: false, written: fed.written };
      }
    }
  } catch {
    return { bytes, size, ended: false, written: fed.written };
  }
  await writing;
  return { bytes: bytes.subarray(0, size), size, ended: data.length > 0, written: fed.written };
}

/** Faults come out at the other end of the stream. */
async function feed(
  /** @type {WritableStreamDefaultWriter} */ writer,
  /** @type {Uint8Array} */ data,
  /** @type {number} */ piece,
  /** @type {{written: number}} */ fed,
) {
  writer.closed.catch(() => {});
  try {
    while (fed.written < data.length) {
      await writer.write(data.slice(fed.written, fed.written + piece));
      fed.written = Math.min(fed.written + piece, data.length);
    }
    await writer.close();
  } catch {
    // the reader has it
  }
}
