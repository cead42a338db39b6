"""CBOR (RFC 8949) under our own limits: size, depth, no repeated keys, no tags but those that HCERT knows."""

import os
from typing import Any, Final, NoReturn

import cbor2

from vaxproof.envelope.deflate import MAX_INFLATED
from vaxproof.errors import Code, ProofError

MAX_DEPTH = 10
"""Nested arrays, maps and tags; a certificate needs 6, of which one is ours (see `_END`)."""

COSE_SIGN1_TAG = 18
CWT_TAG = 61

# Tags that cbor2 would interpret: big numbers of any size, regular expressions, shared and cyclic values.
_INTERPRETED = (1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
# Appended as a second array item, so that bytes after the value are noticed; unforeseeable, so not imitable.
_END: Final = os.urandom(8)
_HEAD: Final = b"\x82"
_TAIL: Final = b"\x48" + _END


def _refuse(*_: object) -> NoReturn:
    raise ValueError("tag")


def _known_tag(tag: cbor2.CBORTag, _immutable: bool = False) -> cbor2.CBORTag:  # noqa: FBT001, FBT002 -- cbor2's call
    if tag.tag not in (COSE_SIGN1_TAG, CWT_TAG):
        raise ValueError("tag")
    return tag


def _untagged(value: object, _immutable: bool = False) -> object:  # noqa: FBT001, FBT002 -- cbor2's call
    if not isinstance(value, str):
        raise ValueError("tag 0")  # noqa: TRY004 -- cbor2 wraps it
    return value


_DECODERS: Final[dict[int, Any]] = {0: _untagged} | dict.fromkeys(_INTERPRETED, _refuse)


def decode(data: bytes) -> Any:
    """One CBOR value and nothing after it; tag 0 (a date) comes as text, tags 18 and 61 as `CBORTag`.

    Raises:
        ProofError: CBOR_DESERIALIZATION_FAILED.
    """
    if len(data) > MAX_INFLATED:
        raise ProofError(Code.CBOR_DESERIALIZATION_FAILED, f"{len(data)} bytes")
    try:
        value, end = cbor2.loads(
            _HEAD + data + _TAIL,
            max_depth=MAX_DEPTH,
            allow_duplicate_keys=False,
            semantic_decoders=_DECODERS,
            tag_hook=_known_tag,
        )
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise ProofError(Code.CBOR_DESERIALIZATION_FAILED) from None
    if end != _END:
        raise ProofError(Code.CBOR_DESERIALIZATION_FAILED, "bytes after the value")
    return value


def text(value: str) -> bytes:
    """A definite-length text string. Bytes: at most 65,535 of UTF-8."""
    data = value.encode()
    return _head(0x60, len(data)) + data


def octets(value: bytes) -> bytes:
    """A definite-length byte string. Bytes: at most 65,535."""
    return _head(0x40, len(value)) + value


def unsigned(value: int) -> bytes:
    """A number from 0 to 2^64 - 1 in its shortest form."""
    if value < 65_536:  # noqa: PLR2004 -- two bytes
        return _head(0, value)
    return b"\x1a" + value.to_bytes(4, "big") if value >> 32 == 0 else b"\x1b" + value.to_bytes(8, "big")


def _head(major: int, value: int) -> bytes:
    if value < 24:  # noqa: PLR2004 -- RFC 8949 §3: fits the first byte
        return bytes((major + value,))
    if value < 256:  # noqa: PLR2004 -- one more byte
        return bytes((major + 24, value))
    return bytes((major + 25, value >> 8, value & 255))
