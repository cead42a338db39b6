"""Decisions of identity: ask or not, what an answer means, when to ask again, when to stop asking. Pure.

In: frozen facts and answers, times and random fractions passed in. Out: verbs of records/states.py with coded
reasons. Foreigners are never asked about (dispatch 8938/BYT-DP step 2); the facility answers for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from vaxpass.identity.local_checks import check_before_asking
from vaxpass.identity.ports import IdentityAnswer, Outcome, Sex
from vaxpass.records.states import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from vaxpass.records.facts import IdentityFacts

_HOME: Final = "VN"
_LONGEST_OFFICER_CODE: Final = 20
_CCCD, _CMND, _PASSPORT = 1, 2, 3  # records.models.NumberKind, which only records imports
_SEXES: Final[dict[int, Sex]] = {1: "M", 2: "F"}

STATEMENT_MISSING: Final = "IDENTITY_STATEMENT_MISSING"
FIELDS_DIFFER: Final = "IDENTITY_FIELDS_DIFFER"
NUMBER_UNKNOWN: Final = "IDENTITY_NUMBER_UNKNOWN"
NO_ANSWER: Final = "IDENTITY_NO_ANSWER"
NOT_ASKABLE: Final = "IDENTITY_NOT_ASKABLE"
CONFIRMED_EARLIER: Final = "IDENTITY_CONFIRMED_EARLIER"
REASONS: Final = (STATEMENT_MISSING, FIELDS_DIFFER, NUMBER_UNKNOWN, NO_ANSWER, NOT_ASKABLE, CONFIRMED_EARLIER)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to a version: the verb, and the code of its reason (empty for none)."""

    verb: Verb
    reason: str = ""


def is_foreigner(identity: IdentityFacts) -> bool:
    """Say whether this is a foreigner known by a passport, whom the population database does not know."""
    return identity.nationality != _HOME and identity.number_kind == _PASSPORT


def step_for_foreigner(*, facility_states_identity: bool) -> Step:
    """Exempt a foreigner for whom the facility answers; without its statement the record is incomplete."""
    if facility_states_identity:
        return Step(Verb.EXEMPT)
    return Step(Verb.REPORT_UNSENDABLE, STATEMENT_MISSING)


def sex_letter(sex: int) -> Sex | None:
    """Give the sex as the port writes it; None for any other code."""
    return _SEXES.get(sex)


def id_numbers(identity: IdentityFacts) -> tuple[str, str]:
    """Give the number as (12-digit, 9-digit), one of them empty; a Vietnamese's passport is neither."""
    kind, number = identity.number_kind, identity.number
    return (number if kind == _CCCD else "", number if kind == _CMND else "")


def step_before_asking(identity: IdentityFacts, *, today: date) -> Step | None:
    """Find out whether asking is hopeless; None when the question may be sent."""
    id_number, old_number = id_numbers(identity)
    refusal = check_before_asking(
        name=identity.full_name,
        sex=sex_letter(identity.sex) or "",
        birth_date=identity.birth_date,
        id_number=id_number,
        old_number=old_number,
        today=today,
    )
    return None if refusal is None else Step(Verb.REPORT_UNSENDABLE, refusal.value)


def step_after_answer(answer: IdentityAnswer) -> Step:
    """Say what an answer means. The reasons name no field: what the population database holds is not revealed."""
    match answer.outcome:
        case Outcome.MATCH:
            return Step(Verb.CONFIRM_IDENTITY)
        case Outcome.NO_MATCH:
            return Step(Verb.REPORT_MISMATCH, FIELDS_DIFFER)
        case Outcome.NO_SUCH_PERSON:
            return Step(Verb.REPORT_MISMATCH, NUMBER_UNKNOWN)
    if answer.permanent_fault:
        return Step(Verb.REPORT_UNSENDABLE, NOT_ASKABLE)
    return Step(Verb.REPORT_UNANSWERED, NO_ANSWER)


def is_silence(answer: IdentityAnswer) -> bool:
    """Say whether the same question must be asked again."""
    return answer.outcome is Outcome.NO_ANSWER and not answer.permanent_fault


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before asking again.

    One question waits `first`, doubled each time up to `longest`; the whole line, when it seems out, pauses
    `first_pause`, doubled up to `longest_pause`. A line seems out when `outage_from` or more questions were
    asked and none was answered. After a pause `probe` questions go ahead of the rest.
    """

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=6)
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=15)
    outage_from: int = 5
    probe: int = 8


def ask_again_at(
    patience: Patience,
    *,
    now: datetime,
    attempts: int,
    fraction: float,
    retry_after: float | None = None,
) -> datetime:
    """Give when to ask one question again: exponential, capped, for ever.

    `attempts` were made so far (1 or more); `fraction` from 0 to 1 spreads the wait over its second half.
    """
    return now + _wait(patience.first, patience.longest, attempts, fraction, retry_after)


def is_outage(patience: Patience, answers: Sequence[IdentityAnswer], *, pauses: int) -> bool:
    """Say whether the line is out: nothing was answered, and enough was asked or it was out before (`pauses`)."""
    if not answers or not all(is_silence(answer) for answer in answers):
        return False
    return pauses > 0 or len(answers) >= patience.outage_from


def resume_at(
    patience: Patience, *, now: datetime, pauses: int, fraction: float, retry_after: float | None = None
) -> datetime:
    """Give when to try the line again after `pauses` pauses in a row (1 or more)."""
    return now + _wait(patience.first_pause, patience.longest_pause, pauses, fraction, retry_after)


def longest_retry_after(answers: Sequence[IdentityAnswer]) -> float | None:
    """Give the longest wait that the service asked for, in seconds."""
    return max((answer.retry_after for answer in answers if answer.retry_after is not None), default=None)


def _wait(first: timedelta, longest: timedelta, times: int, fraction: float, retry_after: float | None) -> timedelta:
    doubled = min(first * (1 << min(times - 1, 20)), longest)
    return max(doubled * (0.5 + fraction / 2), timedelta(seconds=retry_after or 0))


def officer_code(office_code: str, officer_id: int) -> str:
    """Give the code under which an officer is named to the service (MaCanBo, at most 20 characters).

    The office's code and the officer's number: it leads us to the officer and tells nobody else who that is.
    """
    code = f"{office_code}-{officer_id}"
    return code if len(code) <= _LONGEST_OFFICER_CODE else str(officer_id)
