"""Decisions of campaigns: which functions are open, which steps are due, when to remind. Pure.

In: frozen facts of directives, and the day. Out: states, or coded refusals. Days are those of Vietnam; a
function opens at the beginning of its first day and closes at the end of its last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import WorkingDays


class Function(StrEnum):
    """What a directive may open and close by date."""

    INTAKE = "intake"
    FACILITY_SIGNING = "facility_signing"
    MINISTRY_SIGNING = "ministry_signing"
    CITIZEN_REPORTS = "citizen_reports"


COUNTRYWIDE: Final = frozenset({Function.MINISTRY_SIGNING, Function.CITIZEN_REPORTS})
"""Open or closed for the whole country at once, so the ministry's alone to open and close, whomever it addresses."""


class Target(StrEnum):
    """What a step is measured by. TOLD: nothing counts it; the unit says that it is done."""

    TOLD = "told"
    ALL_SIGNED = "all_signed"
    SHARE_SIGNED = "share_signed"
    IDENTITIES_MENDED = "identities_mended"
    REPORTS_ANSWERED = "reports_answered"
    NO_REPORT_OVERDUE = "no_report_overdue"
    ALL_ENTERED = "all_entered"


# Functions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """One step in force that opens a function between two days, both included; None: from ever, for ever.

    `issuer` is the code of a province, empty for the ministry.
    Of one issuer's directives the newest decides, its windows together.
    """

    issuer: str
    published_at: datetime
    number: str
    opens_on: date | None
    closes_on: date | None

    def holds(self, day: date) -> bool:
        """Say whether the function is open on a day by this window."""
        return window_holds(self.opens_on, self.closes_on, day)


def window_holds(opens_on: date | None, closes_on: date | None, day: date) -> bool:
    """Say whether a day lies between two days, both included; None: from ever, for ever."""
    return (opens_on is None or opens_on <= day) and (closes_on is None or day <= closes_on)


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Whether a function is open, and by which directive (`number`, empty where none says anything).

    Open: `ends` is its last day, if one is known. Closed: `opens` is the day on which it opens, None where it ended,
    and then `ends` was its last day.
    """

    is_open: bool
    number: str = ""
    opens: date | None = None
    ends: date | None = None


OPEN: Final = OpeningState(is_open=True)


def state_on(windows: Iterable[Window], day: date) -> OpeningState:
    """Say whether a function is open on a day.

    Without a window it is open. Of each issuer's directives the newest decides, so that a later one can prolong or
    close. Where the ministry and a province both say something, both must hold it open.
    """
    found = OPEN
    ordered = sorted(windows, key=lambda one: (one.issuer, one.published_at))
    for _issuer, group in groupby(ordered, lambda one: one.issuer):
        said = list(group)
        state = _state([one for one in said if one.published_at == said[-1].published_at], day)
        if not state.is_open:
            return state
        if found.ends is None or (state.ends is not None and state.ends < found.ends):
            found = state
    return found


def _state(windows: Sequence[Window], day: date) -> OpeningState:
    number = windows[0].number
    holding = [one for one in windows if one.holds(day)]
    if holding:
        ends = None if any(one.closes_on is None for one in holding) else max(_last(one) for one in holding)
        return OpeningState(is_open=True, number=number, ends=ends)
    opens = min((one.opens_on for one in windows if one.opens_on and one.opens_on > day), default=None)
    ended = None if opens else max(_last(one) for one in windows)
    return OpeningState(is_open=False, number=number, opens=opens, ends=ended)


def _last(window: Window) -> date:
    return window.closes_on or date.max


def check_is_open(function: Function, state: OpeningState) -> None:
    """Refuse FUNCTION_CLOSED (it opens later) or FUNCTION_ENDED."""
    if state.is_open:
        return
    if state.opens is not None:
        raise Refused("FUNCTION_CLOSED", function=function.value, opens=f"{state.opens:%d/%m/%Y}", number=state.number)
    ended = f"{state.ends:%d/%m/%Y}" if state.ends else ""
    raise Refused("FUNCTION_ENDED", function=function.value, ended=ended, number=state.number)


