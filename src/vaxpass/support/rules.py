"""Decisions of support: whose turn a difficulty is, what follows from each step, by when. Pure.

A difficulty goes to the operator's branch of its province, and from there to the ministry's IT department: when the
branch passes it up, when its time has run out, or at once where the province has no branch.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may


class Kind(StrEnum):
    """What a difficulty is about. The values are stored; desks/support/words.py has their words."""

    SIGN_IN = "SIGN_IN"
    ENTRY = "ENTRY"
    IDENTITY = "IDENTITY"
    SIGNING = "SIGNING"
    PASSPORT = "PASSPORT"
    REPORTS = "REPORTS"
    SLOW = "SLOW"
    HOW_TO = "HOW_TO"
    OTHER = "OTHER"


class Urgency(StrEnum):
    """How much it hinders. The values are stored."""

    STOPPED = "STOPPED"  # nobody of the office can work
    HINDERED = "HINDERED"  # something does not work, other work goes on
    QUESTION = "QUESTION"


class Status(IntEnum):
    """How far a difficulty is. The numbers are stored; never reuse one."""

    OPEN = 1
    ASKED = 2
    SOLVED = 3
    CLOSED = 4  # taken back by the asker, or never answered by him


UNSOLVED: Final = frozenset({Status.OPEN, Status.ASKED})


class Level(IntEnum):
    """Whose turn it is: the branch's, then the ministry's IT department's."""

    BRANCH = 0
    MINISTRY = 1


class StepKind(StrEnum):
    """One step of a difficulty. The values are stored."""

    OPENED = "OPENED"
    ANSWERED = "ANSWERED"
    ASKED = "ASKED"
    MORE_TOLD = "MORE_TOLD"
    SOLVED = "SOLVED"
    REOPENED = "REOPENED"
    ESCALATED = "ESCALATED"
    OVERDUE = "OVERDUE"
    HANDED_BACK = "HANDED_BACK"
    LINKED = "LINKED"
    CLOSED = "CLOSED"
    LAPSED = "LAPSED"
    NUMBERS_SEEN = "NUMBERS_SEEN"
    RECORD_SEEN = "RECORD_SEEN"


_S, _K = Status, StepKind
STEPS: Final[dict[Status, dict[StepKind, Status]]] = {
    _S.OPEN: {
        _K.ANSWERED: _S.OPEN,
        _K.ASKED: _S.ASKED,
        _K.MORE_TOLD: _S.OPEN,
        _K.SOLVED: _S.SOLVED,
        _K.ESCALATED: _S.OPEN,
        _K.OVERDUE: _S.OPEN,
        _K.HANDED_BACK: _S.OPEN,
        _K.LINKED: _S.OPEN,
        _K.CLOSED: _S.CLOSED,
    },
    _S.ASKED: {
        _K.MORE_TOLD: _S.OPEN,
        _K.SOLVED: _S.SOLVED,
        _K.LINKED: _S.ASKED,
        _K.CLOSED: _S.CLOSED,
        _K.LAPSED: _S.CLOSED,
    },
    _S.SOLVED: {_K.REOPENED: _S.OPEN},
    _S.CLOSED: {},
}
"""The state table. Being seen changes nothing and is possible in every state."""


class ProblemState(StrEnum):
    """How far a known problem is. The values are stored."""

    EXAMINED = "EXAMINED"
    FOUND = "FOUND"
    WATCHED = "WATCHED"
    SOLVED = "SOLVED"


class Component(StrEnum):
    """A part of the platform, as the page of the system's state names it. The values are stored."""

    SIGN_IN = "SIGN_IN"
    ENTRY = "ENTRY"
    IDENTITY = "IDENTITY"
    SIGNING = "SIGNING"
    ISSUING = "ISSUING"
    VERIFYING = "VERIFYING"
    REPORTS = "REPORTS"
    MESSAGES = "MESSAGES"


class ArticleState(StrEnum):
    """How far a help article is. The values are stored."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class Promise:
    """The working time within which somebody answers first, and within which a solution is there."""

    first: timedelta
    solution: timedelta


PROMISES: Final = {
    Urgency.STOPPED: Promise(timedelta(hours=1), timedelta(hours=8)),
    Urgency.HINDERED: Promise(timedelta(hours=4), timedelta(hours=16)),
    Urgency.QUESTION: Promise(timedelta(hours=8), timedelta(hours=24)),
}
"""Unless the settings say otherwise; a working day has eight hours (clock.py)."""

LAPSE_AFTER: Final = timedelta(days=14)
MOST_OF_OFFICER_A_DAY: Final = 30
LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 4000
_PAGE: Final = re.compile(r"[a-z_]{1,30}(:[a-z_0-9]{1,50})?")
_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_LONGEST_CODE: Final = 60


@dataclass(frozen=True, slots=True)
class NewDifficulty:
    """A difficulty as it is handed in.

    `page`: the name of the page on which it arose; `code`: the last refusal shown; `version_id`: the record, only where
    the asker chose so. `sends_numbers`: the asker was warned of numbers in the text and sends them all the same.
    """

    kind: Kind
    urgency: Urgency
    subject: str
    text: str
    page: str = ""
    code: str = ""
    version_id: int | None = None
    sends_numbers: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a difficulty stands, as far as it matters to who may do what.

    `last_step`: the id of its newest step; whoever decides says which one he read.
    """

    status: Status
    level: Level
    office_id: int
    branch_id: int | None
    in_reach: bool
    last_step: int
    reopened: bool = False


