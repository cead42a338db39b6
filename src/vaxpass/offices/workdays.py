"""Working days of Vietnam: what counts as one, and the next one after a day that is none.

Holidays, Tết and the anniversary of the Hùng Kings by the lunar calendar among them, come from the package `holidays`;
what the government moves at short notice is told by the settings. Pure, but for `working_days`, which reads those.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

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


def working_days() -> WorkingDays:
    """Read which days the government moved."""
    return WorkingDays(_days(str(settings.REPORTS["free_days"])), _days(str(settings.REPORTS["working_days"])))


def _days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day.strip()) for day in text.split(",") if day.strip())


def day_in_vietnam(now: datetime) -> date:
    """Give the day that people in Vietnam call today."""
    return now.astimezone(VIETNAM).date()
