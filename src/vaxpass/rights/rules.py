"""What somebody may demand under the data-protection law, until when it is answered, and with which reasons. Pure.

Law: Luật 91/2025/QH15, Điều 4 (rights), Điều 9 (consent), Điều 13 (correction), Điều 14 (deletion), Điều 19 (work that
needs no consent). Time limits: Nghị định 356/2025/NĐ-CP; see `Limits`.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from vaxpass.offices.scope import Refused

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST_WORDS = 2000
LAST_SECOND = timedelta(seconds=1)
"""A due time is the first moment after the last day; less this, it lies in that day."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another when read aloud


class Kind(IntEnum):
    """What is demanded. The numbers are stored. A correction is a report (room `reports`), with its own clock."""

    COPY = 1
    OBJECTION = 2
    RESTRICTION = 3
    DELETION = 4


class Status(IntEnum):
    """Where a demand stands."""

    OPEN = 1
    ANSWERED = 2
    WITHDRAWN = 3


class Step(StrEnum):
    """What happened to a demand; each at most once."""

    RECEIVED = "RECEIVED"
    EXTENDED = "EXTENDED"
    ANSWERED = "ANSWERED"
    WITHDRAWN = "WITHDRAWN"


class Matter(StrEnum):
    """What an objection, a restriction or a deletion is about: kinds of data and what is done with them."""

    MESSAGES = "MESSAGES"  # what we write to the citizen; the e-mail address that he confirmed
    CONSENTS = "CONSENTS"  # consents given
    PHOTOS = "PHOTOS"  # photos sent with reports
    LOOKS = "LOOKS"  # who opened the record; visits
    RECORD = "RECORD"  # identity and doses
    PASSPORT = "PASSPORT"  # passports and the public log
    REPORTS = "REPORTS"  # reports and what was answered


MATTERS: Mapping[Kind, tuple[Matter, ...]] = {
    Kind.COPY: (),
    Kind.OBJECTION: (Matter.MESSAGES, Matter.LOOKS, Matter.RECORD, Matter.PASSPORT),
    Kind.RESTRICTION: (Matter.MESSAGES, Matter.RECORD, Matter.PASSPORT),
    Kind.DELETION: tuple(Matter),
}


class Answer(StrEnum):
    """One coded answer for one matter; its sentence lies in locale/rights."""

    DONE_STOPPED = "RIGHTS_DONE_STOPPED"
    DONE_DELETED = "RIGHTS_DONE_DELETED"
    DONE_EXAMINED = "RIGHTS_DONE_EXAMINED"
    DONE_HELD = "RIGHTS_DONE_HELD"
    KEPT_LAW = "RIGHTS_KEPT_LAW"
    KEPT_HEALTH_RECORD = "RIGHTS_KEPT_HEALTH_RECORD"
    KEPT_SIGNED = "RIGHTS_KEPT_SIGNED"
    KEPT_PROOF = "RIGHTS_KEPT_PROOF"
    KEPT_OPEN_REPORT = "RIGHTS_KEPT_OPEN_REPORT"
    NOT_CLEAR = "RIGHTS_NOT_CLEAR"


class Effect(StrEnum):
    """What an answer does, in the transaction in which it is given."""

    TAKE_CONSENTS_BACK = "TAKE_CONSENTS_BACK"
    FORGET_EMAIL = "FORGET_EMAIL"
    DELETE_PHOTOS = "DELETE_PHOTOS"


_A = Answer
_STOP = frozenset({Effect.TAKE_CONSENTS_BACK, Effect.FORGET_EMAIL})
_NOTHING: frozenset[Effect] = frozenset()

