"""Is this dose there already? Asked before anything is written, so that a clerk sees it while the file is checked.

The answer may be old a second later: what decides in the end is the unique index over live doses.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from vaxpass.records.states import ENDED

_BATCH = 5_000
DoseKey = tuple[bytes, date]
"""The person's key (`receiving.person_key`) and the day: one person has one live dose a day."""

# The condition on states repeats the partial index's own words, or PostgreSQL would not use that index.
_LIVE = f"""
SELECT k.key, k.day, v.product, v.id
FROM unnest(%s::bytea[], %s::date[]) AS k (key, day)
JOIN records_person p ON p.key = k.key
JOIN records_versionstate s ON s.person_id = p.id AND s.given_on = k.day
  AND NOT (s.state IN ({", ".join(str(int(state)) for state in sorted(ENDED))}))
JOIN records_doseversion v ON v.id = s.version_id
"""  # noqa: S608 -- the numbers of our own states


def find_live_doses(keys: Sequence[DoseKey]) -> dict[DoseKey, tuple[str, int]]:
    """Give product and version id of the live dose under each key that has one."""
    found: dict[DoseKey, tuple[str, int]] = {}
    for batch in _batches(keys):
        with connection.cursor() as cursor:
            cursor.execute(_LIVE, [[key for key, _ in batch], [day for _, day in batch]])
            found.update({(bytes(row[0]), row[1]): (row[2], row[3]) for row in cursor.fetchall()})
    return found


def _batches(keys: Sequence[DoseKey]) -> Iterator[Sequence[Any]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
