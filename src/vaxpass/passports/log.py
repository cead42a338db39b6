"""The log and the passports side by side: leaves that share a digest's beginning, and whatever does not fit.

Both tables are written in one transaction, so at any moment of the database each passport has its leaf of issue, each
revoked one its leaf of revocation, and no leaf anything else. What breaks that was done behind the platform's back.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.db import connection

from vaxpass.passports.rules import LeafKind, Status, leaf_bytes

PREFIX_DIGITS = 8
"""Hex digits of a digest that the index knows."""
WINDOW = 50_000
"""Leaves that are compared by one statement."""


class Fault(StrEnum):
    """What does not fit."""

    SIGNATURE_WITHOUT_LEAF = "SIGNATURE_WITHOUT_LEAF"
    REVOCATION_WITHOUT_LEAF = "REVOCATION_WITHOUT_LEAF"
    LEAF_WITHOUT_PASSPORT = "LEAF_WITHOUT_PASSPORT"
    LEAF_WITHOUT_REVOCATION = "LEAF_WITHOUT_REVOCATION"
    LEAF_OF_OTHER_BYTES = "LEAF_OF_OTHER_BYTES"
    LEAF_OF_OTHER_KEY = "LEAF_OF_OTHER_KEY"
    LEAF_OF_OTHER_DAY = "LEAF_OF_OTHER_DAY"
    LEAF_HASH_WRONG = "LEAF_HASH_WRONG"
    LEAF_TWICE = "LEAF_TWICE"
    LEAF_BEYOND = "LEAF_BEYOND"
    LOG_GAP = "LOG_GAP"


class Misfit(NamedTuple):
    """One thing that does not fit: a passport, a leaf, or both. `position`: of the leaf, where there is one."""

    fault: Fault
    passport_id: int | None
    position: int | None


class Totals(NamedTuple):
    """How many there are, all at one moment. `size`: of the counter; `leaves`: rows."""

    passports: int
    revoked: int
    leaves: int
    end: int
    size: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Leaves counted by key, day and kind."""

    counts: Counter[tuple[bytes, date, int]]

    def of_kind(self, kind: LeafKind) -> int:
        """How many of one kind."""
        return sum(count for (_, _, counted), count in self.counts.items() if counted == kind)


_WITH_PREFIX = """
SELECT position, kind, kid, day, digest FROM passports_logleaf
WHERE substring(digest FROM 1 FOR 4) BETWEEN %s AND %s ORDER BY position
"""


def leaves_with_prefix(prefix: str) -> list[tuple[int, bytes]]:
    """Give position and canonical bytes of the leaves whose digest begins with up to eight hex digits, in order."""
    if len(prefix) > PREFIX_DIGITS:
        raise ValueError("longer than the index knows")
    first, last = (bytes.fromhex(prefix.ljust(PREFIX_DIGITS, digit)) for digit in "0f")
    with connection.cursor() as cursor:
        cursor.execute(_WITH_PREFIX, [first, last])
        return [
            (position, leaf_bytes(bytes(digest), LeafKind(kind), bytes(kid), day))
            for position, kind, kid, day, digest in cursor.fetchall()
        ]


_TOTALS = """
SELECT (SELECT count(*) FROM passports_passport),
       (SELECT count(*) FROM passports_passport WHERE status = %s),
       (SELECT count(*) FROM passports_logleaf),
       (SELECT coalesce(max(position) + 1, 0) FROM passports_logleaf),
       (SELECT coalesce(max(size), 0) FROM passports_logcounter)
"""


def totals() -> Totals:
    """Count both tables at one moment; mostly from indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [int(Status.REVOKED)])
        return Totals(*cursor.fetchone())


def windows(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut positions into pieces that one statement takes."""
    for start in range(first, end, WINDOW):
        yield start, min(end, start + WINDOW)


_TALLY = """
SELECT kid, day, kind, count(*) FROM passports_logleaf WHERE position >= %s AND position < %s GROUP BY 1, 2, 3
"""


