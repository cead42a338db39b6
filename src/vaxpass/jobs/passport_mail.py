"""A citizen's own passport by e-mail: checked to be theirs, put into the outbox, its PDF made when it is sent."""

from datetime import datetime

from django.db import transaction

from vaxpass.citizens.own import own_live_passport
from vaxpass.citizens.rules import Citizen
from vaxpass.jobs.notices import send_soon
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.records.sealing import lookup_hash


def send_passport(citizen: Citizen, passport_id: int, to: Recipient, *, language: str, now: datetime) -> bool:
    """Have one passport sent to an address that was proven; False where that address had it today already.

    Refuses PASSPORT_UNKNOWN, PASSPORT_NOT_LIVE.
    """
    passport = own_live_passport(citizen, passport_id, now)
    address = lookup_hash("mail", to.email).hex()[:12]
    notice = NewNotice(
        key=f"passport/{passport.id}/mail/{now.date().isoformat()}/{address}",
        template=Template.PASSPORT_BY_EMAIL,
        to=to,
        language=language,
        person_id=passport.person_id,
        facility_id=passport.facility_id,
        attachment=f"passport/{passport.id}",
    )
    with transaction.atomic():
        is_new = enqueue([notice], now=now) == 1
        if is_new:
            send_soon()
    return is_new
