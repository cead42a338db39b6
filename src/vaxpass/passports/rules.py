"""What a passport's status says, and its stored words beside those of the public log: pure."""

from datetime import date, datetime
from enum import IntEnum, StrEnum

from vaxproof.log import leaf
from vaxproof.log.leaf import cose_digest

__all__ = [
    "DISEASE",
    "KIND_WORDS",
    "LeafKind",
    "Revocation",
    "Shown",
    "Status",
    "cose_digest",
    "leaf_bytes",
    "leaf_hash_of",
    "shown_status",
]

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


KIND_WORDS = {LeafKind.ISSUE: leaf.LeafKind.ISSUE, LeafKind.REVOKE: leaf.LeafKind.REVOKE}


def shown_status(status: int, expires_at: datetime, now: datetime) -> Shown:
    """Say what the passport is now; a live one past its end is EXPIRED."""
    if status == Status.LIVE and expires_at <= now:
        return Shown.EXPIRED
    return Shown[Status(status).name]


def leaf_bytes(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """Give the canonical bytes of one leaf (vaxproof.log.leaf) from what its row has."""
    return leaf.leaf_bytes(digest, KIND_WORDS[kind], kid, day)


def leaf_hash_of(digest: bytes, kind: LeafKind, kid: bytes, day: date) -> bytes:
    """Give the RFC 6962 leaf hash of `leaf_bytes`."""
    return leaf.leaf_hash_of(digest, KIND_WORDS[kind], kid, day)