def tally(first: int, end: int) -> Tally:
    """Count the leaves from `first` to before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [first, end])
        return Tally(Counter({(bytes(kid), day, kind): count for kid, day, kind, count in cursor.fetchall()}))


# The leaf's bytes are put together here a second time, on purpose: the monitor must not repeat a fault of the writer.
_MISFITS = """
SELECT CASE
  WHEN p.id IS NULL THEN 'LEAF_WITHOUT_PASSPORT'
  WHEN l.digest <> sha256(p.cose) THEN 'LEAF_OF_OTHER_BYTES'
  WHEN l.kid <> p.kid THEN 'LEAF_OF_OTHER_KEY'
  WHEN l.kind = 1 AND l.day <> (p.recorded_at AT TIME ZONE 'UTC')::date THEN 'LEAF_OF_OTHER_DAY'
  WHEN l.kind = 2 AND p.status <> %(revoked)s THEN 'LEAF_WITHOUT_REVOCATION'
  WHEN l.hash <> sha256('\\x00'::bytea || convert_to(
    '{"cose":"' || encode(l.digest, 'hex') || '","day":"' || to_char(l.day, 'YYYY-MM-DD')
    || '","kid":"' || encode(l.kid, 'hex') || '","kind":"' || CASE l.kind WHEN 1 THEN 'issue' ELSE 'revoke' END
    || '"}', 'UTF8')) THEN 'LEAF_HASH_WRONG'
END AS fault, l.passport_id, l.position
FROM passports_logleaf l LEFT JOIN passports_passport p ON p.id = l.passport_id
WHERE l.position >= %(first)s AND l.position < %(end)s
"""
_NAMED = f"SELECT * FROM ({_MISFITS}) named WHERE fault IS NOT NULL ORDER BY position LIMIT %(most)s"  # noqa: S608 -- ours


def misfits_of_leaves(first: int, end: int, *, most: int) -> list[Misfit]:
    """Give the leaves from `first` to before `end` that do not fit their passport, at most so many."""
    values = {"first": first, "end": end, "most": most, "revoked": int(Status.REVOKED)}
    return _misfits(_NAMED, values)


_TWICE = """
SELECT 'LEAF_TWICE', l.passport_id, l.position FROM passports_logleaf l
WHERE l.position >= %(first)s AND l.position < %(end)s AND EXISTS (
  SELECT FROM passports_logleaf o
  WHERE o.passport_id = l.passport_id AND o.kind = l.kind AND (o.position, o.at) < (l.position, l.at)
) ORDER BY l.position LIMIT %(most)s
"""


def repeated_leaves(first: int, end: int, *, most: int) -> list[Misfit]:
    """Give the leaves there that tell again what an earlier one told."""
    return _misfits(_TWICE, {"first": first, "end": end, "most": most})


_GAPS = """
SELECT 'LOG_GAP', NULL::bigint, expected FROM generate_series(%(first)s::bigint, %(end)s::bigint - 1) expected
WHERE NOT EXISTS (SELECT FROM passports_logleaf l WHERE l.position = expected) ORDER BY expected LIMIT %(most)s
"""


def gaps(first: int, end: int, *, most: int) -> list[Misfit]:
    """Give the positions there that have no leaf."""
    return _misfits(_GAPS, {"first": first, "end": end, "most": most})


_OUTSIDE = """
SELECT 'LEAF_BEYOND', l.passport_id, l.position FROM passports_logleaf l, passports_logcounter c
WHERE l.position >= c.size OR l.position < 0 ORDER BY l.position LIMIT %(most)s
"""


def leaves_beyond(*, most: int) -> list[Misfit]:
    """Give the leaves at positions that the counter never gave out."""
    return _misfits(_OUTSIDE, {"most": most})


_WITHOUT_LEAF = """
SELECT 'SIGNATURE_WITHOUT_LEAF', p.id, NULL::bigint FROM passports_passport p
WHERE NOT EXISTS (SELECT FROM passports_logleaf l WHERE l.passport_id = p.id AND l.kind = 1)
ORDER BY p.id LIMIT %(most)s
"""
_WITHOUT_REVOCATION = """
SELECT 'REVOCATION_WITHOUT_LEAF', p.id, NULL::bigint FROM passports_passport p
WHERE p.status = %(revoked)s AND NOT EXISTS (
  SELECT FROM passports_logleaf l WHERE l.passport_id = p.id AND l.kind = 2
) ORDER BY p.id LIMIT %(most)s
"""


def passports_without_leaf(*, most: int) -> list[Misfit]:
    """Give the passports that the log does not know, then the revoked ones whose revocation it does not know.

    Reads both tables whole.
    """
    found = _misfits(_WITHOUT_LEAF, {"most": most})
    return found + _misfits(_WITHOUT_REVOCATION, {"most": most, "revoked": int(Status.REVOKED)})


_IDS = "SELECT DISTINCT passport_id FROM passports_logleaf WHERE position >= %s AND position < %s AND kind = 1"


def issued_between(first: int, end: int) -> list[int]:
    """Give the passports whose leaves of issue lie there."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [first, end])
        return [id_ for (id_,) in cursor.fetchall()]


def _misfits(statement: str, values: dict[str, int]) -> list[Misfit]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Misfit(Fault(fault), passport_id, position) for fault, passport_id, position in cursor.fetchall()]
