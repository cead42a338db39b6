"""Rules before asking: may this question be sent to the population database at all, or is it hopeless?

In: the number, sex and birth date of a record, and today. Out: None, or the code of the first refusal.
A refusal here must be certain, for it costs a citizen a correction: what we cannot know is let through.
Sources: Decree 137/2015/ND-CP art. 13 and Circular 07/2016/TT-BCA art. 7 (12 digits: 3 place of birth
registration, 1 century and sex, 2 year of birth, 6 random; no check digit). Pure: no clock, no database.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_FIRST_CENTURY: Final = 19  # the century digits 0 (man) and 1 (woman) stand for 1900 to 1999
_LAST_DIGIT_YEAR: Final = 2399  # the digits 8 and 9 stand for 2300 to 2399
_FIRST_FOREIGN_CODE: Final = 100  # 001 to 096 are provinces; countries have codes above
_YEAR: Final = re.compile(r"[0-9]{4}")
_DIGITS: Final = re.compile(r"[0-9]+")
_ID_LENGTH: Final = 12
_OLD_LENGTH: Final = 9


class IdentityRefusal(StrEnum):
    """Why a question is not sent. The sentences for people stand in the locale files under these codes."""

    NUMBER_MISSING = "IDENTITY_NUMBER_MISSING"
    NUMBER_NOT_DIGITS = "IDENTITY_NUMBER_NOT_DIGITS"
    NUMBER_LENGTH = "IDENTITY_NUMBER_LENGTH"
    PROVINCE_UNKNOWN = "IDENTITY_PROVINCE_UNKNOWN"
    SEX_DIGIT = "IDENTITY_SEX_DIGIT"
    YEAR_DIGITS = "IDENTITY_YEAR_DIGITS"
    OLD_NUMBER_NOT_DIGITS = "IDENTITY_OLD_NUMBER_NOT_DIGITS"
    OLD_NUMBER_LENGTH = "IDENTITY_OLD_NUMBER_LENGTH"
    NAME_MISSING = "IDENTITY_NAME_MISSING"
    SEX_MISSING = "IDENTITY_SEX_MISSING"
    BIRTH_DATE_FORM = "IDENTITY_BIRTH_DATE_FORM"
    BIRTH_DATE_FUTURE = "IDENTITY_BIRTH_DATE_FUTURE"


@cache
def birth_province_codes() -> frozenset[str]:
    """Give the 3-digit codes of provinces that ever registered births under the 12-digit number.

    Codes outlive a merger of provinces, so dates play no part: 63 codes, `001` to `096`.
    """
    table = resources.files("vaxpass").joinpath("offices/data/provinces.csv").read_text(encoding="utf-8")
    return frozenset("0" + row["code"] for row in csv.DictReader(table.splitlines()))


def century_sex_digit(year: int, sex: str) -> str:
    """Give the fourth digit of a 12-digit number: 1900s 0 man, 1 woman; 2000s 2, 3; and so on to 2399."""
    assert _FIRST_CENTURY * 100 <= year <= _LAST_DIGIT_YEAR, "the scheme begins in 1900 and ends in 2399"
    return str((year // 100 - _FIRST_CENTURY) * 2 + (sex == "F"))


def check_before_asking(  # noqa: PLR0913 - the four fields of Dispatch 9438, the old number, and the day
    *, name: str, sex: str, birth_date: str, id_number: str, old_number: str, today: date
) -> IdentityRefusal | None:
    """Find the first reason for which asking would be hopeless; None when the question may be sent.

    `sex` is "M" or "F"; `birth_date` is `YYYY-MM-DD` or `YYYY`; numbers without spaces, empty where none.
    A 12-digit number is looked at first; the 9-digit one counts only without it.
    """
    if not name.strip():
        return IdentityRefusal.NAME_MISSING
    if sex not in {"M", "F"}:
        return IdentityRefusal.SEX_MISSING
    return (
        _check_form(id_number, old_number)
        or check_birth_date(birth_date, today=today)
        or (check_id_number(id_number, sex=sex, birth_year=int(birth_date[:4])) if id_number else None)
    )


def check_birth_date(birth_date: str, *, today: date) -> IdentityRefusal | None:
    """Check that a birth date is a real day or a year, and not after today."""
    is_year = _YEAR.fullmatch(birth_date) is not None
    text = f"{birth_date}-01-01" if is_year else birth_date
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return IdentityRefusal.BIRTH_DATE_FORM
    if text != day.isoformat():  # fromisoformat also reads 20210308 and 2021-W10-1
        return IdentityRefusal.BIRTH_DATE_FORM
    return IdentityRefusal.BIRTH_DATE_FUTURE if day > today else None


def check_id_number(
    number: str, *, sex: str, birth_year: int, provinces: AbstractSet[str] | None = None
) -> IdentityRefusal | None:
    """Check a number of 12 digits against sex and birth year.

    Digits 1-3: a province, or 100 and above for a birth registered abroad (the list of countries is not
    confirmed, so every one is let through). Digit 4: century and sex. Digits 5-6: year of birth.
    """
    known = birth_province_codes() if provinces is None else provinces
    if int(number[:3]) < _FIRST_FOREIGN_CODE and number[:3] not in known:
        return IdentityRefusal.PROVINCE_UNKNOWN
    if int(number[3]) % 2 != (sex == "F"):
        return IdentityRefusal.SEX_DIGIT
    if int(number[3]) // 2 + _FIRST_CENTURY != birth_year // 100 or int(number[4:6]) != birth_year % 100:
        return IdentityRefusal.YEAR_DIGITS
    return None


def _check_form(id_number: str, old_number: str) -> IdentityRefusal | None:
    if id_number:
        return _check_digits(id_number, _ID_LENGTH, IdentityRefusal.NUMBER_NOT_DIGITS, IdentityRefusal.NUMBER_LENGTH)
    if old_number:
        return _check_digits(
            old_number, _OLD_LENGTH, IdentityRefusal.OLD_NUMBER_NOT_DIGITS, IdentityRefusal.OLD_NUMBER_LENGTH
        )
    return IdentityRefusal.NUMBER_MISSING


def _check_digits(
    number: str, length: int, not_digits: IdentityRefusal, wrong_length: IdentityRefusal
) -> IdentityRefusal | None:
    if not (number.isascii() and _DIGITS.fullmatch(number)):
        return not_digits
    return None if len(number) == length else wrong_length
