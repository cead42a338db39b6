"""Dates and times as CertLogic 1.3.3 knows them: always an instant in UTC, to the millisecond, Gregorian.

Python's own types end at the year 9999 and clip months; the specification lets both overflow as ECMA-262 does.
"""

# ruff: noqa: PLR2004 -- the numbers of the calendar have no better names
import re
from typing import Final

from vaxproof.errors import Code, ProofError

UNITS: Final = ("year", "month", "day", "hour")
_DAY: Final = 86_400_000
_HOUR: Final = 3_600_000
_MINUTE: Final = 60_000
_FURTHEST: Final = 100_000_000 * _DAY  # ECMA-262, 21.4.1.1: instants end 100 million days from 1970
_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:Z|([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?"
)
_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Moment:
    """An instant. `milliseconds` since 1970 in UTC. Two moments are told apart by identity, as in ECMAScript."""

    __slots__ = ("milliseconds",)

    def __init__(self, milliseconds: int) -> None:
        if not -_FURTHEST <= milliseconds <= _FURTHEST:
            raise ProofError(Code.RULE_NOT_EVALUABLE, "a date too far away")
        self.milliseconds = milliseconds

    def __str__(self) -> str:
        days, rest = divmod(self.milliseconds, _DAY)
        year, month, day = _civil(days)
        seconds, thousandths = divmod(rest, 1000)
        years = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"
        time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return f"{years}-{month:02d}-{day:02d}T{time}.{thousandths:03d}Z"


def parse(text: str) -> Moment:
    """The instant of a text in one of the nineteen forms that `plusTime` takes.

    Partial dates mean their last day; a missing time is midnight; a missing offset is UTC; what is finer than a
    millisecond is dropped. The specification leaves impossible dates undefined: here they are refused.

    Raises:
        ProofError: RULE_NOT_EVALUABLE.
    """
    if found := _DATE_TIME.fullmatch(text):
        return Moment(_instant(*found.groups()))
    return birth_date(text)


def birth_date(text: str) -> Moment:
    """The last midnight (UTC) that agrees with `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: what `dccDateOfBirth` gives.

    Raises:
        ProofError: RULE_NOT_EVALUABLE.
    """
    if found := _DATE.fullmatch(text):
        return Moment(_days_of_date(int(found[1]), int(found[2]), int(found[3])) * _DAY)
    if found := _PARTIAL.fullmatch(text):
        year, month = int(found[1]), int(found[2] or 12)
        if not 1 <= month <= 12:
            raise ProofError(Code.RULE_NOT_EVALUABLE, "no such month")
        return Moment((_days(year, month + 1, 1) - 1) * _DAY)
    raise ProofError(Code.RULE_NOT_EVALUABLE, "not a date or date-time")


def shifted(moment: Moment, amount: int, unit: str) -> Moment:
    """The instant `amount` units later. Years and months overflow: 29 February and a year is 1 March.

    Raises:
        ProofError: RULE_NOT_EVALUABLE (further than 100 million days from 1970).
    """
    if unit == "day":
        return Moment(moment.milliseconds + amount * _DAY)
    if unit == "hour":
        return Moment(moment.milliseconds + amount * _HOUR)
    days, rest = divmod(moment.milliseconds, _DAY)
    year, month, day = _civil(days)
    later = _days(year + amount, month, day) if unit == "year" else _days(year, month + amount, day)
    return Moment(later * _DAY + rest)


def _instant(year: str, month: str, day: str, hour: str, minute: str, second: str, *rest: str | None) -> int:  # noqa: PLR0913 -- the groups of one pattern
    fraction, sign, offset_hours, offset_minutes = rest
    hours, minutes, seconds = int(hour), int(minute), int(second)
    away_hours, away_minutes = int(offset_hours or 0), int(offset_minutes or 0)
    if hours > 23 or minutes > 59 or seconds > 59 or away_hours > 23 or away_minutes > 59:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "no such time of day")
    thousandths = int((fraction or "")[:3].ljust(3, "0"))
    local = hours * _HOUR + minutes * _MINUTE + seconds * 1000 + thousandths
    away = away_hours * _HOUR + away_minutes * _MINUTE
    days = _days_of_date(int(year), int(month), int(day))
    return days * _DAY + local - (-away if sign == "-" else away)


def _days_of_date(year: int, month: int, day: int) -> int:
    if not 1 <= month <= 12:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "no such month")
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _MONTH_LENGTHS[month - 1] + leap:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "no such day")
    return _days(year, month, day)


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date whose month and day may overflow. Years are counted from March."""
    years, months = divmod(month - 3, 12)
    years += year
    return 365 * years + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day - 719_469


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month, day of a day counted from 1970-01-01: the inverse of `_days`."""
    era, in_era = divmod(days + 719_468, 146_097)
    years = (in_era - in_era // 1460 + in_era // 36_524 - in_era // 146_096) // 365
    in_year = in_era - (365 * years + years // 4 - years // 100)
    months = (5 * in_year + 2) // 153
    day = in_year - (153 * months + 2) // 5 + 1
    month = months + 3 if months < 10 else months - 9
    return era * 400 + years + (month <= 2), month, day
