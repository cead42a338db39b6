"""What a passport's status says, and the canonical bytes of a leaf of the public log: pure."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from hashlib import sha256

from vaxproof.log.merkle import leaf_hash

DISEASE = "840539006"  # COVID-19, SNOMED CT, as the EU value set has it


class Status(IntEnum):
    """What is stored; EXPIRED follows from the time. The numbers are stored; never reuse one."""

    LIVE = 1
    SUPERSEDED = 2
    REVOKED = 3


class Shown(StrEnum):
    """What a reader is told."""

    LIVE = "LIVE"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


class LeafKind(IntEnum):
    """What a leaf of the log tells."""

    ISSUE = 1
    REVOKE = 2


class Revocation(StrEnum):
    """Why a passport was revoked."""

    DOSE_REPLACED = "DOSE_REPLACED"
    REPORT_ACCEPTED = "REPORT_ACCEPTED"


KIND_WORDS = {LeafKind.ISSUE: "issue", LeafKind.REVOKE: "revoke"}


def shown_status(status: int, expires_at: datetime, now: datetime) -> Shown:
    """Say what the passport is now; a live one past its end is EXPIRED."""
    if status == Status.LIVE and expires_at <= now:
        return Shown.EXPIRED
    return Shown[Status(status).name]


def cose_digest(cose_sign1: bytes) -> bytes:
    """SHA-256 over the whole COSE_Sign1 as it is in the QR code (32 bytes)."""
    return sha256(cose_sign1).digest()


def leaf_bytes(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """The canonical bytes of one leaf: RFC 8785 JSON of exactly four members.

    `{"cose":"<sha256 of the COSE_Sign1, hex>","day":"YYYY-MM-DD","kid":"<hex>","kind":"issue"|"revoke"}` in UTF-8,
    without spaces, members in this order. `day`: the day in UTC on which the leaf was written. No personal data:
    only one who holds the QR code can compute the digest. The leaf's hash is RFC 6962's: SHA-256 over 0x00 and these.
    """
    return b'{"cose":"' + digest.hex().encode() + _rest_of_leaf(kind, kid, day)


@lru_cache(maxsize=256)
def _rest_of_leaf(kind: LeafKind, kid: bytes, day: date) -> bytes:
    """What a whole run's leaves have in common."""
    return f'","day":"{day.isoformat()}","kid":"{kid.hex()}","kind":"{KIND_WORDS[kind]}"}}'.encode()


def leaf_hash_of(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """The RFC 6962 leaf hash of `leaf_bytes`."""
    return leaf_hash(leaf_bytes(digest, kind, kid, day))
