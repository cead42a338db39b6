"""Reading whole series of doses for the ministry's runs: set-based, in the order of people, nothing unsealed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from vaxpass.records.facts import LiveState, SeriesDose
from vaxpass.records.states import ENDED, State

_LIVE = f"NOT (s.state IN ({', '.join(str(int(state)) for state in sorted(ENDED))}))"  # the words of the partial index
_ATTESTED = f"s.state = {int(State.ATTESTED)}"

_NEXT_PEOPLE = f"""
SELECT DISTINCT s.person_id FROM records_versionstate s
WHERE {_ATTESTED} AND s.person_id > %s ORDER BY s.person_id LIMIT %s
"""  # noqa: S608 -- constants of this file, no value from outside

_NEXT_PEOPLE_OF_FACILITIES = f"""
SELECT DISTINCT s.person_id FROM records_versionstate s
WHERE {_ATTESTED} AND s.person_id > %s AND s.facility_id = ANY (%s) ORDER BY s.person_id LIMIT %s
"""  # noqa: S608 -- constants of this file, no value from outside

# A mended dose was entered when its first version was, unless the mending moved its day: that is another claim.
_ENTERED_AT = """
CASE WHEN v.replaces_id IS NULL THEN v.entered_at ELSE coalesce(
  (SELECT f.entered_at FROM records_doseversion f WHERE f.id = v.dose_id AND f.given_on = v.given_on), v.entered_at) END
"""

_NEXT_PEOPLE_MENDED = f"""
SELECT DISTINCT v.person_id FROM records_doseversion v JOIN records_versionstate s ON s.version_id = v.id
WHERE v.replaces_id IS NOT NULL AND v.person_id > %s AND {_ATTESTED} AND s.person_id = v.person_id
ORDER BY v.person_id LIMIT %s
"""  # noqa: S608 -- constants of this file, no value from outside

_LIVE_DOSES = f"""
SELECT s.version_id, s.person_id, s.facility_id, s.state, s.given_on, {_ENTERED_AT}, v.product,
       i.full_name, i.sex, i.birth_date
FROM records_versionstate s
JOIN records_doseversion v ON v.id = s.version_id
JOIN records_identity i ON i.id = v.identity_id
WHERE s.person_id = ANY (%s) AND {_LIVE}
ORDER BY s.person_id, s.given_on
"""  # noqa: S608 -- constants of this file, no value from outside

_LOCK_LIVE_DOSES = f"""
SELECT s.version_id, s.person_id, s.given_on, s.state FROM records_versionstate s
WHERE s.person_id = ANY (%s) AND {_LIVE} ORDER BY s.version_id FOR NO KEY UPDATE
"""  # noqa: S608 -- constants of this file, no value from outside

_BUSY_DAYS = f"""
SELECT facility_id, array_agg(given_on), array_agg(doses) FROM (
  SELECT s.facility_id, s.given_on, count(*) AS doses FROM records_versionstate s
  WHERE {_LIVE} AND (%s::bigint[] IS NULL OR s.facility_id = ANY (%s)) GROUP BY s.facility_id, s.given_on
) AS per_day GROUP BY facility_id HAVING max(doses) >= %s
"""  # noqa: S608 -- constants of this file, no value from outside


def next_people_with_attested_dose(after: int, limit: int, facility_ids: Sequence[int] | None = None) -> list[int]:
    """List up to `limit` people with an attested dose (of these facilities, if named), in order of id past `after`."""
    with connection.cursor() as cursor:
        if facility_ids is None:
            cursor.execute(_NEXT_PEOPLE, [after, limit])
        else:
            cursor.execute(_NEXT_PEOPLE_OF_FACILITIES, [after, list(facility_ids), limit])
        return [row[0] for row in cursor.fetchall()]


def next_people_with_mended_dose(after: int, limit: int) -> list[int]:
    """List up to `limit` people with a mended dose that is attested, in order of id past `after`."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PEOPLE_MENDED, [after, limit])
        return [row[0] for row in cursor.fetchall()]


def live_doses_of(person_ids: Sequence[int]) -> list[SeriesDose]:
    """Give every live dose of some people, by person and day."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE_DOSES, [list(person_ids)])
        return [SeriesDose(*row) for row in cursor.fetchall()]


def lock_live_doses(person_ids: Sequence[int]) -> list[LiveState]:
    """Give where the live doses of some people stand, and keep them there until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LIVE_DOSES, [list(person_ids)])
        return list(map(LiveState._make, cursor.fetchall()))


def facilities_with_busy_days(
    at_least: int, facility_ids: Sequence[int] | None = None
) -> Iterator[tuple[int, list[date], list[int]]]:
    """Give, for each facility (of these) that gave at least so many doses on some day, all its days and their doses.

    One pass over the states; the rows stream, a facility at a time.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        named = None if facility_ids is None else list(facility_ids)
        cursor.execute(_BUSY_DAYS, [named, named, at_least])
        yield from cursor


def people_of(version_ids: Sequence[int]) -> dict[int, int]:
    """Give the person of each version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version_id, person_id FROM records_versionstate WHERE version_id = ANY (%s)", [list(version_ids)]
        )
        return dict(cursor.fetchall())


def attested_waiting() -> tuple[int, datetime | None]:
    """Count the attested doses that wait for the ministry; since when the oldest of them waits."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(s.since) FROM records_versionstate s WHERE {_ATTESTED}")  # noqa: S608 -- as above
        number, since = cursor.fetchone()
    return number, since
