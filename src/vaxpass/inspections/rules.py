"""Decisions of inspections: what is drawn, what is asked, who answers a finding and who closes it. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from vaxpass.citizens.rules import Limit, Span
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.oversight.risks import RiskKind

MOST_SAMPLED: Final = 300
"""What a team can read: statistics need no more, and every one is a look at somebody."""
LONGEST_TEXT: Final = 2_000
OWN_QUESTIONS: Final = 5


class Subject(StrEnum):
    """What the rows of a sample are."""

    RECORD = "RECORD"
    REPORT = "REPORT"
    OFFICER = "OFFICER"


class Population(StrEnum):
    """From what a sample is drawn. The values are stored; their words are msgids INSPECTION_FROM_<name>."""

    RECORDS = "RECORDS"  # entered in the period
    RECORDS_HELD = "RECORDS_HELD"  # held back by a brake of the ministry's signing
    RECORDS_SAME_HAND = "RECORDS_SAME_HAND"  # mended by whoever had entered them
    RECORDS_AT_NIGHT = "RECORDS_AT_NIGHT"  # moved by an officer at night
    RECORDS_LOOKED_AT = "RECORDS_LOOKED_AT"  # of people at whom an officer looked one by one
    REPORTS = "REPORTS"  # decided in the period
    REPORTS_REFUSED = "REPORTS_REFUSED"
    REPORTS_REOPENED = "REPORTS_REOPENED"  # refused, objected to, and found right
    OFFICERS = "OFFICERS"  # of the unit


SUBJECTS: Final[dict[Population, Subject]] = {
    population: Subject.REPORT
    if population.name.startswith("REPORTS")
    else Subject.OFFICER
    if population is Population.OFFICERS
    else Subject.RECORD
    for population in Population
}
OF_AN_OFFICER: Final = frozenset({Population.RECORDS_AT_NIGHT, Population.RECORDS_LOOKED_AT})
"""These make sense for one named officer alone."""

POPULATION_OF_RISK: Final[dict[RiskKind, Population]] = {
    RiskKind.BRAKES: Population.RECORDS_HELD,
    RiskKind.REFUSED_WITHOUT_NOTE: Population.REPORTS_REFUSED,
    RiskKind.MANY_REFUSALS: Population.REPORTS_REFUSED,
    RiskKind.REOPENED: Population.REPORTS_REOPENED,
    RiskKind.MUCH_FASTER: Population.REPORTS,
    RiskKind.FAR_MORE: Population.REPORTS,
    RiskKind.BROWSING: Population.RECORDS_LOOKED_AT,
    RiskKind.NIGHT_WORK: Population.RECORDS_AT_NIGHT,
    RiskKind.SAME_HAND: Population.RECORDS_SAME_HAND,
    RiskKind.COMPLAINTS: Population.OFFICERS,
}
"""From what a sample is drawn where a risk leads to an inspection."""

QUESTIONS: Final[dict[Subject, tuple[str, ...]]] = {
    Subject.RECORD: (
        "CHECK_PAPER_AGREES", "CHECK_IDENTITY_AGREES", "CHECK_VACCINE_AND_LOT", "CHECK_ENTERED_IN_TIME",
        "CHECK_STEPS_RIGHT", "CHECK_LOOKS_NEEDED",
    ),
    Subject.REPORT: (
        "CHECK_ANSWER_RIGHT", "CHECK_REASON_SAID", "CHECK_IN_TIME", "CHECK_NOTHING_DEMANDED",
    ),
    Subject.OFFICER: (
        "CHECK_STILL_IN_OFFICE", "CHECK_ROLES_NEEDED", "CHECK_ACTS_OWN", "CHECK_LOOKS_NEEDED",
    ),
}  # fmt: skip
"""The standard checklists; an inspection leaves out what it does not need, and adds own questions."""


class Verdict(StrEnum):
    """What an inspector answers to one question about one row of a sample."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    CANNOT_TELL = "CANNOT_TELL"


class Severity(IntEnum):
    """How grave a finding is. The numbers are stored."""

    LIGHT = 1
    SERIOUS = 2
    GRAVE = 3


class FindingStatus(IntEnum):
    """How far a finding is. The numbers are stored; never reuse one."""

    OPEN = 1
    ANSWERED = 2
    CLOSED = 3
    WITHDRAWN = 4


class FindingStep(StrEnum):
    """One step of a finding. The values are stored; their words are msgids FINDING_STEP_<name>."""

    WRITTEN = "WRITTEN"
    ANSWERED = "ANSWERED"
    SENT_BACK = "SENT_BACK"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


STEPS: Final[dict[FindingStatus, dict[FindingStep, FindingStatus]]] = {
    FindingStatus.OPEN: {
        FindingStep.ANSWERED: FindingStatus.ANSWERED,
        FindingStep.WITHDRAWN: FindingStatus.WITHDRAWN,
    },
    FindingStatus.ANSWERED: {
        FindingStep.SENT_BACK: FindingStatus.OPEN,
        FindingStep.CLOSED: FindingStatus.CLOSED,
        FindingStep.WITHDRAWN: FindingStatus.WITHDRAWN,
    },
    FindingStatus.CLOSED: {},
    FindingStatus.WITHDRAWN: {},
}
STANDING: Final = frozenset({FindingStatus.OPEN, FindingStatus.ANSWERED})


