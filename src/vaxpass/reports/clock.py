"""The 48 hours of dispatch 9458/BYT-CNTT, counted on working days of Vietnam. Pure.

A working day counts its 24 hours, from midnight to midnight in Hanoi; weekends, public holidays and their days in lieu
count nothing, and neither does the time in which the citizen is asked for more. Which days these are:
offices/workdays.py.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from vaxpass.offices.workdays import VIETNAM, WorkingDays

ALLOWED: Final = timedelta(hours=48)
_DAY: Final = timedelta(days=1)

Span = tuple[datetime, datetime]
"""From when until when, both aware."""


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


def counted(
    opened: datetime, ended: datetime, pauses: Iterable[Span] = (), days: WorkingDays | None = None
) -> timedelta:
    """Give how much of a span counts: its working days without the pauses; nothing where it ends before it begins."""
    calendar = days or WorkingDays()
    rest = sorted((start.astimezone(VIETNAM), end.astimezone(VIETNAM)) for start, end in pauses)
    at, last, found = opened.astimezone(VIETNAM), ended.astimezone(VIETNAM), timedelta()
    while at < last:
        until = min(_next_midnight(at), last)
        if calendar.counts(at.date()):
            found += sum((end - start for start, end in _running(at, until, rest)), timedelta())
        at = until
    return found


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
