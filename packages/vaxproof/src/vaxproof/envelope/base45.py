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

_NATIVE = np.dtype(np.uint16)
_BIG_ENDIAN = np.dtype(">u2")


def _triples() -> npt.NDArray[np.void]:
    """Three characters for each two bytes, found by the number that this machine reads in them."""
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    value = np.arange(65_536, dtype=_NATIVE).view(_BIG_ENDIAN).astype(np.intp)
    table = np.stack([letters[value % 45], letters[value // 45 % 45], letters[value // 2025]], axis=1)
    return np.ascontiguousarray(table).view("V3").ravel()


def _values() -> npt.NDArray[np.float32]:
    """The value of each character; floating, because that is how numpy multiplies matrices fast, and exact here."""
    table = np.full(256, _FOREIGN, dtype=np.float32)
    table[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(45)
    return table


_TRIPLES: Final = _triples()
_VALUES: Final = _values()
_VALUE_LIST: Final = [int(value) for value in _VALUES]
_WEIGHTS: Final = np.array([1, 45, 2025], dtype=np.float32)


def encode(data: bytes) -> str:
    """Base45 text of the bytes."""
    pairs = np.frombuffer(data, _NATIVE, len(data) // 2)
    text = _TRIPLES.take(pairs).tobytes().decode("ascii")
    return text + ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45] if len(data) & 1 else text


def decode(text: str) -> bytes:
    """Bytes of the base45 text.

    Raises:
        ProofError: BASE_45_DECODING_FAILED (foreign character, lone last character, group above 65,535 or,
            for the last two characters, above 255); TEXT_TOO_LONG.
    """
    size = len(text)
    if size > MAX_BODY:
        raise ProofError(Code.TEXT_TOO_LONG, f"{size} characters of base45")
    lone = size % 3
    if lone == 1 or not text.isascii():
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    codes = text.encode("ascii")
    if not lone:
        return _decode_triples(codes)
    return _decode_triples(codes[:-2]) + _decode_pair(codes[-2:])


def _decode_triples(codes: bytes) -> bytes:
    if not codes:
        return b""
    values = _VALUES.take(np.frombuffer(codes, np.uint8), mode="wrap").reshape(-1, 3).dot(_WEIGHTS)
    if values[values.argmax()] > 65_535:  # noqa: PLR2004 -- two bytes; finding it costs less than numpy's maximum
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    return bytes(values.astype(_BIG_ENDIAN).tobytes())


def _decode_pair(codes: bytes) -> bytes:
    value = _VALUE_LIST[codes[0]] + 45 * _VALUE_LIST[codes[1]]
    if value > 255:  # noqa: PLR2004 -- one byte
        raise ProofError(Code.BASE_45_DECODING_FAILED)
    return bytes([value])
