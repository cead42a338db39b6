"""What an order may name, who may decide, how it moves: pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from vaxpass.offices.scope import Refused


class Criterion(StrEnum):
    """What the doses or passports in question have in common."""

    PERSON = "PERSON"
    UVCI = "UVCI"
    FACILITY = "FACILITY"
    """Given at a facility within a window of days."""
    ENTERED_BY = "ENTERED_BY"
    """Entered by an officer within a window of days."""
    ATTESTED_BY = "ATTESTED_BY"
    """Signed by an officer of a facility within a window of days."""
    BATCH = "BATCH"


WITH_WINDOW: Final = frozenset({Criterion.FACILITY, Criterion.ENTERED_BY, Criterion.ATTESTED_BY})


class OrderReason(StrEnum):
    """Why passports end; stored with each of them. The values are msgids of the locale files."""

    DOSE_NOT_GIVEN = "ORDER_DOSE_NOT_GIVEN"
    ACCESS_ABUSED = "ORDER_ACCESS_ABUSED"
    SIGNATURE_WRONG = "ORDER_SIGNATURE_WRONG"
    CODE_EXPOSED = "ORDER_CODE_EXPOSED"
    ISSUED_BY_MISTAKE = "ORDER_ISSUED_BY_MISTAKE"


class Holder(StrEnum):
    """What the officers hold of one person: the dose is false, or the holder is honest."""

    FALSE = "FALSE"
    """The listed doses are refused, their passports revoked; the person's other doses stay."""
    HONEST = "HONEST"
    """The doses stay; the passport is revoked in the transaction that records a new one."""


class OrderState(StrEnum):
    """Where an order stands."""

    COLLECTING = "COLLECTING"
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    DONE = "DONE"
    REFUSED = "REFUSED"
    DISCARDED = "DISCARDED"


class Outcome(StrEnum):
    """What became of one item."""

    WAITS = ""
    REVOKED = "REVOKED"
    """Revoked without a new one; `code` of the item says why an honest holder got none."""
    REISSUED = "REISSUED"
    ENDED_BEFORE = "ENDED_BEFORE"
    """Somebody else revoked it first."""
    REFUSED = "REFUSED"
    """A dose without a passport was refused."""
    STANDS = "STANDS"
    """A dose without a passport, of an honest holder: nothing to do."""


class OrderRefusal(StrEnum):
    """Why the second officer refuses an order."""

    NUMBERS_UNEXPECTED = "ORDER_NUMBERS_UNEXPECTED"
    MARKS_WRONG = "ORDER_MARKS_WRONG"
    NOT_PROVEN = "ORDER_NOT_PROVEN"


@dataclass(frozen=True, slots=True)
class OrderWish:
    """What an order is about, as an officer typed it.

    `subject`: an ID number, a passport's number, a facility's code, a user name or a batch's number, by the criterion.
    `first`, `last`: the window's days, both inside. `supposed`: what every holder is until marked otherwise.
    """

    criterion: Criterion
    subject: str
    reason: OrderReason
    supposed: Holder
    first: date | None = None
    last: date | None = None


def check_wish(wish: OrderWish) -> None:
    """Refuse ORDER_WINDOW_MISSING where the criterion needs one, ORDER_WINDOW_TURNED when it ends before it begins."""
    if wish.criterion not in WITH_WINDOW:
        return
    if wish.first is None or wish.last is None:
        raise Refused("ORDER_WINDOW_MISSING")
    if wish.last < wish.first:
        raise Refused("ORDER_WINDOW_TURNED")


def check_may_mark(state: str, made_by: int, officer_id: int) -> None:
    """Refuse ORDER_NOT_YOURS (the officer who makes an order marks it), ORDER_NOT_DRAFT (marks stand once proposed)."""
    if made_by != officer_id:
        raise Refused("ORDER_NOT_YOURS")
    if state != OrderState.DRAFT:
        raise Refused("ORDER_NOT_DRAFT")


def check_may_decide(state: str, made_by: int, officer_id: int) -> None:
    """Refuse ORDER_OWN (two people, always), ORDER_NOT_WAITING."""
    if made_by == officer_id:
        raise Refused("ORDER_OWN")
    if state != OrderState.PROPOSED:
        raise Refused("ORDER_NOT_WAITING")
