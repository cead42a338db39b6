"""The verbs of this room: look for people, let somebody in, keep an e-mail, let go of what has served its time."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from vaxpass.citizens import codes
from vaxpass.citizens.codes import Addressee, Begun
from vaxpass.citizens.matching import Details, fits, phone_to_ask, reached_by_phone
from vaxpass.citizens.models import Challenge, Contact, EidLink, Spent, Tally, Visit
from vaxpass.citizens.ports import EidClaims
from vaxpass.citizens.queries import reach_of_email
from vaxpass.citizens.rules import Citizen, Proof, Purpose
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.notices.rules import is_mobile
from vaxpass.offices.scope import Refused
from vaxpass.records.finding import FoundIdentity, current_phones, find_identities
from vaxpass.records.sealing import lookup_hash, seal

BY_SMS: Final = "sms"
BY_EMAIL: Final = "email"
KEPT: Final = timedelta(days=1)  # a challenge after its end; then nobody can ask what it was about


def begin_search(
    details: Details, now: datetime, *, by: str = BY_SMS, visitor: bytes = b"", language: str = "vi"
) -> Begun:
    """Ask for a code to the phone (or confirmed e-mail) of the record that fits; does not look whether one does.

    Refuses as codes.begin does. Call it through jobs.citizens.begin_search, which also has the search done.
    """
    kept = {
        "name": details.name,
        "birth": details.birth,
        "number": details.number,
        "phone": details.phone,
        "by": by,
        "language": language,
    }
    return codes.begin(Purpose.FIND, codes.asked_key(details.phone or details.number), kept, now, visitor=visitor)


def search(kept: Mapping[str, str]) -> Addressee:
    """Find the people whom the details of a search fit, and where their code goes; for a job alone."""
    details = Details(kept["name"], kept["birth"], kept["number"], kept["phone"])
    fitting = _fitting(details, find_identities(numbers=[details.number], phones=[details.phone]))
    if kept["by"] == BY_EMAIL:
        return _by_email(fitting)
    phone = phone_to_ask(details, fitting)
    if not phone:
        return Addressee()
    with_twins = [*fitting, *_fitting(details, find_identities(phones=[phone]))]
    return Addressee(Recipient(phone=phone), reached_by_phone(phone, with_twins))


def _fitting(details: Details, found: list[FoundIdentity]) -> list[FoundIdentity]:
    return [one for one in found if fits(details, one)]


def _by_email(fitting: list[FoundIdentity]) -> Addressee:
    email, people = reach_of_email({one.person_id for one in fitting if one.is_current})
    return Addressee(Recipient(email=email), people) if email else Addressee()


def enter(proven: codes.Proven, now: datetime) -> Citizen:
    """Let in whoever gave the right code: write the visits, warn the phones that were not asked. See Citizen."""
    proof = Proof.PHONE if proven.to.phone else Proof.EMAIL
    return _let_in(proven.person_ids, proof, now, asked=proven.to.phone)


def enter_by_eid(claims: EidClaims, issuer: str, now: datetime) -> Citizen:
    """Let in whoever signed in with the electronic identity: number exactly, and name or birth date.

    The citizen may reach nobody: who he is was shown, and nothing is recorded under his number. Refuses
    EID_NUMBER_CHANGED where the account named another number before.
    """
    _link(claims, issuer, now)
    details = Details(claims.name, claims.birth_date, claims.number)
    found = _fitting(details, find_identities(numbers=[claims.number]))
    return _let_in(frozenset(one.person_id for one in found), Proof.EID, now, asked="")


def _link(claims: EidClaims, issuer: str, now: datetime) -> None:
    number_key = lookup_hash("number", claims.number)
    link, _ = EidLink.objects.get_or_create(
        account_key=lookup_hash("eid", issuer, claims.subject),
        defaults={"number_key": number_key, "linked_at": now},
    )
    if bytes(link.number_key) != number_key:
        raise Refused("EID_NUMBER_CHANGED")


def _let_in(person_ids: frozenset[int], proof: Proof, now: datetime, *, asked: str) -> Citizen:
    with transaction.atomic():
        Visit.objects.bulk_create(Visit(person_id=one, proof=proof.value, at=now) for one in sorted(person_ids))
        enqueue(_warnings(person_ids, asked, now), now=now)
    return Citizen(person_ids, proof, now)


def _warnings(person_ids: Collection[int], asked: str, now: datetime) -> list[NewNotice]:
    """One a day to each phone of the record that no code went to; a phone just asked needs no warning."""
    day = now.date().isoformat()
    whose = {phone: person_id for person_id, phone in reversed(current_phones(person_ids))}  # one message a phone
    return [
        NewNotice(
            key=f"visit/{person_id}/{day}/{lookup_hash('visit', phone).hex()[:12]}",
            template=Template.VISIT_WARNING,
            to=Recipient(phone=phone),
            facts={"at": now.isoformat()},
            person_id=person_id,
        )
        for phone, person_id in whose.items()
        if phone != asked and is_mobile(phone)
    ]


def confirm_email(person_ids: Collection[int], proven: codes.Proven, now: datetime) -> None:
    """Keep an e-mail that a code of purpose CONTACT proved, for the people whom the signed-in citizen reaches."""
    if not proven.to.email:
        raise Refused("EMAIL_ILL_FORMED")
    key = lookup_hash("contact", proven.to.email)
    Contact.objects.bulk_create(
        (
            Contact(person_id=one, email_sealed=seal(proven.to.email), email_key=key, confirmed_at=now)
            for one in sorted(person_ids)
        ),
        ignore_conflicts=True,
    )


def forget_contacts(person_ids: Collection[int]) -> int:
    """Delete the e-mail addresses kept for some people, as they may demand; give how many rows went."""
    return Contact.objects.filter(person_id__in=person_ids).delete()[0]


def spend_once(digest: bytes, until: datetime) -> bool:
    """Take the solution of a question against machines; False where it was taken before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO citizens_spent (digest, until) VALUES (%s, %s) ON CONFLICT (digest) DO NOTHING",
            [digest, until],
        )
        return bool(cursor.rowcount)


def forget_old(now: datetime) -> int:
    """Delete what has served its time: challenges, tallies, solutions; give how many rows went."""
    return sum(
        rows.delete()[0]
        for rows in (
            Challenge.objects.filter(Q(expires_at__lt=now - KEPT)),
            Tally.objects.filter(until__lt=now),
            Spent.objects.filter(until__lt=now),
        )
    )
