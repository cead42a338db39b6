"""What is counted, and the shapes in which counts are handed out. Pure.

Law: a unit's figures are the sums of its offices' figures, so the parts of a unit always add up to its total.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from vaxpass.offices.units import Level, Scheme
from vaxpass.records.states import State


class Measure(StrEnum):
    """What is counted as it stands. The values are the columns of `OfficeFigures`.

    PEOPLE: each once, at the facility of the newest dose that stands. DOSES: those that stand or that the ministry
    refused; it is RECEIVED + UNANSWERED + MISMATCHED + INCOMPLETE + TO_SIGN + ATTESTED + CERTIFIED + REFUSED. ATTESTED:
    signed by the facility, waits for the ministry. EXEMPT: those of TO_SIGN whom the database does not know
    (foreigners). CONFIRMED: identity right, or exempt: TO_SIGN + ATTESTED + CERTIFIED. MENDED: versions that replaced
    another and stand. PASSPORTS: live and not expired, at the facility of the dose that they carry. Reports count at
    the office that was asked; REPORTS_OPEN are those whose clock runs, REPORTS_IN_TIME of REPORTS_ANSWERED those
    answered before they went up. GIVEN: doses given, as provinces enter them.
    """

    PEOPLE = "people"
    DOSES = "doses"
    RECEIVED = "received"
    UNANSWERED = "unanswered"
    MISMATCHED = "mismatched"
    INCOMPLETE = "incomplete"
    TO_SIGN = "to_sign"
    ATTESTED = "attested"
    CERTIFIED = "certified"
    REFUSED = "refused"
    EXEMPT = "exempt"
    MENDED = "mended"
    CONFIRMED = "confirmed"
    PASSPORTS = "passports"
    REPORTS_OPEN = "reports_open"
    REPORTS_OVERDUE = "reports_overdue"
    REPORTS_ANSWERED = "reports_answered"
    REPORTS_IN_TIME = "reports_in_time"
    GIVEN = "given"


class DayMeasure(StrEnum):
    """What is counted by the day (Hanoi) on which it happened. The values are columns of `OfficeDay`."""

    ENTERED = "entered"
    ATTESTED = "attested"
    CERTIFIED = "certified"
    PASSPORTS = "passports"
    MENDED = "mended"
    REPORTS = "reports"
    ANSWERED = "answered"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Unit:
    """Whose figures: a unit of a level in one of the two lists. Code "" of COUNTRY; of OFFICE the office's code."""

    level: Level
    code: str
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by measure. `hidden`: small numbers that this reader is not told; their count reads 0."""

    counts: Mapping[Measure, int]
    hidden: frozenset[Measure] = field(default=frozenset())

    def count(self, measure: Measure) -> int:
        """Give a count; 0 where it is hidden (ask `is_hidden` first, or show `text`)."""
        return 0 if measure in self.hidden else self.counts.get(measure, 0)

    def is_hidden(self, measure: Measure) -> bool:
        """Say whether the number is kept from this reader because it would point at somebody."""
        return measure in self.hidden

    def share(self, measure: Measure, of: Measure) -> float | None:
        """Give one count as a share (0 to 1) of another; None where there is nothing to divide by, or one is hidden."""
        if {measure, of} & self.hidden or not self.count(of):
            return None
        return self.count(measure) / self.count(of)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A part of a unit. `is_own_office`: what lies with no part of this level: at the department itself, unplaced."""

    unit: Unit
    name_vi: str
    name_en: str
    figures: Figures
    is_own_office: bool = False

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi


@dataclass(frozen=True, slots=True)
class CauseFigures:
    """Doses that wait for one cause. `ages`: how many by age, in the buckets of rules.AGE_EDGES (one more than edges).

    `unit` is None where no parts were asked for. `count` and `ages` are None where small numbers are hidden.
    """

    unit: Unit | None
    state: State
    reason: str
    count: int | None
    oldest: datetime
    ages: tuple[int, ...] | None
    name_vi: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What happened on a day in Hanoi; measures of which nothing happened read 0."""

    day: date
    counts: Mapping[DayMeasure, int]
    hidden: frozenset[DayMeasure] = field(default=frozenset())

    def count(self, measure: DayMeasure) -> int:
        """Give a count of the day; 0 where it is hidden."""
        return 0 if measure in self.hidden else self.counts.get(measure, 0)


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the figures were counted. `is_late`: more than five minutes ago."""

    at: datetime
    is_late: bool
