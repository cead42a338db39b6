"""The only door of pages to a single passport: scope is checked, and the look is written down."""

from datetime import datetime

from vaxpass.ministry_signing.queries import counted_versions
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import find_by_uvci, find_passport, passports_of
from vaxpass.records.access import note_looks, reaches
from vaxpass.records.queries import find_people_by_number, get_versions


def access_passport(actor: Actor, passport_id: int, *, purpose: str, now: datetime) -> PassportFacts:
    """Give a passport to somebody who may see it: the ministry, or an office that reaches a dose that it counts.

    Any other dose of the person opens nothing: whoever can type one could otherwise open everybody's passport.
    Refuses RIGHT_MISSING, and PASSPORT_UNKNOWN alike for what is absent and what is out of reach.
    """
    check_may(actor, Permission.PASSPORT_SEE)
    passport = find_passport(passport_id)
    if passport is None or not _reaches_a_counted_dose(actor, passport_id):
        raise Refused("PASSPORT_UNKNOWN")
    note_looks(actor, [passport.person_id], purpose, now)
    return passport


def search_passports(actor: Actor, sought: str) -> list[PassportFacts]:
    """Find the passports in reach by certificate number, or by an ID number that their people were declared with.

    What lies out of reach is not found, as if it were absent. The page writes down the looks at what it shows.
    """
    check_may(actor, Permission.PASSPORT_SEE)
    named = find_by_uvci(sought.upper())
    people = [] if named else find_people_by_number(sought)
    found = [named] if named else [one for person_id in people for one in passports_of(person_id)]
    return [one for one in found if _reaches_a_counted_dose(actor, one.id)]


def _reaches_a_counted_dose(actor: Actor, passport_id: int) -> bool:
    counted = counted_versions([passport_id]).get(passport_id, set())
    return any(reaches(actor, version.facility_id) for version in get_versions(sorted(counted)))
