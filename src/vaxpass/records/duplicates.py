"""Is this dose there already? Asked before anything is written, so that a clerk sees it while the file is checked.

The answer may be old a second later: what decides in the end is the unique index over live doses.
"""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice

from django.db import connection

from vaxpass.records.states import ENDED

_BATCH = 5_000
DoseKey = tuple[bytes, date]
"""The person's key (`receiving.person_key`) and the day: one person has one live dose a day."""

# The condition on states repeats the partial index's own words, or PostgreSQL would not use that index.
_LIVE = f"""
SELECT k.key, s.given_on, v.product, v.id
FROM unnest(%s::bytea[]) AS k (key)
JOIN records_person p ON p.key = k.key
JOIN records_versionstate s ON s.person_id = p.id
  AND NOT (s.state IN ({", ".join(str(int(state)) for state in sorted(ENDED))}))
JOIN records_doseversion v ON v.id = s.version_id
"""  # noqa: S608 -- the numbers of our own states


def find_live_doses(keys: Collection[DoseKey]) -> dict[DoseKey, tuple[str, int]]:
    """Give product and version id of the live dose under each key that has one."""
    found: dict[DoseKey, tuple[str, int]] = {}
    for batch in _batches({key for key, _ in keys}):
        with connection.cursor() as cursor:
            cursor.execute(_LIVE, [batch])
            found.update({(bytes(row[0]), row[1]): (row[2], row[3]) for row in cursor.fetchall()})
    return {key: found[key] for key in keys if key in found} if found else {}


def _batches(keys: Collection[bytes]) -> Iterator[list[bytes]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
