"""Whether a number of doses given can be right. Pure: typed text and what was entered before in, numbers or codes out.

The first doses in Viet Nam were given on 8/3/2021; no province gives five million in a day.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Final

FIRST_DAY: Final = date(2021, 3, 8)
MOST_PER_DAY: Final = 5_000_000
UNUSUAL_FACTOR: Final = 10
LEAST_DAYS: Final = 5
"""So many days must be known before anything is called unusual."""
SMALLEST_UNUSUAL: Final = 1_000
"""Below this no number is asked for again: a small province may grow tenfold in the first weeks."""
_DAY: Final = re.compile(
    r"(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?)\Z", re.ASCII
)
_NUMBER: Final = re.compile(r"-?(?:\d{1,12}|\d{1,3}(?:([., ])\d{3})(?:\1\d{3}){0,3})\Z", re.ASCII)


class Flaw(StrEnum):
    """What can be wrong with a row; the values are codes with sentences in the locale files."""

    NO_DAY = "GIVEN_NO_DAY"
    FUTURE = "GIVEN_FUTURE"
    TOO_EARLY = "GIVEN_TOO_EARLY"
    NO_NUMBER = "GIVEN_NO_NUMBER"
    NEGATIVE = "GIVEN_NEGATIVE"
    TOO_MANY = "GIVEN_TOO_MANY"
    TWICE = "GIVEN_TWICE"
    UNUSUAL = "GIVEN_UNUSUAL"


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as typed: its number in the list from 1, and two texts."""

    row: int
    day: str
    number: str


@dataclass(frozen=True, slots=True)
class Given:
    """A number of doses of a day."""

    row: int
    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken. UNUSUAL asks once more; every other flaw must be mended."""

    typed: Typed
    flaw: Flaw
    facts: Mapping[str, str | int] = field(default_factory=dict)


def read_rows(rows: Iterable[Typed], *, today: date) -> tuple[list[Given], list[Refusal]]:
    """Split rows into those that can be right and those that cannot; the same day twice with two numbers cannot.

    A day with nothing beside it says nothing, as on the form: sheets list the days to come as well.
    """
    good: dict[date, tuple[Given, Typed]] = {}
    refused: list[Refusal] = []
    twice: set[date] = set()
    for typed in rows:
        if not typed.number.strip() and read_day(typed.day):
            continue
        found = _read(typed, today)
        if isinstance(found, Refusal):
            refused.append(found)
        elif found.day in good and good[found.day][0].number != found.number:
            twice.add(found.day)
            refused.append(Refusal(typed, Flaw.TWICE, {"other": good[found.day][0].row}))
        else:
            good.setdefault(found.day, (found, typed))
    refused.extend(Refusal(good[day][1], Flaw.TWICE, {"other": good[day][0].row}) for day in twice)
    kept = [given for day, (given, _) in good.items() if day not in twice]
    return kept, sorted(refused, key=lambda one: one.typed.row)


def usual(numbers: Collection[int]) -> int | None:
    """Give the usual number of a day: the middle of the last days with any; None while too few are known."""
    some = [number for number in numbers if number > 0]
    return int(median(some)) if len(some) >= LEAST_DAYS else None


def is_unusual(number: int, usually: int | None) -> bool:
    """Say whether a number is so far above the usual that it is asked for once more."""
    return usually is not None and number >= SMALLEST_UNUSUAL and number > UNUSUAL_FACTOR * usually


def read_day(text: str) -> date | None:
    """Read dd/mm/yyyy (also with dots or hyphens) or yyyy-mm-dd; None where it is no day."""
    match = _DAY.match(text.strip())
    if match is None:
        return None
    day, month, year, year_first, month_second, day_last = match.groups()
    try:
        return date(int(year or year_first), int(month or month_second), int(day or day_last))
    except ValueError:
        return None


def read_number(text: str) -> int | None:
    """Read a whole number, thousands apart by dots, commas or blanks if at all; None where it is none."""
    bare = text.strip().replace("\u00a0", " ").removesuffix(".0")
    return int(re.sub(r"[., ]", "", bare)) if _NUMBER.match(bare) else None


def _read(typed: Typed, today: date) -> Given | Refusal:
    day, number = read_day(typed.day), read_number(typed.number)
    if day is None:
        return Refusal(typed, Flaw.NO_DAY)
    if number is None:
        return Refusal(typed, Flaw.NO_NUMBER)
    flaw = _flaw(day, number, today)
    if flaw is None:
        return Given(typed.row, day, number)
    return Refusal(
        typed, flaw, {"first": FIRST_DAY.strftime("%d/%m/%Y"), "most": f"{MOST_PER_DAY:,}".replace(",", ".")}
    )


def _flaw(day: date, number: int, today: date) -> Flaw | None:
    if not FIRST_DAY <= day <= today:
        return Flaw.FUTURE if day > today else Flaw.TOO_EARLY
    if not 0 <= number <= MOST_PER_DAY:
        return Flaw.NEGATIVE if number < 0 else Flaw.TOO_MANY
    return None
