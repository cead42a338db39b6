"""Reading records. Pages reach single records through access.py, which also writes down the look."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet

from vaxpass.offices.queries import facilities_in_scope, facility_ids
from vaxpass.offices.scope import Actor
from vaxpass.records.facts import DoseFacts, IdentityFacts, VersionFacts
from vaxpass.records.models import DoseVersion, History, Look, VersionState
from vaxpass.records.sealing import lookup_hash, open_seal
from vaxpass.records.states import State, Turn, states_waiting_for

_VERSION = """
SELECT v.id, v.dose_id, v.version_no, v.person_id, v.identity_id, v.facility_id, s.state, s.since, s.reason,
  v.entered_by_id, v.entered_at, v.facility_states_identity,
  i.full_name, i.sex, i.birth_date, i.nationality, i.number_kind, i.number_sealed, i.phone_sealed, i.address_sealed,
  v.product, v.lot, v.given_on, v.dose_number, v.place, v.priority_group
FROM records_doseversion v
JOIN records_versionstate s ON s.version_id = v.id
JOIN records_identity i ON i.id = v.identity_id
"""


def _facts(row: tuple[Any, ...]) -> VersionFacts:
    name, sex, birth_date, nationality, kind = row[12:17]
    identity = IdentityFacts(
        name, sex, birth_date, nationality, kind, open_seal(row[17]), open_seal(row[18]), open_seal(row[19])
    )
    return VersionFacts(*(*row[:12], identity, DoseFacts(*row[20:26])))


def get_versions(version_ids: Sequence[int]) -> list[VersionFacts]:
    """Give versions by id, in order of id; unknown ids are left out. Opens the sealed numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION + " WHERE v.id = ANY (%s) ORDER BY v.id", [list(version_ids)])
        return [_facts(row) for row in cursor.fetchall()]


def versions_of_people(person_ids: Sequence[int]) -> list[VersionFacts]:
    """Give every version of some people, by person, day and version."""
    with connection.cursor() as cursor:
        cursor.execute(
            _VERSION + " WHERE v.person_id = ANY (%s) ORDER BY v.person_id, v.given_on, v.id",
            [list(person_ids)],
        )
        return [_facts(row) for row in cursor.fetchall()]


def states_in_scope(actor: Actor) -> QuerySet[VersionState]:
    """List the state rows of the facilities that the actor reaches."""
    if actor.office_kind == "ministry":
        return VersionState.objects.all()
    return VersionState.objects.filter(facility_id__in=facilities_in_scope(actor).values("pk"))


def count_by_state(actor: Actor) -> dict[State, int]:
    """Count the versions that the actor reaches by state."""
    rows = states_in_scope(actor).values("state").annotate(n=Count("pk")).values_list("state", "n")
    found = dict(rows)
    return {state: found.get(int(state), 0) for state in State}


def count_by_facility_and_state() -> dict[int, dict[State, int]]:
    """Count all versions by facility and state."""
    result: dict[int, dict[State, int]] = {}
    rows = VersionState.objects.values("facility_id", "state").annotate(n=Count("pk"))
    for facility_id, state, number in rows.values_list("facility_id", "state", "n"):
        result.setdefault(facility_id, {})[State(state)] = number
    return result


def version_ids_in_state(facility_id: int, states: Iterable[State], limit: int) -> list[int]:
    """List ids of a facility's versions in some states, oldest first."""
    return list(
        VersionState.objects.filter(facility_id=facility_id, state__in=[int(s) for s in states])
        .order_by("state", "version_id")
        .values_list("version_id", flat=True)[:limit]
    )


def find_people_by_number(number: str) -> list[int]:
    """Find the people who were declared with a number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM records_identity WHERE number_key = %s",
            [lookup_hash("number", number)],
        )
        return [row[0] for row in cursor.fetchall()]


def history_of(version_ids: Sequence[int]) -> list[History]:
    """Give the steps of some versions, oldest first."""
    return list(History.objects.filter(version_id__in=version_ids).order_by("at", "id"))


def looks_at(person_id: int, limit: int = 100) -> list[Look]:
    """Give who looked at a person, newest first."""
    return list(Look.objects.filter(person_id=person_id).order_by("-at")[:limit])


def since_oldest(actor: Actor, state: State) -> datetime | None:
    """Give the time since which the oldest version waits in a state."""
    return states_in_scope(actor).filter(state=int(state)).order_by("since").values_list("since", flat=True).first()


def received_doses() -> QuerySet[DoseVersion]:
    """List the dose versions that are RECEIVED, in no order; the caller filters and limits."""
    # By facility, because the state index begins with it: received rows are few among millions.
    states = VersionState.objects.filter(state=int(State.RECEIVED), facility_id__in=facility_ids())
    return DoseVersion.objects.filter(pk__in=states.values("version_id"))


def versions_of_identities(identity_ids: Sequence[int], states: Iterable[State]) -> list[VersionFacts]:
    """Give the versions that carry some identities and stand in some states, by id. Opens the sealed numbers."""
    where = " AND v.person_id = i.person_id WHERE i.id = ANY (%s) AND s.state = ANY (%s) ORDER BY v.id"
    with connection.cursor() as cursor:
        cursor.execute(_VERSION + where, [list(identity_ids), [int(state) for state in states]])
        return [_facts(row) for row in cursor.fetchall()]


def version_ids_of_identities(identity_ids: Sequence[int], states: Iterable[State]) -> dict[int, list[int]]:
    """Give the ids of the versions that carry some identities and stand in some states, by identity."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.identity_id, v.id FROM records_identity i "
            "JOIN records_doseversion v ON v.person_id = i.person_id AND v.identity_id = i.id "
            "JOIN records_versionstate s ON s.version_id = v.id "
            "WHERE i.id = ANY (%s) AND s.state = ANY (%s) ORDER BY v.id",
            [list(identity_ids), [int(state) for state in states]],
        )
        for identity_id, version_id in cursor.fetchall():
            found.setdefault(identity_id, []).append(version_id)
    return found


