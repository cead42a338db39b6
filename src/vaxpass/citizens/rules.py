"""Who a citizen is, as far as it was shown; how long a code lives, and how often one may ask. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, Self

CODE_LIVES: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODE_DIGITS: Final = 6
_HANOI: Final = timezone(timedelta(hours=7))  # Vietnam keeps no summer time


class Proof(StrEnum):
    """How somebody showed who they are."""

    PHONE = "PHONE"  # a code sent to the phone that stands in the record
    EMAIL = "EMAIL"  # a code sent to the e-mail that the citizen confirmed earlier
    EID = "EID"  # VNeID, the electronic identity (Luật Căn cước 2023)


class Purpose(StrEnum):
    """What a one-time code is for; a code for one thing proves nothing for another."""

    FIND = "FIND"  # find my record: the code goes where the record says
    REPORT = "REPORT"  # prove the phone or e-mail typed in a report
    CONTACT = "CONTACT"  # confirm an e-mail before it is kept


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who showed who they are: the people reached (himself, or a child), how, since when (aware, UTC)."""

    person_ids: frozenset[int]
    proof: Proof
    since: datetime

    def to_session(self) -> dict[str, Any]:
        """Write what a session keeps: no name, no number."""
        return {"people": sorted(self.person_ids), "proof": self.proof.value, "since": self.since.isoformat()}

    @classmethod
    def from_session(cls, kept: dict[str, Any]) -> Self:
        """Read what `to_session` wrote."""
        return cls(frozenset(kept["people"]), Proof(kept["proof"]), datetime.fromisoformat(kept["since"]))


class Span(StrEnum):
    """Over which time something is counted: the running hour, or the running day in Vietnam."""

    HOUR = "hour"
    DAY = "day"

    def around(self, now: datetime) -> tuple[datetime, datetime]:
        """Give beginning and end (UTC) of the span in which `now` lies."""
        there = now.astimezone(_HANOI).replace(minute=0, second=0, microsecond=0)
        if self is Span.DAY:
            there = there.replace(hour=0)
        length = timedelta(days=1) if self is Span.DAY else timedelta(hours=1)
        return there.astimezone(UTC), (there + length).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a span; `code` names the refusal, which never tells whether anybody exists."""

    name: str
    span: Span
    most: int
    code: str


# What was typed, and the address it came from: these are refused aloud, for they are the same for everybody.
# An address stands for a subscriber's IPv6 /64, or for one IPv4 address, behind which a whole village may sit.
ASKED: Final = (
    Limit("asked", Span.HOUR, 5, "ASKED_TOO_OFTEN_THIS_HOUR"),
    Limit("asked", Span.DAY, 10, "ASKED_TOO_OFTEN_TODAY"),
)
ASKED_HERE: Final = (
    Limit("asked-here", Span.HOUR, 60, "ASKED_TOO_OFTEN_HERE"),
    Limit("asked-here", Span.DAY, 400, "ASKED_TOO_OFTEN_HERE"),
)
GUESSED: Final = (Limit("guessed", Span.DAY, 20, "GUESSED_TOO_OFTEN_TODAY"),)
GUESSED_HERE: Final = (
    Limit("guessed-here", Span.HOUR, 60, "GUESSED_TOO_OFTEN_HERE"),
    Limit("guessed-here", Span.DAY, 300, "GUESSED_TOO_OFTEN_HERE"),
)
IN_WORDS_HERE: Final = (
    Limit("in-words-here", Span.HOUR, 20, "ASKED_TOO_OFTEN_HERE"),
    Limit("in-words-here", Span.DAY, 100, "ASKED_TOO_OFTEN_HERE"),
)
EID_HERE: Final = (Limit("eid-here", Span.HOUR, 60, "ASKED_TOO_OFTEN_HERE"),)

# The real phone or mailbox, and the people found: kept in silence, for a refusal would tell that somebody exists.
SENT: Final = (
    Limit("sent", Span.HOUR, 4, "SENT_TOO_OFTEN"),
    Limit("sent", Span.DAY, 8, "SENT_TOO_OFTEN"),
)
SENT_ABOUT: Final = (Limit("sent-about", Span.DAY, 10, "SENT_TOO_OFTEN"),)
