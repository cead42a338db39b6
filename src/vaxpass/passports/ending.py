"""How passports end, in the transaction of what ends them.

The law, which the triggers of migration 0007 guard:

- A dose that is replaced leaves the live passport as it is while its successor walks; a superseded one that counts the
  dose is revoked at once, so that never two of them say what is no more.
- The transaction that records the passport with the successor revokes what counts an ancestor, of another person's row
  too: a corrected number, name or birth year makes another person.
- A dose that is withdrawn or refused revokes at once whatever counts it or an ancestor of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from vaxpass.passports.leaves import append_leaves
from vaxpass.passports.rules import DISEASE, LeafKind, Revocation, Status
from vaxpass.records import lines, series
from vaxpass.records.states import ENDED

_ENDED_STATES = sorted(int(state) for state in ENDED)


@dataclass(frozen=True, slots=True)
class Ended:
    """One passport that was revoked, what it was before (rules.Status), and the versions that it counted."""

    passport_id: int
    person_id: int
    uvci: str
    was: int
    version_ids: tuple[int, ...]


# Each half is answered by its own partial index; "status IN (1, 2)" by none.
_COUNTING = """
SELECT p.id FROM passports_passport p JOIN ministry_signing_runitem i ON i.id = p.id
WHERE p.person_id = ANY (%(people)s) AND p.disease = %(disease)s AND p.status = 1
  AND i.version_ids && %(versions)s::bigint[] AND %(live)s
UNION ALL
SELECT p.id FROM passports_passport p JOIN ministry_signing_runitem i ON i.id = p.id
WHERE p.person_id = ANY (%(people)s) AND p.disease = %(disease)s AND NOT (p.status = 1) AND p.status = 2
  AND i.version_ids && %(versions)s::bigint[]
"""

_REVOKE = """
WITH lying AS (
  SELECT p.id, p.status AS was FROM passports_passport p WHERE p.id = ANY (%(ids)s) ORDER BY p.id FOR NO KEY UPDATE
)
UPDATE passports_passport p SET status = 3, status_since = %(now)s, status_reason = %(reason)s
FROM lying JOIN ministry_signing_runitem i ON i.id = lying.id
WHERE p.id = lying.id AND p.status < 3
RETURNING p.id, p.person_id, p.uvci, lying.was, i.version_ids, p.kid, p.cose
"""


def counting(version_ids: Collection[int], *, live: bool = True) -> list[int]:
    """Give the passports, live (unless left out) or superseded, that count one of these dose versions."""
    people = set(series.people_of(list(version_ids)).values())
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTING, {"people": list(people), "disease": DISEASE, "versions": list(version_ids), "live": live}
        )
        return [row[0] for row in cursor.fetchall()]


def revoke(passport_ids: Collection[int], *, reason: str, now: datetime) -> list[Ended]:
    """Revoke those of the passports that are not yet, with their leaves; give them. Doing it twice changes nothing."""
    if not passport_ids:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REVOKE, {"ids": list(passport_ids), "now": now, "reason": reason})
        rows = sorted(cursor.fetchall())
        append_leaves(LeafKind.REVOKE, [(row[0], bytes(row[5]), bytes(row[6])) for row in rows], now)
    return [Ended(id_, person_id, uvci, was, tuple(counted)) for id_, person_id, uvci, was, counted, _, _ in rows]


def revoke_of_versions(version_ids: Collection[int], *, reason: str, now: datetime) -> list[int]:
    """Revoke every passport that counts one of these dose versions and still verifies; give the passports' ids.

    A superseded one too: its code is in somebody's pocket, and offline it looks like a live one.
    The revocation's log leaf is written in the same transaction. `reason`: rules.Revocation.
    """
    with transaction.atomic():
        return [one.passport_id for one in revoke(counting(version_ids), reason=reason, now=now)]


def after_withdrawal(version_ids: Collection[int], *, reason: str, now: datetime) -> list[Ended]:
    """Revoke what counts doses that were withdrawn or refused, or the doses that those had replaced."""
    with transaction.atomic():
        line = {*version_ids, *lines.ancestors_of(version_ids)}
        return revoke(counting(line), reason=reason, now=now)


def after_replacement(version_ids: Collection[int], *, now: datetime) -> list[Ended]:
    """Revoke the superseded passports that count replaced doses; the live one stays until the next is recorded."""
    with transaction.atomic():
        superseded = counting(version_ids, live=False)
        return revoke(superseded, reason=Revocation.DOSE_REPLACED.value, now=now)


# Making room for new passports ---------------------------------------------------------------------------------------

_SUPERSEDE = """
UPDATE passports_passport SET status = %(superseded)s, status_since = %(now)s
WHERE person_id = ANY (%(people)s) AND disease = %(disease)s AND status = %(live)s
RETURNING id
"""

_COUNT_AN_ENDED_DOSE = """
SELECT i.id FROM ministry_signing_runitem i WHERE i.id = ANY (%s) AND EXISTS (
  SELECT FROM unnest(i.version_ids) AS counted (id) JOIN records_versionstate s ON s.version_id = counted.id
  WHERE s.state = ANY (%s))
"""


def make_room(person_ids: Sequence[int], version_ids: Sequence[int], *, now: datetime) -> tuple[list[int], list[int]]:
    """Supersede the live passports of people who get a new one that counts `version_ids`.

    Give the superseded ones, and those to revoke: they count a dose that has ended, or an ancestor of a counted dose.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SUPERSEDE,
            {
                "people": list(person_ids),
                "disease": DISEASE,
                "live": int(Status.LIVE),
                "superseded": int(Status.SUPERSEDED),
                "now": now,
            },
        )
        superseded = [row[0] for row in cursor.fetchall()]
        lying = _counting_an_ended_dose(superseded)
    mended = lines.which_replace(version_ids, person_ids)
    if mended:
        lying |= _lock(counting(lines.ancestors_of(mended)))
    return [id_ for id_ in superseded if id_ not in lying], sorted(lying)


def _lock(passport_ids: Sequence[int]) -> set[int]:
    """Everybody locks passports before the log's counter; these are revoked only after it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM passports_passport WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [list(passport_ids)]
        )
        return {row[0] for row in cursor.fetchall()}


def _counting_an_ended_dose(passport_ids: Sequence[int]) -> set[int]:
    if not passport_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_AN_ENDED_DOSE, [list(passport_ids), _ENDED_STATES])
        return {row[0] for row in cursor.fetchall()}
