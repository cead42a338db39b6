"""What a weekly report says, as plain facts: composed once, and written as sheet and as PDF from the same. Pure.

A week goes from Monday to Sunday in Hanoi and is named by ISO 8601. It is reported from Monday 06:00 on.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from vaxpass.offices.units import Level
from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.measures import DayMeasure, Measure, Unit
from vaxpass.oversight.signatories import Signatory
from vaxpass.oversight.times import Span
from vaxpass.records.states import State

REPORTED_AT: Final = time(6, tzinfo=VIETNAM)
"""Monday morning, before the offices open."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday."""

    monday: date

    @property
    def sunday(self) -> date:
        """Give its last day."""
        return self.monday + 6 * _DAY

    @property
    def number(self) -> int:
        """Give its number in its year (ISO 8601)."""
        return self.monday.isocalendar().week

    @property
    def year(self) -> int:
        """Give the year that it belongs to (ISO 8601)."""
        return self.monday.isocalendar().year

    @property
    def before(self) -> "Week":
        """Give the week before."""
        return Week(self.monday - _WEEK)

    @property
    def due_at(self) -> datetime:
        """Give when it is to be reported: the Monday after, 06:00 in Hanoi."""
        return datetime.combine(self.monday + _WEEK, REPORTED_AT)


def week_due(now: datetime) -> Week:
    """Give the last week whose report is due: the week before, from Monday 06:00 on."""
    day = now.astimezone(VIETNAM).date()
    week = Week(day - day.weekday() * _DAY - _WEEK)
    return week if now >= week.due_at else week.before


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened: in the week, in the week before (None: nothing was kept then), and since the first day."""

    measure: DayMeasure
    week: int
    before: int | None
    total: int

    @property
    def is_stated(self) -> bool:
        """Tell whether there is a number at all: doses given that nobody has stated are not "none given"."""
        return self.measure is not DayMeasure.GIVEN or self.total > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands when the report is made, and what stood in the report of the week before (None: there is none)."""

    measure: Measure
    now: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Doses that wait for one cause, since when the oldest waits, and how many longer than a week, and a month."""

    state: State
    reason: str
    count: int
    oldest: datetime
    over_week: int
    over_month: int


@dataclass(frozen=True, slots=True)
class Duration:
    """How long spans took that ended in the week; `percent` in time. None where there was none."""

    span: Span
    count: int
    p50: int | None
    p95: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A unit below: what stands there now. `late`: its offices that are late."""

    code: str
    name: str
    given: int
    doses: int
    to_mend: int
    to_sign: int
    attested: int
    certified: int
    passports: int
    reports_open: int
    reports_overdue: int
    late: int

    @property
    def work_left(self) -> int:
        """Count what still has to be done there, to find who has most."""
        return self.to_mend + self.to_sign + self.reports_overdue


@dataclass(frozen=True, slots=True)
class LateOffice:
    """An office that is late: what waits there, and since when it should have been done."""

    code: str
    name: str
    to_sign: int
    to_mend: int
    reports_overdue: int
    late_since: datetime | None


@dataclass(frozen=True, slots=True)
class Difficulties:
    """Difficulties of the unit's offices: opened and solved in the week; open, overdue and escalated when made."""

    opened: int
    solved: int
    open: int
    overdue: int
    at_ministry: int


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """Everything that a weekly report of a unit says. `dated`: the first working day from the making on."""

    unit: Unit
    name: str
    week: Week
    made_at: datetime
    as_of: datetime
    dated: date
    flows: tuple[Flow, ...]
    standings: tuple[Standing, ...]
    causes: tuple[Cause, ...]
    durations: tuple[Duration, ...]
    parts: tuple[Part, ...]
    offices: int
    """Offices that have doses or open reports."""
    offices_late: int
    late: tuple[LateOffice, ...]
    """The latest of them."""
    difficulties: Difficulties | None
    signatory: Signatory

    @property
    def is_country(self) -> bool:
        """Say whether it is the ministry's own report about the whole country."""
        return self.unit.level is Level.COUNTRY

    def flow(self, measure: DayMeasure) -> Flow:
        """Give what happened of one kind."""
        return next(one for one in self.flows if one.measure is measure)

    def standing(self, measure: Measure) -> Standing:
        """Give what stands of one kind."""
        return next(one for one in self.standings if one.measure is measure)
