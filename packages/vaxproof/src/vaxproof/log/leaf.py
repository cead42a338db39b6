"""The canonical bytes of one leaf: who holds the QR code finds it, nobody else learns anything from it."""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from vaxproof.errors import Code, ProofError
from vaxproof.log.merkle import leaf_hash

DIGEST_BYTES = 32
KEY_ID_BYTES = 8

_HEAD, _DIGEST_END = b'{"cose":"', 73
_DIGEST = re.compile(rb"[0-9a-f]{64}")
_REST = re.compile(rb'","day":"([0-9]{4}-[0-9]{2}-[0-9]{2})","kid":"([0-9a-f]{16})","kind":"(issue|revoke)"\}')


class LeafKind(StrEnum):
    """What a leaf tells."""

    ISSUE = "issue"
    REVOKE = "revoke"


class Leaf(NamedTuple):
    """One leaf, read. `digest`: `cose_digest` of the certificate; `day`: in UTC, on which the leaf was written."""

    digest: bytes
    kind: LeafKind
    kid: bytes
    day: date


def cose_digest(cose_sign1: bytes) -> bytes:
    """SHA-256 over the whole COSE_Sign1 as it is in the QR code (32 bytes)."""
    return sha256(cose_sign1).digest()


def leaf_bytes(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """The canonical bytes of one leaf: RFC 8785 JSON of exactly four members.

    `{"cose":"<cose_digest, hex>","day":"YYYY-MM-DD","kid":"<hex>","kind":"issue"|"revoke"}` in UTF-8, without
    spaces, members in this order. The leaf's hash is RFC 6962's: SHA-256 over 0x00 and these.
    """
    return b'{"cose":"' + digest.hex().encode() + _rest_of_leaf(kind, kid, day)


@lru_cache(maxsize=256)
def _rest_of_leaf(kind: LeafKind, kid: bytes, day: date) -> bytes:
    """What a whole run's leaves have in common."""
    return f'","day":"{day.isoformat()}","kid":"{kid.hex()}","kind":"{kind}"}}'.encode()


def leaf_hash_of(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """The RFC 6962 leaf hash of `leaf_bytes`."""
    return leaf_hash(leaf_bytes(digest, kind, kid, day))


def read_leaf(data: bytes) -> Leaf:
    """The leaf in its canonical bytes; any other bytes are none.

    Raises:
        ProofError: LOG_LEAF_UNREADABLE.
    """
    if not data.startswith(_HEAD) or not _DIGEST.fullmatch(data, len(_HEAD), _DIGEST_END):
        raise ProofError(Code.LOG_LEAF_UNREADABLE, "digest")
    return Leaf(bytes.fromhex(data[len(_HEAD) : _DIGEST_END].decode()), *_read_rest(data[_DIGEST_END:]))


@lru_cache(maxsize=256)
def _read_rest(data: bytes) -> tuple[LeafKind, bytes, date]:
    """What a whole run's leaves have in common; kept, so that an audit reads it once."""
    match = _REST.fullmatch(data)
    if match is None:
        raise ProofError(Code.LOG_LEAF_UNREADABLE, "form")
    day, kid, kind = (part.decode() for part in match.groups())
    try:
        return LeafKind(kind), bytes.fromhex(kid), date.fromisoformat(day)
    except ValueError:
        raise ProofError(Code.LOG_LEAF_UNREADABLE, "day") from None
