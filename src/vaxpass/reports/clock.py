"""The 48 hours of dispatch 9458/BYT-CNTT, counted on working days of Vietnam. Pure.

A working day counts its 24 hours, from midnight to midnight in Hanoi; weekends, public holidays and their days in lieu
count nothing, and neither does the time in which the citizen is asked for more. Holidays, Tết and the anniversary of
the Hùng Kings by the lunar calendar among them, come from the package `holidays`; what the government moves at short
notice is told by the settings.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
ALLOWED: Final = timedelta(hours=48)
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)

Span = tuple[datetime, datetime]
"""From when until when, both aware."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days count. `free` and `working` overrule weekend and holidays; `working` goes first."""

    free: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def counts(self, day: date) -> bool:
        """Say whether a day counts."""
        if day in self.working:
            return True
        return day.weekday() < _SATURDAY and day not in self.free and day not in _holidays(day.year)


@cache
def _holidays(year: int) -> Collection[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def due_at(
    opened: datetime, pauses: Iterable[Span] = (), days: WorkingDays | None = None, allowed: timedelta = ALLOWED
) -> datetime:
    """Give when the allowed time has run out, for a report opened at `opened` and paused in `pauses` (ended ones).

    The answer has the time zone of `opened`. Pauses may overlap, and begin before the opening.
    """
    calendar = days or WorkingDays()
    rest = sorted((start.astimezone(VIETNAM), end.astimezone(VIETNAM)) for start, end in pauses)
    at, left = opened.astimezone(VIETNAM), allowed
    while True:
        midnight = _next_midnight(at)
        if calendar.counts(at.date()):
            for start, end in _running(at, midnight, rest):
                if end - start >= left:
                    return (start + left).astimezone(opened.tzinfo)
                left -= end - start
        at = midnight


def _next_midnight(at: datetime) -> datetime:
    return datetime.combine(at.date() + _DAY, time(), VIETNAM)


def _running(start: datetime, end: datetime, pauses: Sequence[Span]) -> Iterable[Span]:
    """Cut the pauses, which are sorted by their beginning, out of a span."""
    for pause_start, pause_end in pauses:
        if pause_end <= start:
            continue
        if pause_start >= end:
            break
        if pause_start > start:
            yield start, pause_start
        start = max(start, pause_end)
        if start >= end:
            return
    yield start, end
