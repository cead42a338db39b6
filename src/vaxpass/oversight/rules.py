"""When somebody is behind. Pure: counts and times in, yes or no out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vaxpass.records.states import ENDED, State

SIGN_WITHIN: Final = timedelta(days=1)
"""Doses are to be entered and signed within the day (dispatch 1815/BYT-CNTT)."""
MEND_WITHIN: Final = timedelta(days=7)
"""Ours: no dispatch names a limit for mending; a week shows who has stopped."""

TO_SIGN: Final = (State.VERIFIED, State.EXEMPT)
TO_MEND: Final = (State.MISMATCHED, State.INCOMPLETE)
DONE: Final = (State.ATTESTED, State.CERTIFIED)
WAITING: Final = (State.RECEIVED, State.UNANSWERED, *TO_MEND, *TO_SIGN, State.ATTESTED)
AGE_EDGES: Final = (1, 7, 30, 90)
"""Days between the buckets of age: up to a day, a week, a month, three months, and longer."""
LATE_AFTER: Final = timedelta(minutes=5)
"""Older figures say so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a set of doses is: how many stand in each state, and since when the oldest waits there."""

    counts: dict[State, int]
    oldest: dict[State, datetime]

    def count(self, *states: State) -> int:
        """Count the doses in some states."""
        return sum(self.counts.get(state, 0) for state in states)

    def since(self, *states: State) -> datetime | None:
        """Give since when the oldest waits in any of some states."""
        return min((self.oldest[state] for state in states if state in self.oldest), default=None)

    @property
    def entered(self) -> int:
        """Count the doses that stand: mended versions and withdrawn doses do not."""
        return sum(number for state, number in self.counts.items() if state not in ENDED or state is State.REFUSED)

    @property
    def signed_percent(self) -> int:
        """Give the share of doses that the facility has signed, in whole percent, rounded down."""
        return 100 * self.count(*DONE) // self.entered if self.entered else 0


def is_behind(progress: Progress, *, now: datetime) -> bool:
    """Say whether doses wait for a signature or for mending longer than they should."""
    return _is_late(progress.since(*TO_SIGN), SIGN_WITHIN, now) or _is_late(progress.since(*TO_MEND), MEND_WITHIN, now)


def _is_late(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now - since > limit