def check_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Give a text stripped. Refuses SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG."""
    stripped = text.strip()
    if not stripped:
        raise Refused("SUPPORT_TEXT_MISSING")
    if len(stripped) > longest:
        raise Refused("SUPPORT_TEXT_TOO_LONG", most=longest)
    return stripped


def page_named(text: str) -> str:
    """Give the name of a page where a text has the form of one, else nothing."""
    return text if _PAGE.fullmatch(text) else ""


def code_named(text: str) -> str:
    """Give a refusal's code where a text has the form of one, else nothing."""
    return text if len(text) <= _LONGEST_CODE and _CODE.fullmatch(text) else ""


def check_step(status: Status, step: StepKind) -> Status:
    """Give the status after a step. Refuses SUPPORT_SOLVED_ALREADY, SUPPORT_NOT_SOLVED, SUPPORT_STEP_IMPOSSIBLE."""
    after = STEPS[status].get(step)
    if after is not None:
        return after
    if step is StepKind.REOPENED:
        raise Refused("SUPPORT_NOT_SOLVED")
    if status not in UNSOLVED:
        raise Refused("SUPPORT_SOLVED_ALREADY")
    raise Refused("SUPPORT_STEP_IMPOSSIBLE")


def check_newest(standing: Standing, seen_step: int) -> None:
    """Refuse DIFFICULTY_CHANGED where something happened that the officer has not read: of two at once, one wins."""
    if seen_step != standing.last_step:
        raise Refused("DIFFICULTY_CHANGED")


def is_in_charge(actor: Actor, standing: Standing) -> bool:
    """Say whether it is this officer's turn: a branch at its level, the ministry at the ministry's."""
    if not standing.in_reach or not actor.may(Permission.SUPPORT_ANSWER):
        return False
    return (actor.office_kind == "ministry") == (standing.level is Level.MINISTRY)


def check_may_answer(actor: Actor, standing: Standing) -> None:
    """Refuse RIGHT_MISSING, DIFFICULTY_UNKNOWN, SUPPORT_NOT_IN_CHARGE."""
    check_may(actor, Permission.SUPPORT_ANSWER)
    if not standing.in_reach:
        raise Refused("DIFFICULTY_UNKNOWN")
    if not is_in_charge(actor, standing):
        raise Refused("SUPPORT_NOT_IN_CHARGE")


def check_may_follow(actor: Actor, standing: Standing) -> None:
    """Refuse RIGHT_MISSING, and DIFFICULTY_UNKNOWN for whoever is not of the office that asked."""
    check_may(actor, Permission.DIFFICULTY_OPEN)
    if actor.office_id != standing.office_id:
        raise Refused("DIFFICULTY_UNKNOWN")


def check_may_escalate(standing: Standing) -> None:
    """Refuse SUPPORT_AT_THE_TOP where the ministry's IT department has it already."""
    if standing.level is Level.MINISTRY:
        raise Refused("SUPPORT_AT_THE_TOP")


def check_may_hand_back(standing: Standing) -> None:
    """Refuse SUPPORT_NO_BRANCH where no branch ever had it, SUPPORT_STEP_IMPOSSIBLE where the branch has it."""
    if standing.level is not Level.MINISTRY:
        raise Refused("SUPPORT_STEP_IMPOSSIBLE")
    if standing.branch_id is None:
        raise Refused("SUPPORT_NO_BRANCH")


def check_may_reopen(standing: Standing) -> None:
    """Refuse SUPPORT_REOPENED_ALREADY, SUPPORT_NOT_SOLVED."""
    if standing.reopened:
        raise Refused("SUPPORT_REOPENED_ALREADY")
    check_step(standing.status, StepKind.REOPENED)


def is_in_time(at: datetime, due: datetime, overdue_at: datetime | None) -> bool:
    """Say whether something came by its time, and before it went up for being late."""
    return at <= due and overdue_at is None
