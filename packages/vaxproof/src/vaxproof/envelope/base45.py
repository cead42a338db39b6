"""Step 2: base45 (RFC 9285) by table. Two bytes become three characters, a last single byte two."""

from typing import Final

import numpy as np
import numpy.typing as npt

from vaxproof.errors import Code, ProofError

MAX_BODY = 4296
"""Characters: the most that a QR code holds in alphanumeric mode (version 40, level L)."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# Three of these sum to more than 65,535 whatever the others are: one comparison refuses both faults.
_FOREIGN = 70_000


def _triples() -> npt.NDArray[np.void]:
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    value = np.arange(65_536)
    table = np.stack([letters[value % 45], letters[value // 45 % 45], letters[value // 2025]], axis=1)
    return np.ascontiguousarray(table).view("V3").ravel()


def _values() -> npt.NDArray[np.int32]:
    table = np.full(256, _FOREIGN, dtype=np.int32)
    table[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(45)
    return table


_TRIPLES: Final = _triples()
_VALUES: Final = _values()
_VALUE_LIST: Final = _VALUES.tolist()
_WEIGHTS: Final = np.array([1, 45, 2025], dtype=np.int32)


def encode(data: bytes) -> str:
    """Base45 text of the bytes."""
    even = len(data) & ~1
    pairs = np.frombuffer(data, dtype=">u2", count=even // 2).astype(np.intp)
    text = _TRIPLES.take(pairs).tobytes().decode("ascii")
    if even == len(data):
        return text
    return text + ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45]


def decode(text: str) -> bytes:
    """Bytes of the base45 text.

    Raises:
        ProofError: BASE_45_DECODING_FAILED (foreign character, lone last character, group above 65,535 or,
            for the last two characters, above 255); TEXT_TOO_LONG.
    """
    if len(text) > MAX_BODY:
        raise ProofError(Code.TEXT_TOO_LONG, f"{len(text)} characters of base45")
    if not text.isascii() or len(text) % 3 == 1:
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    codes = text.encode("ascii")
    whole = len(codes) // 3 * 3
    data = _decode_triples(codes[:whole])
    return data if whole == len(codes) else data + _decode_pair(codes[whole:])


def _decode_triples(codes: bytes) -> bytes:
    if not codes:
        return b""
    digits = _VALUES.take(np.frombuffer(codes, dtype=np.uint8)).reshape(-1, 3)
    values = digits.dot(_WEIGHTS)
    if int(values.max()) > 65_535:  # noqa: PLR2004 -- two bytes
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    return bytes(values.astype(">u2").tobytes())


def _decode_pair(codes: bytes) -> bytes:
    value = _VALUE_LIST[codes[0]] + 45 * _VALUE_LIST[codes[1]]
    if value > 255:  # noqa: PLR2004 -- one byte
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    return bytes([value])
