"""Counting how often something was done: one statement for all that is counted, the same for everybody."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.db import connection

from vaxpass.citizens.rules import Limit
from vaxpass.offices.scope import Refused
from vaxpass.records.sealing import lookup_hash

_COUNT = """
INSERT INTO citizens_tally (key, since, until, count)
SELECT key, since, until, 1 FROM unnest(%s::bytea[], %s::timestamptz[], %s::timestamptz[]) AS one (key, since, until)
ORDER BY key, since
ON CONFLICT (key, since) DO UPDATE SET count = citizens_tally.count + 1
RETURNING key, count
"""
_LOOK = """
SELECT t.key, t.count FROM unnest(%s::bytea[], %s::timestamptz[]) AS one (key, since)
JOIN citizens_tally t ON t.key = one.key AND t.since = one.since
"""


def limits_of(limits: Iterable[Limit], whose: bytes) -> list[tuple[Limit, bytes]]:
    """Say of whom these limits are counted; `whose` is a keyed hash (a phone, what was typed, an address)."""
    return [(limit, whose) for limit in limits]


def count(*groups: Iterable[tuple[Limit, bytes]], now: datetime) -> None:
    """Count once more and refuse with the code of the first limit that is passed; groups come from `limits_of`."""
    passed = _passed(list(chain(*groups)), now)
    if passed is not None:
        raise Refused(passed.code, most=passed.most)


def is_within(*groups: Iterable[tuple[Limit, bytes]], now: datetime) -> bool:
    """Count once more and say whether all limits hold: for what may not be refused aloud."""
    return _passed(list(chain(*groups)), now) is None


def refuse_used_up(group: Iterable[tuple[Limit, bytes]], *, now: datetime) -> None:
    """Refuse with the code of the first limit that is reached, without counting: for what is counted afterwards."""
    counted = list(group)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, _parameters(counted, now)[:2])
        counts = {bytes(key): done for key, done in cursor.fetchall()}
    for limit, whose in counted:
        if counts.get(_key(limit, whose), 0) >= limit.most:
            raise Refused(limit.code, most=limit.most)


def _key(limit: Limit, whose: bytes) -> bytes:
    return lookup_hash("tally", limit.name, limit.span.value, whose.hex())


def _parameters(counted: list[tuple[Limit, bytes]], now: datetime) -> list[list[bytes] | list[datetime]]:
    spans = [limit.span.around(now) for limit, _ in counted]
    return [[_key(*one) for one in counted], [span[0] for span in spans], [span[1] for span in spans]]


def _passed(counted: list[tuple[Limit, bytes]], now: datetime) -> Limit | None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _parameters(counted, now))
        counts = {bytes(key): done for key, done in cursor.fetchall()}
    return next((limit for limit, whose in counted if counts[_key(limit, whose)] > limit.most), None)
