"""Read-only questions about visits and contacts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from vaxpass.citizens.models import Contact, Visit
from vaxpass.citizens.rules import Proof
from vaxpass.records.sealing import open_seal


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A citizen came to what is kept about a person."""

    person_id: int
    proof: Proof
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """An e-mail confirmed for a person."""

    person_id: int
    email: str = field(repr=False)
    confirmed_at: datetime


def visits_of(person_ids: Collection[int], limit: int = 100) -> list[VisitFacts]:
    """Give the visits to some people, newest first."""
    rows = Visit.objects.filter(person_id__in=person_ids).order_by("-at", "-pk")[:limit]
    return [VisitFacts(row.person_id, Proof(row.proof), row.at) for row in rows]


def contacts_of(person_ids: Collection[int]) -> list[ContactFacts]:
    """Give the e-mails confirmed for some people, newest first. Opens what is sealed."""
    rows = Contact.objects.filter(person_id__in=person_ids).order_by("-confirmed_at", "-pk")
    return [ContactFacts(row.person_id, open_seal(row.email_sealed), row.confirmed_at) for row in rows]


def reach_of_email(person_ids: Collection[int]) -> tuple[str, frozenset[int]]:
    """Give the newest e-mail confirmed for any of some people, and those of them it was confirmed for; or ''."""
    contacts = contacts_of(person_ids)
    email = contacts[0].email if contacts else ""
    return email, frozenset(one.person_id for one in contacts if one.email == email)