_LOCK_TO_ATTEST = """
SELECT s.version_id FROM records_versionstate s JOIN records_doseversion v ON v.id = s.version_id
WHERE s.facility_id = %s AND s.state = ANY (%s) AND v.entered_by_id <> %s AND s.version_id <> ALL (%s::bigint[])
ORDER BY s.version_id LIMIT %s FOR UPDATE OF s
"""

_COUNT_TO_ATTEST = """
SELECT s.facility_id, v.product, v.entered_by_id = %s, count(*), min(s.since)
FROM records_versionstate s JOIN records_doseversion v ON v.id = s.version_id
WHERE s.facility_id = ANY (%s) AND s.state = ANY (%s) AND s.version_id <> ALL (%s::bigint[])
GROUP BY 1, 2, 3
"""

_COUNT_SOME_TO_ATTEST = """
SELECT count(*) FROM (
  SELECT 1 FROM records_versionstate s JOIN records_doseversion v ON v.id = s.version_id
  WHERE s.facility_id = ANY (%s) AND s.state = ANY (%s) AND v.entered_by_id <> %s LIMIT %s) AS waiting
"""


def lock_to_attest(facility_id: int, *, not_entered_by: int, leaving_out: Collection[int], limit: int) -> list[int]:
    """Lock a facility's versions that a signer may attest, oldest first, and give their ids."""
    states = [int(state) for state in states_waiting_for(Turn.FACILITY_SIGNER)]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_TO_ATTEST, [facility_id, states, not_entered_by, list(leaving_out), limit])
        return [row[0] for row in cursor.fetchall()]


def count_to_attest(
    facility_ids: Collection[int], *, officer_id: int, leaving_out: Collection[int]
) -> list[tuple[int, str, bool, int, datetime]]:
    """Count what waits for a signer: (facility, product, entered by this officer, number, waiting since)."""
    states = [int(state) for state in states_waiting_for(Turn.FACILITY_SIGNER)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_TO_ATTEST, [officer_id, list(facility_ids), states, list(leaving_out)])
        rows: list[tuple[int, str, bool, int, datetime]] = cursor.fetchall()
        return rows


def count_to_attest_up_to(at_most: int, facility_ids: Collection[int], *, not_entered_by: int) -> int:
    """Count what waits for a signer, no further than `at_most`: cheap enough for every page."""
    states = [int(state) for state in states_waiting_for(Turn.FACILITY_SIGNER)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SOME_TO_ATTEST, [list(facility_ids), states, not_entered_by, at_most])
        return int(cursor.fetchone()[0])


def which_in_states(version_ids: Collection[int], states: Collection[State]) -> set[int]:
    """Give those of the versions that stand in one of the states."""
    rows = VersionState.objects.filter(version_id__in=version_ids, state__in=[int(state) for state in states])
    return set(rows.values_list("version_id", flat=True))


def waiting_in_states(actor: Actor, states: Sequence[State]) -> dict[State, tuple[int, datetime | None]]:
    """Count the versions that the actor reaches in each of some states, and say since when the oldest waits."""
    rows = states_in_scope(actor).filter(state__in=[int(state) for state in states])
    found = {
        state: (number, since)
        for state, number, since in rows.values("state")
        .annotate(n=Count("pk"), oldest=Min("since"))
        .values_list("state", "n", "oldest")
    }
    return {state: found.get(int(state), (0, None)) for state in states}


_LINE = """
WITH RECURSIVE line AS (
  SELECT id, version_no FROM records_doseversion WHERE id = %s
  UNION ALL
  SELECT v.id, v.version_no FROM records_doseversion v JOIN line ON v.replaces_id = line.id
)
SELECT line.id, line.version_no FROM line ORDER BY line.version_no
"""


def versions_of_dose(dose_id: int) -> list[tuple[int, int]]:
    """Give (version id, version number) of all versions of one dose, the first first."""
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [dose_id])
        rows: list[tuple[int, int]] = cursor.fetchall()
        return rows