# Which answers fit which demand about which matter, and what each does. The first is offered as the usual one, but
# none is chosen beforehand.
ANSWERS: Mapping[tuple[Kind, Matter], Mapping[Answer, frozenset[Effect]]] = {
    (Kind.OBJECTION, Matter.MESSAGES): {_A.DONE_STOPPED: _STOP, _A.KEPT_LAW: _NOTHING, _A.NOT_CLEAR: _NOTHING},
    (Kind.OBJECTION, Matter.LOOKS): {_A.DONE_EXAMINED: _NOTHING, _A.KEPT_LAW: _NOTHING, _A.NOT_CLEAR: _NOTHING},
    (Kind.OBJECTION, Matter.RECORD): {
        _A.KEPT_LAW: _NOTHING, _A.KEPT_HEALTH_RECORD: _NOTHING, _A.DONE_HELD: _NOTHING, _A.NOT_CLEAR: _NOTHING,
    },
    (Kind.OBJECTION, Matter.PASSPORT): {
        _A.KEPT_SIGNED: _NOTHING, _A.KEPT_LAW: _NOTHING, _A.DONE_HELD: _NOTHING, _A.NOT_CLEAR: _NOTHING,
    },
    (Kind.RESTRICTION, Matter.MESSAGES): {_A.DONE_STOPPED: _STOP, _A.KEPT_LAW: _NOTHING, _A.NOT_CLEAR: _NOTHING},
    (Kind.RESTRICTION, Matter.RECORD): {
        _A.DONE_HELD: _NOTHING, _A.KEPT_LAW: _NOTHING, _A.KEPT_HEALTH_RECORD: _NOTHING, _A.NOT_CLEAR: _NOTHING,
    },
    (Kind.RESTRICTION, Matter.PASSPORT): {
        _A.DONE_HELD: _NOTHING, _A.KEPT_SIGNED: _NOTHING, _A.KEPT_LAW: _NOTHING, _A.NOT_CLEAR: _NOTHING,
    },
    (Kind.DELETION, Matter.MESSAGES): {_A.DONE_DELETED: frozenset({Effect.FORGET_EMAIL})},
    (Kind.DELETION, Matter.CONSENTS): {_A.DONE_STOPPED: _STOP},
    (Kind.DELETION, Matter.PHOTOS): {
        _A.DONE_DELETED: frozenset({Effect.DELETE_PHOTOS}), _A.KEPT_OPEN_REPORT: _NOTHING,
    },
    (Kind.DELETION, Matter.LOOKS): {_A.KEPT_PROOF: _NOTHING},
    (Kind.DELETION, Matter.RECORD): {_A.KEPT_HEALTH_RECORD: _NOTHING},
    (Kind.DELETION, Matter.PASSPORT): {_A.KEPT_SIGNED: _NOTHING},
    (Kind.DELETION, Matter.REPORTS): {_A.KEPT_PROOF: _NOTHING, _A.KEPT_OPEN_REPORT: _NOTHING},
}  # fmt: skip

GRANTED = frozenset({_A.DONE_STOPPED, _A.DONE_DELETED, _A.DONE_EXAMINED, _A.DONE_HELD})
NEED_AN_OPEN_REPORT = frozenset({_A.DONE_HELD, _A.KEPT_OPEN_REPORT})
NEED_WORDS = frozenset({_A.DONE_EXAMINED, _A.NOT_CLEAR})  # what was found, or what must be said more exactly


class Purpose(StrEnum):
    """What a citizen may consent to, beyond what the law orders anyway; each can be taken back at any time."""

    EMAIL = "EMAIL"  # keep my e-mail address, send codes, answers and passports there


ENDS_WITH: Mapping[Purpose, frozenset[Effect]] = {
    Purpose.EMAIL: frozenset({Effect.FORGET_EMAIL}),
}

WORDING = 1  # raised whenever the sentence of a purpose changes: a consent holds for the words that were read


