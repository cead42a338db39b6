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


def _passed(counted: list[tuple[Limit, bytes]], now: datetime) -> Limit | None:
    keys = [lookup_hash("tally", limit.name, limit.span.value, whose.hex()) for limit, whose in counted]
    spans = [limit.span.around(now) for limit, _ in counted]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [keys, [span[0] for span in spans], [span[1] for span in spans]])
        counts = {bytes(key): done for key, done in cursor.fetchall()}
    return next((limit for (limit, _), key in zip(counted, keys, strict=True) if counts[key] > limit.most), None)
