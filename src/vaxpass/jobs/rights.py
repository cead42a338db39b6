"""A demand and what is told about it, in one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from vaxpass.citizens.queries import reach_of_email
from vaxpass.citizens.rules import Citizen
from vaxpass.jobs.notices import send_soon
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.notices.rules import is_mobile
from vaxpass.offices.scope import Actor
from vaxpass.records.finding import current_phones
from vaxpass.rights import actions
from vaxpass.rights.facts import DemandFacts, Receipt
from vaxpass.rights.queries import get_demand
from vaxpass.rights.rules import Answer, Matter, Wish


def file_demand(citizen: Citizen, wish: Wish, *, now: datetime) -> Receipt:
    """Take a demand and tell the citizen its number and time. Refuses as rights.actions.demand does."""
    with transaction.atomic():
        receipt = actions.demand(citizen.person_ids, wish, now=now)
        facts = {"number": receipt.number, "until": receipt.due_at.isoformat()}
        key = f"demand/{receipt.demand_id}/received"
        _tell(key, Template.DEMAND_RECEIVED, facts, citizen.person_ids, wish.language, now=now)
    return receipt


def extend_demand(actor: Actor, demand_id: int, words: str, *, now: datetime) -> datetime:
    """Put the answer off and tell the citizen until when. Refuses as rights.actions.extend does."""
    with transaction.atomic():
        due_at = actions.extend(actor, demand_id, words, now=now)
        found = get_demand(actor, demand_id)
        facts = {"number": found.number, "until": due_at.isoformat()}
        key = f"demand/{demand_id}/extended"
        _tell(key, Template.DEMAND_EXTENDED, facts, found.person_ids, found.language, now=now)
    return due_at


def answer_demand(
    actor: Actor, demand_id: int, answers: Mapping[Matter, Answer], words: str = "", *, now: datetime
) -> DemandFacts:
    """Answer a demand, do what the answers say, and tell the citizen. Refuses as rights.actions.answer does.

    Whom to tell is read before anything is deleted: the last message may go to the address that the answer forgets.
    """
    with transaction.atomic():
        found = get_demand(actor, demand_id)
        to = _recipient(found.person_ids)
        answered = actions.answer(actor, demand_id, answers, words, now=now)
        key, facts = f"demand/{demand_id}/answered", {"number": found.number}
        _tell(key, Template.DEMAND_ANSWERED, facts, found.person_ids, found.language, to=to, now=now)
    return answered


def _tell(  # noqa: PLR0913 -- a notice is these columns
    key: str,
    template: Template,
    facts: Mapping[str, str],
    person_ids: Collection[int],
    language: str,
    *,
    now: datetime,
    to: Recipient | None = None,
) -> None:
    notice = NewNotice(
        key=key,
        template=template,
        to=to or _recipient(person_ids),
        facts=facts,
        language=language,
        person_id=min(person_ids),
    )
    enqueue([notice], now=now)
    send_soon()


def _recipient(person_ids: Collection[int]) -> Recipient:
    """The phone that the record names, and the e-mail that the citizen confirmed; either may be missing."""
    phones = [phone for _, phone in current_phones(person_ids) if is_mobile(phone)]
    return Recipient(phone=phones[-1] if phones else "", email=reach_of_email(person_ids)[0])