# Deadlines --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as it was written, and the day that counts; `moved` says that the two differ.

    `rests`: the written day is a week-end or a holiday, whether the directive moves it or not.
    """

    written: date
    counts: date
    rests: bool

    @property
    def moved(self) -> bool:
        """Whether a day off moved it."""
        return self.written != self.counts


def deadline(written: date, days: WorkingDays, *, moves: bool) -> Deadline:
    """Give the day that counts: the next working day, where the directive says that deadlines move."""
    rests = not days.counts(written)
    return Deadline(written, days.on_or_after(written) if moves else written, rests)


MILESTONES: Final = (-7, -3, -1, 0, *range(1, 15))
"""Days before (negative), on and after the deadline on which a unit is reminded; afterwards once a week."""
_DAILY_UNTIL: Final = 14
_WEEK: Final = 7
SOON: Final = timedelta(days=7)


def milestone(due: date, today: date, published_on: date) -> int | None:
    """Give the newest milestone that has come; None before the first.

    One that passed while the platform stood still is made up for, except those from before the directive was there.
    """
    offset = (today - due).days
    if offset > _DAILY_UNTIL:
        return offset - (offset - _DAILY_UNTIL) % _WEEK
    come = max((one for one in MILESTONES if one <= offset), default=None)
    return None if come is None or due + timedelta(days=come) <= published_on else come


UNREAD_AFTER: Final = (3, 7)
"""Days after publication on which a unit that has not acknowledged is reminded; afterwards once a week."""


def unread_milestone(published_on: date, today: date) -> int | None:
    """Give the newest milestone of a unit that has not acknowledged; None before the first."""
    age = (today - published_on).days
    if age >= UNREAD_AFTER[-1]:
        return age - age % _WEEK
    return max((one for one in UNREAD_AFTER if one <= age), default=None)


# Targets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing of a target now, and out of how many. `missing` is None where nothing can be counted yet.

    `is_pending`: the next count brings it.
    """

    missing: int | None
    of: int
    is_pending: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.missing == 0


_ALL: Final = 100


YEARS: Final = range(2020, 2100)
"""Years in which a directive can ask for something. A mistyped one would be late by more days than a reminder counts,
and one office's mistake would end everybody's reminders."""


# Drafts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as an officer writes it."""

    title: str
    function: Function | None
    target: Target
    percent: int | None
    opens_on: date | None
    closes_on: date | None
    due_on: date | None
    facility_class: str


def check_step(step: StepDraft, *, of_ministry: bool) -> None:
    """Refuse what a step cannot be.

    Codes: STEP_DAY_IMPOSSIBLE, STEP_WINDOW_MISSING, STEP_WITHOUT_FUNCTION, STEP_ENDS_BEFORE_IT_OPENS,
    STEP_DUE_BEFORE_IT_OPENS, STEP_PERCENT_IMPOSSIBLE, FUNCTION_OF_MINISTRY, FUNCTION_FOR_ALL_CLASSES.
    """
    if any(day and day.year not in YEARS for day in (step.opens_on, step.closes_on, step.due_on)):
        raise Refused("STEP_DAY_IMPOSSIBLE", first=YEARS.start, last=YEARS.stop - 1)
    window = step.opens_on or step.closes_on
    if step.function and not window:
        raise Refused("STEP_WINDOW_MISSING")
    if step.closes_on and not step.function:
        raise Refused("STEP_WITHOUT_FUNCTION")
    if step.opens_on and step.closes_on and step.closes_on < step.opens_on:
        raise Refused("STEP_ENDS_BEFORE_IT_OPENS")
    if step.opens_on and step.due_on and step.due_on < step.opens_on:
        raise Refused("STEP_DUE_BEFORE_IT_OPENS")
    if (step.target is Target.SHARE_SIGNED) != (step.percent is not None) or not 1 <= (step.percent or _ALL) <= _ALL:
        raise Refused("STEP_PERCENT_IMPOSSIBLE")
    if step.function in COUNTRYWIDE and not of_ministry:
        raise Refused("FUNCTION_OF_MINISTRY")
    if step.function in COUNTRYWIDE and step.facility_class:
        raise Refused("FUNCTION_FOR_ALL_CLASSES")


def concerns(step_class: str, office_kind: str, facility_class: str) -> bool:
    """Say whether a step concerns an office: a class narrows it for facilities.

    What is asked of provincial facilities is asked of their province and its communes as well; what is asked of the
    facilities of the ministry or of another sector is not.
    """
    if not step_class:
        return True
    return step_class == (facility_class if office_kind == "facility" else "provincial")
