"""Working days of Vietnam: what counts as one, and the next one after a day that is none.

Holidays, Tết and the anniversary of the Hùng Kings by the lunar calendar among them, come from the package `holidays`;
what the government moves at short notice is passed in; moved_days.py reads it from the settings. Pure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


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

    def on_or_after(self, day: date) -> date:
        """Give the day itself where it counts, else the next one that does."""
        while not self.counts(day):
            day += _DAY
        return day


@cache
def _holidays(year: int) -> Collection[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def day_in_vietnam(now: datetime) -> date:
    """Give the day that people in Vietnam call today."""
    return now.astimezone(VIETNAM).date()
