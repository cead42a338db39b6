"""Working hours: a working day has eight, from 8 to 12 and from 13 to 17 in Hanoi. Pure.

Which days count is the calendar of offices/workdays.py. What happens outside working hours happens at the next
opening; a difficulty told at night has its full time from the morning on.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from vaxpass.offices.workdays import VIETNAM, WorkingDays

HOURS: Final = ((time(8), time(12)), (time(13), time(17)))
_DAY: Final = timedelta(days=1)
_FARTHEST: Final = 3660
"""Days that are looked at: a calendar without a working day within ten years is a mistake of the settings."""


def due_after(start: datetime, allowed: timedelta, days: WorkingDays) -> datetime:
    """Give when `allowed` working time has passed since `start`; in the time zone of `start`.

    Raises ValueError where the calendar has no working day for ten years.
    """
    left = max(allowed, timedelta())
    for opens, closes in _stretches(start, days):
        if closes - opens >= left:
            return (opens + left).astimezone(start.tzinfo)
        left -= closes - opens
    raise ValueError("the calendar has no working days")


def worked_between(start: datetime, end: datetime, days: WorkingDays) -> timedelta:
    """Give the working time between two moments; nothing where the end lies before the start."""
    total = timedelta()
    for opens, closes in _stretches(start, days):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _stretches(start: datetime, days: WorkingDays) -> Iterator[tuple[datetime, datetime]]:
    """Give the stretches of working time from a moment on."""
    here = start.astimezone(VIETNAM)
    for offset in range(_FARTHEST):
        day = here.date() + offset * _DAY
        if not days.counts(day):
            continue
        for opens, closes in _hours_of(day):
            if closes > here:
                yield max(opens, here), closes


def _hours_of(day: date) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in HOURS:
        yield datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM)
