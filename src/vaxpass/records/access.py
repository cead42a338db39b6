"""The only door to a single record: scope is checked, and the look is written down."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from vaxpass.offices.queries import facilities_in_scope
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records import queries
from vaxpass.records.facts import VersionFacts


def note_looks(actor: Actor, person_ids: Collection[int], purpose: str, now: datetime) -> None:
    """Write down that the actor saw these people, once per person and page; `purpose` is the page's name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_look (at, person_id, officer_id, office_id, purpose) "
            "SELECT %s, person_id, %s, %s, %s FROM unnest(%s::bigint[]) AS seen (person_id)",
            [now, actor.officer_id, actor.office_id, purpose, sorted(set(person_ids))],
        )


def access_version(actor: Actor, version_id: int, *, purpose: str, now: datetime) -> VersionFacts:
    """Give one version to somebody who may see it, and write the look down.

    Refuses RIGHT_MISSING, and RECORD_UNKNOWN alike for what is absent and what is out of reach.
    """
    check_may(actor, Permission.RECORD_SEE)
    found = queries.get_versions([version_id])
    if not found or not reaches(actor, found[0].facility_id):
        raise Refused("RECORD_UNKNOWN")
    note_looks(actor, [found[0].person_id], purpose, now)
    return found[0]


def access_person(actor: Actor, person_id: int, *, purpose: str, now: datetime) -> list[VersionFacts]:
    """Give every version of a person of whom at least one lies in the actor's reach, and write the look down."""
    check_may(actor, Permission.RECORD_SEE)
    versions = queries.versions_of_people([person_id])
    if not any(reaches(actor, version.facility_id) for version in versions):
        raise Refused("RECORD_UNKNOWN")
    note_looks(actor, [person_id], purpose, now)
    return versions


def list_versions(actor: Actor, version_ids: Sequence[int], *, purpose: str, now: datetime) -> list[VersionFacts]:
    """Give the versions on one page of a list, leaving out what is out of reach; the looks are written down."""
    check_may(actor, Permission.RECORD_SEE)
    reach = facilities_reached(actor)
    versions = [v for v in queries.get_versions(version_ids) if reach is None or v.facility_id in reach]
    note_looks(actor, {version.person_id for version in versions}, purpose, now)
    order = {version_id: place for place, version_id in enumerate(version_ids)}
    return sorted(versions, key=lambda version: order[version.version_id])


def reaches(actor: Actor, facility_id: int) -> bool:
    """Say whether a facility's records lie in the actor's scope."""
    return actor.office_kind == "ministry" or facilities_in_scope(actor).filter(pk=facility_id).exists()


def may_change_at(actor: Actor, facility_id: int) -> bool:
    """Say whether the actor may change a facility's records, where a permission to change is held.

    Signing for a facility lets a unit see its records and sign them; what they say stays the facility's own business.
    """
    if actor.office_kind == "facility":
        return facility_id == actor.office_id
    return reaches(actor, facility_id)


def facilities_changed_by(actor: Actor) -> set[int] | None:
    """Give the ids of the facilities whose records the actor may change (see may_change_at); None means all."""
    return {actor.office_id} if actor.office_kind == "facility" else facilities_reached(actor)


def facilities_reached(actor: Actor) -> set[int] | None:
    """Give the ids of the facilities whose records the actor reaches; None means all."""
    return None if actor.office_kind == "ministry" else set(facilities_in_scope(actor).values_list("pk", flat=True))
