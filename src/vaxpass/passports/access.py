"""The only door of pages to a single passport: scope is checked, and the look is written down."""

from datetime import datetime

from vaxpass.ministry_signing.queries import counted_versions
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import find_passport
from vaxpass.records.access import note_looks, reaches
from vaxpass.records.queries import get_versions


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


def _reaches_a_counted_dose(actor: Actor, passport_id: int) -> bool:
    counted = counted_versions([passport_id]).get(passport_id, set())
    return any(reaches(actor, version.facility_id) for version in get_versions(sorted(counted)))
