"""Days as facilities write them: always day, month, year; date cells, Excel's serial numbers, ISO.

In: one cell. Out: a day (or a year, for births), or the code of a refusal.
`05/09/2021` is 5 September, never 9 May: Vietnam writes no other order. A month above 12 whose day could be one
is refused by its own code, for whoever wrote it used the American order and other rows may be wrong in silence.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from vaxpass.intake.columns import Cell

_EPOCH: Final = date(1899, 12, 30)
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})(?:[ T]+\d{1,2}[:h]\d{2}(?::\d{2})?)?"
)
_WORDS: Final = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)?")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_SERIAL: Final = re.compile(r"\d{4,5}(?:\.0+)?")
_MONTHS: Final = 12
_LAST_SERIAL: Final = 109_574  # 31 December 2199
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


class DayUnreadable(ValueError):  # noqa: N818 -- an answer with a code, like Refused
    """A cell that is no day; `args[0]` is the code without the name of its column."""


@lru_cache(maxsize=65_536)  # a file repeats its days
def read_day(cell: Cell) -> date:
    """Read a day. Raises DayUnreadable: FORM, IMPOSSIBLE, MONTH_FIRST."""
    if isinstance(cell, int | float):
        return _serial(float(cell))
    text = str(cell).strip()
    if match := _DAY_FIRST.fullmatch(text) or _WORDS.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        return _day(year, month, day)
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return _day(year, month, day)
    if _SERIAL.fullmatch(text):
        return _serial(float(text))
    raise DayUnreadable("FORM")


@lru_cache(maxsize=65_536)
def read_birth(cell: Cell) -> str:
    """Read a birth date as YYYY-MM-DD, or YYYY where only the year is known. Raises as `read_day` does.

    A number from 1900 to 2099 is a year; as a serial it would be a birth in 1905.
    """
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    return text if _YEAR.fullmatch(text) else read_day(cell).isoformat()


def _day(year: int, month: int, day: int) -> date:
    if month > _MONTHS >= day > 0:
        raise DayUnreadable("MONTH_FIRST")
    try:
        return date(year, month, day)
    except ValueError:
        raise DayUnreadable("IMPOSSIBLE") from None


def _serial(number: float) -> date:
    if not 1 <= number <= _LAST_SERIAL:
        raise DayUnreadable("FORM")
    return _EPOCH + timedelta(days=int(number))
