"""Appending to the log. Comes last in a transaction: the counter stays locked until the commit."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection

from vaxpass.passports.rules import LeafKind, cose_digest, leaf_hash_of
from vaxpass.records.copying import copy_rows

_LEAF = {
    "position": "int8", "at": "timestamptz", "kind": "int2", "kid": "bytea", "day": "date", "digest": "bytea",
    "hash": "bytea", "passport_id": "int8",
}  # fmt: skip

_GROW = """
INSERT INTO passports_logcounter AS c (id, size)
VALUES (1, (SELECT coalesce(max(position) + 1, 0) FROM passports_logleaf) + %s)
ON CONFLICT (id) DO UPDATE SET size = c.size + %s RETURNING size
"""


def append_leaves(kind: LeafKind, signed: Sequence[tuple[int, bytes, bytes]], at: datetime) -> None:
    """Append one leaf for each (passport, kid, COSE)."""
    if not signed:
        return
    day = at.astimezone(UTC).date()
    digests = [cose_digest(cose) for _, _, cose in signed]
    hashes = [leaf_hash_of(digest, kind, kid, day) for digest, (_, kid, _) in zip(digests, signed, strict=True)]
    position = _grow_log(len(signed))
    copy_rows(
        "passports_logleaf",
        _LEAF,
        (
            (position + place, at, int(kind), kid, day, digests[place], hashes[place], passport_id)
            for place, (passport_id, kid, _) in enumerate(signed)
        ),
    )


def _grow_log(leaves: int) -> int:
    """Take the next positions; whoever comes after waits for our commit, so a position once given is never lost."""
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [leaves, leaves])
        return int(cursor.fetchone()[0]) - leaves