def check_step(status: FindingStatus, step: FindingStep) -> FindingStatus:
    """Give the status that a step leads to; refuses FINDING_MOVED_ON."""
    if step not in STEPS[status]:
        raise Refused("FINDING_MOVED_ON")
    return STEPS[status][step]


def is_overdue(status: FindingStatus, due_on: date, today: date) -> bool:
    """Say whether the unit owes an answer; what was answered waits for the inspector, not for the unit."""
    return status is FindingStatus.OPEN and today > due_on


def days_late(status: FindingStatus, due_on: date, today: date) -> int:
    """Give by how many days the answer is late, 0 if it is not."""
    return (today - due_on).days if is_overdue(status, due_on, today) else 0


# Drawing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What an inspector asks for: the unit (an office, a province, or the country), the period, the sample.

    `since` and `until` are days in Vietnam, both included. `questions` are codes of QUESTIONS; `own` are texts.
    """

    title: str
    population: Population
    since: date
    until: date
    size: int
    due_on: date
    office_id: int | None = None
    province_code: str = ""
    officer_id: int | None = None
    questions: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    risk_id: int | None = None


def place_in_draw(seed: str, row_id: int) -> bytes:
    """Give the place of a row in the draw: rows are taken in the order of these bytes. Anyone can do it again."""
    return hashlib.sha256(f"{seed}:{row_id}".encode()).digest()


def draw(seed: str, row_ids: Iterable[int], size: int) -> list[int]:
    """Draw a sample: the same seed and rows always give the same one, in the same order (drawing.py does it in SQL)."""
    return sorted(row_ids, key=lambda row_id: place_in_draw(seed, row_id))[:size]


def check_wish(actor: Actor, wish: Wish, *, today: date) -> None:
    """Refuse what cannot be inspected.

    RIGHT_MISSING, INSPECTION_UNTITLED, INSPECTION_PERIOD_WRONG (the period must be over, so that the same draw can be
    done again), INSPECTION_SIZE_WRONG, INSPECTION_DUE_PAST, INSPECTION_OUT_OF_REACH, INSPECTION_NEEDS_OFFICER,
    INSPECTION_ABOUT_ONESELF, INSPECTION_OF_OWN_OFFICE, INSPECTION_WITHOUT_QUESTIONS, INSPECTION_TOO_MANY_QUESTIONS.
    """
    check_may(actor, Permission.INSPECTION_LEAD)
    if not wish.title.strip():
        raise Refused("INSPECTION_UNTITLED")
    if not (wish.since <= wish.until < today):
        raise Refused("INSPECTION_PERIOD_WRONG")
    if not 1 <= wish.size <= MOST_SAMPLED:
        raise Refused("INSPECTION_SIZE_WRONG", most=MOST_SAMPLED)
    if wish.due_on <= today:
        raise Refused("INSPECTION_DUE_PAST")
    _check_reach(actor, wish)
    _check_questions(wish)


def _check_reach(actor: Actor, wish: Wish) -> None:
    country = wish.office_id is None and not wish.province_code
    other = wish.province_code and actor.province_code != wish.province_code
    if actor.office_kind != "ministry" and (country or other):
        raise Refused("INSPECTION_OUT_OF_REACH")
    if wish.population in OF_AN_OFFICER and wish.officer_id is None:
        raise Refused("INSPECTION_NEEDS_OFFICER")
    if wish.officer_id == actor.officer_id:
        raise Refused("INSPECTION_ABOUT_ONESELF")
    check_not_own(actor, wish.office_id)


def check_not_own(actor: Actor, office_id: int | None) -> None:
    """Refuse INSPECTION_OF_OWN_OFFICE: what a department did itself the ministry inspects, which nobody stands above.

    Otherwise one colleague would find, another answer, and the first close.
    """
    if actor.office_kind != "ministry" and office_id == actor.office_id:
        raise Refused("INSPECTION_OF_OWN_OFFICE")


def _check_questions(wish: Wish) -> None:
    known = QUESTIONS[SUBJECTS[wish.population]]
    if not wish.own and not set(wish.questions) & set(known):
        raise Refused("INSPECTION_WITHOUT_QUESTIONS")
    if len(wish.own) > OWN_QUESTIONS:
        raise Refused("INSPECTION_TOO_MANY_QUESTIONS", most=OWN_QUESTIONS)


# Findings -----------------------------------------------------------------------------------------------------------

ANSWERING_KINDS: Final = frozenset({"facility", "commune", "district", "province"})
"""Offices that have somebody to answer: their head, or the province for communes and districts."""
_BY_THEIR_PROVINCE: Final = frozenset({"commune", "district"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may do something with a finding. `officer_id`: about whom it is, if about somebody."""

    status: FindingStatus
    office_id: int
    office_kind: str
    province_code: str
    officer_id: int | None
    led_office_id: int
    written_by: int
    answered_by: int | None


