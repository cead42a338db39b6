"""The promises and the calendar of the settings."""

from datetime import datetime, timedelta
from functools import cache

from django.conf import settings

from vaxpass.offices.moved_days import working_days
from vaxpass.support.clock import due_after, worked_between
from vaxpass.support.rules import PROMISES, Promise, Urgency


@cache
def _promises(said: str) -> dict[Urgency, Promise]:
    """Read `STOPPED=1/8,HINDERED=4/16`: working hours until the first answer / until the solution."""
    found = dict(PROMISES)
    for part in said.split(","):
        if part.strip():
            name, _, hours = part.partition("=")
            first, _, solution = hours.partition("/")
            found[Urgency(name.strip())] = Promise(timedelta(hours=float(first)), timedelta(hours=float(solution)))
    return found


def promise(urgency: Urgency) -> Promise:
    """Give the times that are promised for an urgency."""
    return _promises(str(settings.SUPPORT["promises"]))[urgency]


def due_from(now: datetime, allowed: timedelta) -> datetime:
    """Give when working time that begins now has run out."""
    return due_after(now, allowed, working_days())


def worked(start: datetime, end: datetime) -> timedelta:
    """Give the working time between two moments."""
    return worked_between(start, end, working_days())
