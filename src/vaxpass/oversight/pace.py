"""How often figures are counted: as often as promised, yet never more than half of the time. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

LEAST_INTERVAL: Final = timedelta(seconds=90)
BEAT: Final = timedelta(minutes=1)
"""How often the job looks whether a tally is due."""


def usual(took: Sequence[timedelta]) -> timedelta:
    """Say how long a tally takes, by the last ones: the shortest, so that a long one by night slows down nothing."""
    return min(took, default=timedelta(0))


def interval(took: timedelta) -> timedelta:
    """Say how long after the beginning of the last tally the next may begin, where one takes so long."""
    return max(LEAST_INTERVAL, 2 * took)


def oldest(took: timedelta) -> timedelta:
    """Say how old figures become: until the next tally is due, is begun, and has ended."""
    return interval(took) + BEAT + took
