"""Step 3: zlib (RFC 1950), level 9 when written, bounded when read."""

import zlib

from vaxproof.errors import Code, ProofError

MAX_INFLATED = 5_120
"""Bytes. The largest QR code holds 2,864; real certificates inflate to 300 to 1,200, and hardly shrink at all."""


def compress(data: bytes) -> bytes:
    """A zlib stream with header `78 DA`."""
    return zlib.compress(data, 9)


def inflate(data: bytes) -> bytes:
    """The bytes in the zlib stream; stops at `MAX_INFLATED`, whatever the stream promises.

    Raises:
        ProofError: DECOMPRESSION_FAILED (not zlib, cut short, followed by other bytes),
        DECOMPRESSED_TOO_LARGE.
    """
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(data, MAX_INFLATED + 1)
    except zlib.error:
        raise ProofError(Code.DECOMPRESSION_FAILED) from None
    if len(inflated) > MAX_INFLATED:
        raise ProofError(Code.DECOMPRESSED_TOO_LARGE, f"more than {MAX_INFLATED} bytes")
    if not stream.eof or stream.unused_data:
        raise ProofError(Code.DECOMPRESSION_FAILED)
    return inflated