@dataclass(frozen=True, slots=True)
class Limits:
    """The time limits, in days of the calendar unless said otherwise; settings.RIGHTS_LIMITS overrides each by name.

    Source of all but those marked: Nghị định 356/2025/NĐ-CP as two law firms report it (frasersvn.com 19/1/2026,
    cdlaf.vn; its article numbers were not seen): objection, restriction and taking back a consent 15 days, extended
    once by 15 at most; seeing, correcting and being given data 10; deletion 20. Where processors or others are asked
    too the decree allows more (20 instead of 15); we keep to the shorter.
    `first_reply_working_days` is 2: the receipt, which names steps and time, is given in the act itself.
    `extension_copy` and `extension_deletion` are assumed: as long as the limit itself.
    """

    first_reply_working_days: int = 2
    copy: int = 10
    objection: int = 15
    restriction: int = 15
    deletion: int = 20
    extension_copy: int = 10
    extension_objection: int = 15
    extension_restriction: int = 15
    extension_deletion: int = 20
    open_demands: int = 5  # of one person at a time; assumed, against flooding

    def days(self, kind: Kind) -> int:
        """Give the days in which a demand is answered."""
        return int(getattr(self, kind.name.lower()))

    def extension(self, kind: Kind) -> int:
        """Give the days by which the answer may be put off, once, with the reason told."""
        return int(getattr(self, f"extension_{kind.name.lower()}"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody demands; `words` is free text for who answers, `language` vi or en."""

    kind: Kind
    matters: tuple[Matter, ...] = ()
    words: str = ""
    language: str = "vi"


def due_after(moment: datetime, days: int) -> datetime:
    """Give the end of the day in Vietnam so many days after the day of a moment; the first day does not count."""
    day = moment.astimezone(HANOI).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(0), HANOI)


def check_wish(wish: Wish, *, open_now: int, same_open: bool, limits: Limits) -> None:
    """Refuse a demand that cannot be taken.

    DEMAND_ABOUT_NOTHING, DEMAND_MATTER_UNKNOWN, DEMAND_WORDS_TOO_LONG, DEMAND_OPEN_ALREADY, DEMANDS_TOO_MANY.
    """
    if wish.kind is not Kind.COPY and not wish.matters:
        raise Refused("DEMAND_ABOUT_NOTHING")
    if not set(wish.matters) <= set(MATTERS[wish.kind]):
        raise Refused("DEMAND_MATTER_UNKNOWN")
    if len(wish.words) > LONGEST_WORDS:
        raise Refused("DEMAND_WORDS_TOO_LONG", most=LONGEST_WORDS)
    if same_open:
        raise Refused("DEMAND_OPEN_ALREADY")
    if wish.kind is not Kind.COPY and open_now >= limits.open_demands:
        raise Refused("DEMANDS_TOO_MANY", most=limits.open_demands)


def check_answers(
    kind: Kind, matters: Collection[Matter], answers: Mapping[Matter, Answer], *, report_open: bool
) -> frozenset[Effect]:
    """Give what the answers do; refuse what is incomplete or does not fit.

    DEMAND_ANSWER_MISSING, DEMAND_ANSWER_UNFIT, DEMAND_NO_OPEN_REPORT.
    """
    if set(answers) != set(matters):
        raise Refused("DEMAND_ANSWER_MISSING")
    effects: set[Effect] = set()
    for matter, answer in answers.items():
        fitting = ANSWERS[kind, matter]
        if answer not in fitting:
            raise Refused("DEMAND_ANSWER_UNFIT")
        if answer in NEED_AN_OPEN_REPORT and not report_open:
            raise Refused("DEMAND_NO_OPEN_REPORT")
        effects |= fitting[answer]
    return frozenset(effects)


def check_still_open(status: int) -> None:
    """Refuse DEMAND_ENDED_ALREADY for what was answered or withdrawn."""
    if status != Status.OPEN:
        raise Refused("DEMAND_ENDED_ALREADY")


def make_number() -> str:
    """Make a receipt number: it opens nothing by itself, and cannot be guessed from another."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"DL-{letters[:5]}-{letters[5:]}"