def check_text(text: str) -> str:
    """Give the text without blanks around it; refuses FINDING_TEXT_MISSING, FINDING_TEXT_TOO_LONG."""
    bare = text.strip()
    if not bare:
        raise Refused("FINDING_TEXT_MISSING")
    if len(bare) > LONGEST_TEXT:
        raise Refused("FINDING_TEXT_TOO_LONG", most=LONGEST_TEXT)
    return bare


def check_may_answer(actor: Actor, finding: Standing) -> None:
    """Refuse RIGHT_MISSING, FINDING_OF_ANOTHER_OFFICE, FINDING_ABOUT_ONESELF, FINDING_OWN.

    An officer never answers for the unit what was found about himself or herself, nor what he or she wrote.
    """
    check_may(actor, Permission.FINDING_ANSWER)
    own = actor.office_id == finding.office_id
    if not (own or _answers_from_above(actor, finding)):
        raise Refused("FINDING_OF_ANOTHER_OFFICE")
    if actor.officer_id == finding.officer_id:
        raise Refused("FINDING_ABOUT_ONESELF")
    if actor.officer_id == finding.written_by:
        raise Refused("FINDING_OWN")


def _answers_from_above(actor: Actor, finding: Standing) -> bool:
    """The province answers for communes and districts, and for a facility where the finding is about one officer."""
    if actor.office_kind != "province" or not actor.province_code or actor.province_code != finding.province_code:
        return False
    about_somebody = finding.office_kind == "facility" and finding.officer_id is not None
    return finding.office_kind in _BY_THEIR_PROVINCE or about_somebody


def check_may_judge(actor: Actor, finding: Standing) -> None:
    """Refuse RIGHT_MISSING, FINDING_LED_BY_ANOTHER, FINDING_ABOUT_ONESELF, FINDING_ANSWERED_BY_ONESELF.

    Who answered for the unit does not also judge the answer.
    """
    check_may(actor, Permission.INSPECTION_LEAD)
    if actor.office_id != finding.led_office_id:
        raise Refused("FINDING_LED_BY_ANOTHER")
    if actor.officer_id == finding.officer_id:
        raise Refused("FINDING_ABOUT_ONESELF")
    if actor.officer_id == finding.answered_by:
        raise Refused("FINDING_ANSWERED_BY_ONESELF")


def check_may_be_found(*, writer: int, office_kind: str, officer_id: int | None, due_on: date, today: date) -> None:
    """Refuse FINDING_ABOUT_ONESELF, FINDING_NOBODY_ANSWERS, FINDING_DUE_PAST."""
    if writer == officer_id:
        raise Refused("FINDING_ABOUT_ONESELF")
    if office_kind not in ANSWERING_KINDS:
        raise Refused("FINDING_NOBODY_ANSWERS")
    if due_on <= today:
        raise Refused("FINDING_DUE_PAST")


def may_close(open_rows: int, standing_findings: int) -> bool:
    """Say whether an inspection may be closed: every row was looked through and every finding was settled."""
    return open_rows == 0 and standing_findings == 0


# The search of acts -------------------------------------------------------------------------------------------------

LONGEST_PERIOD: Final = timedelta(days=31)
FIRST_PERIOD: Final = timedelta(days=7)


def check_period(since: datetime, until: datetime) -> None:
    """Refuse ACTS_PERIOD_WRONG, ACTS_PERIOD_TOO_LONG: the log is cut by months, a search reads two at most."""
    if since >= until:
        raise Refused("ACTS_PERIOD_WRONG")
    if until - since > LONGEST_PERIOD:
        raise Refused("ACTS_PERIOD_TOO_LONG", days=LONGEST_PERIOD.days)


# Complaints ---------------------------------------------------------------------------------------------------------


class ComplaintKind(StrEnum):
    """What somebody tells of (dispatch 2228/BYT-CNTT). The words are msgids COMPLAINT_<name>."""

    DEMANDS_MONEY = "DEMANDS_MONEY"
    OBSTRUCTS = "OBSTRUCTS"
    FALSE_DOSES = "FALSE_DOSES"
    SHARES_DATA = "SHARES_DATA"
    PRESSURE = "PRESSURE"
    OTHER = "OTHER"


class ComplaintStatus(IntEnum):
    """How far a complaint is. The numbers are stored."""

    NEW = 1
    TAKEN_UP = 2
    CLOSED = 3


COMPLAINED_HERE: Final = (
    Limit("complained-here", Span.HOUR, 5, "COMPLAINED_TOO_OFTEN"),
    Limit("complained-here", Span.DAY, 20, "COMPLAINED_TOO_OFTEN"),
)


def check_complaint(text: str, contact: str) -> None:
    """Refuse COMPLAINT_EMPTY, COMPLAINT_TOO_LONG, COMPLAINT_CONTACT_TOO_LONG."""
    if not text.strip():
        raise Refused("COMPLAINT_EMPTY")
    if len(text) > LONGEST_TEXT:
        raise Refused("COMPLAINT_TOO_LONG", most=LONGEST_TEXT)
    if len(contact) > 120:  # noqa: PLR2004 -- a phone, a mailbox, a name
        raise Refused("COMPLAINT_CONTACT_TOO_LONG")
