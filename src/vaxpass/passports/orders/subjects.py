"""Who or what an order names, found from what an officer typed."""

from collections.abc import Callable
from dataclasses import dataclass

from vaxpass.facility_signing.queries import find_batch_id
from vaxpass.offices.queries import find_officer_id, office_ids_with_code
from vaxpass.offices.scope import Refused
from vaxpass.passports.orders.rules import Criterion, OrderWish
from vaxpass.passports.queries import find_by_uvci
from vaxpass.records.queries import find_people_by_number


@dataclass(frozen=True, slots=True)
class Subject:
    """The passport, facility, officer or batch (`id`), or the people who were declared with a number."""

    id: int | None = None
    people: tuple[int, ...] = ()


def _passport_id(sought: str) -> int | None:
    found = find_by_uvci(sought.upper())
    return None if found is None else found.id


def _facility_id(sought: str) -> int | None:
    return office_ids_with_code(sought).filter(kind="facility").first()


_BY_ID: dict[Criterion, Callable[[str], int | None]] = {
    Criterion.UVCI: _passport_id,
    Criterion.FACILITY: _facility_id,
    Criterion.ENTERED_BY: find_officer_id,
    Criterion.ATTESTED_BY: find_officer_id,
    Criterion.BATCH: find_batch_id,
}


def find_subject(wish: OrderWish) -> Subject:
    """Refuse ORDER_SUBJECT_UNKNOWN where nobody and nothing is called so."""
    sought = wish.subject.strip()
    if wish.criterion is Criterion.PERSON:
        subject = Subject(people=tuple(find_people_by_number(sought)))
    else:
        subject = Subject(id=_BY_ID[wish.criterion](sought))
    if subject == Subject():
        raise Refused("ORDER_SUBJECT_UNKNOWN")
    return subject
