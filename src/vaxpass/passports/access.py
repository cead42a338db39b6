"""The only door of pages to a single passport: scope is checked, and the look is written down."""

from datetime import datetime

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import find_passport
from vaxpass.records.access import access_person


def access_passport(actor: Actor, passport_id: int, *, purpose: str, now: datetime) -> PassportFacts:
    """Give a passport to somebody who may see it: the ministry, or an office that reaches one of the person's doses.

    Refuses RIGHT_MISSING, and PASSPORT_UNKNOWN alike for what is absent and what is out of reach.
    """
    check_may(actor, Permission.PASSPORT_SEE)
    passport = find_passport(passport_id)
    if passport is None:
        raise Refused("PASSPORT_UNKNOWN")
    try:
        access_person(actor, passport.person_id, purpose=purpose, now=now)
    except Refused as refused:
        if refused.code != "RECORD_UNKNOWN":
            raise
        raise Refused("PASSPORT_UNKNOWN") from None
    return passport
