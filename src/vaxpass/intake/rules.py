"""The rules of intake: one raw row becomes a dose, or is refused with a code for each thing that is wrong.

In: the cells of a row by column, and today. Out: a `Reading`. The form and the file go through the same door.
A row is refused where the dose cannot be a dose or the identity is unusable. A missing or ill-formed ID number of a
Vietnamese refuses nothing: that record becomes INCOMPLETE later and is mended there.
Pure: no Django, no clock, no database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final
from unicodedata import combining

from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.dates import DayUnreadable, read_birth, read_day
from vaxpass.intake.vocabulary import HOME, read_nationality, read_sex, read_vaccine
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose
from vaxpass.records.names import tidy_name

CAMPAIGN_BEGAN: Final = date(2021, 3, 8)  # the first COVID-19 dose given in Vietnam
FIRST_BIRTH_YEAR: Final = 1900  # the century digit of the 12-digit number begins there
_CCCD, _CMND, _PASSPORT = 1, 2, 3
_LENGTHS: Final = {12: _CCCD, 9: _CMND}
_LAST_PROVINCE: Final = 96
_MOST_DOSES: Final = 9
_LONGEST: Final = {Column.NAME: 100, Column.LOT: 30, Column.ADDRESS: 250, Column.PLACE: 160, Column.GROUP: 40}
_NUMBER_LONGEST: Final = 20
OF_PERSON: Final = (Column.NAME, Column.BIRTH, Column.SEX, Column.NATIONALITY, Column.NUMBER, Column.PHONE,
                    Column.ADDRESS)  # fmt: skip
OF_DOSE: Final = (Column.VACCINE, Column.LOT, Column.DAY, Column.DOSE, Column.PLACE, Column.GROUP)
_NAME_SIGNS: Final = frozenset(" '’.-")
_PASSPORT_FORM: Final = re.compile(r"[A-Z0-9]{5,20}")
_PHONE_FORM: Final = re.compile(r"0[35789]\d{8}|02\d{9}")
_NUMBER_SIGNS: Final = re.compile(r"[\s.\-/]")
_PHONE_SIGNS: Final = re.compile(r"[\s.\-()]")
_LOT_FORM: Final = re.compile(r"[\w./+()@#, -]+")
_RECORD_FORM: Final = re.compile(r"[Vv]?(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or worth saying, about one cell. `refuses`: the row is not accepted. No personal data."""

    column: str
    code: str
    refuses: bool = True
    twin_row: int | None = None


@dataclass(slots=True)
class Reading:
    """One row read: the dose where it is accepted, the version it replaces where it mends one, the findings."""

    row: int
    dose: ReceivedDose | None
    replaces: int | None = None
    findings: list[Finding] = field(default_factory=list)


class _Notes(list[Finding]):
    """Findings of one row while it is read."""

    def refuse(self, column: Column, code: str) -> None:
        self.append(Finding(column.value, code))

    def remark(self, column: Column, code: str) -> None:
        self.append(Finding(column.value, code, refuses=False))


def read_row(row: int, cells: Mapping[Column, Cell], *, today: date) -> Reading:
    """Read one row; `today` is the day in Vietnam."""
    get = cells.get
    return read_cells(row, get(Column.RECORD), tuple(map(get, OF_PERSON)), tuple(map(get, OF_DOSE)), today)


def read_cells(row: int, record: Cell, of_person: tuple[Cell, ...], of_dose: tuple[Cell, ...], today: date) -> Reading:
    """Read one row whose cells stand in the order of OF_PERSON and OF_DOSE; a file has them so by the thousand."""
    notes = _Notes()
    replaces = None if record is None else _record(record, notes)
    identity, about_person = _read_identity(of_person, today)
    notes += about_person
    dose = _dose(of_dose, notes, today)
    if identity and dose:
        _check_birth_before_dose(identity, dose, notes)
    if identity is None or dose is None or (notes and any(note.refuses for note in notes)):
        return Reading(row, None, replaces, notes)
    return Reading(row, ReceivedDose(identity, dose, identity.nationality != HOME, row), replaces, notes)


# A person's doses stand near each other in a file: read the person once.
@lru_cache(maxsize=16_384)
def _read_identity(cells: tuple[Cell, ...], today: date) -> tuple[IdentityFacts | None, tuple[Finding, ...]]:
    notes = _Notes()
    return _identity(cells, notes, today), tuple(notes)


def as_text(cell: Cell) -> str:
    """Give a cell as the tidy text that a person sees in it."""
    if cell.__class__ is str:
        return _tidy(cell)
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


@lru_cache(maxsize=65_536)  # lots, places and groups repeat
def _tidy(text: str) -> str:
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    elif text.isascii() and text == text.strip() and "  " not in text:
        return text
    return tidy_name(text)


def _record(cell: Cell, notes: _Notes) -> int | None:
    text = as_text(cell)
    if not text:
        return None
    match = _RECORD_FORM.fullmatch(text)
    if match is None:
        notes.refuse(Column.RECORD, "RECORD_NUMBER_FORM")
        return None
    return int(match[1])


def _identity(cells: tuple[Cell, ...], notes: _Notes, today: date) -> IdentityFacts | None:
    name_cell, birth_cell, sex_cell, nationality_cell, number_cell, phone_cell, address_cell = cells
    name = _name(as_text(name_cell), notes)
    birth = _birth(birth_cell, notes, today)
    sex = _sex(as_text(sex_cell), notes)
    nationality = _nationality(as_text(nationality_cell), notes)
    if not (name and birth and sex and nationality):
        return None
    kind, number = _number(as_text(number_cell), nationality, sex, int(birth[:4]), notes)
    phone = _phone(as_text(phone_cell), notes)
    address = _cut(as_text(address_cell), Column.ADDRESS, notes)
    return IdentityFacts(name, sex, birth, nationality, kind, number, phone, address)


def _name(text: str, notes: _Notes) -> str:
    if not text:
        notes.refuse(Column.NAME, "NAME_BLANK")
    elif len(text) > _LONGEST[Column.NAME]:
        notes.refuse(Column.NAME, "NAME_LENGTH")
    elif not _is_name(text):
        notes.refuse(Column.NAME, "NAME_LETTERS")
    return text


@lru_cache(maxsize=16_384)
def _is_name(text: str) -> bool:
    return text[0].isalpha() and all(sign.isalpha() or sign in _NAME_SIGNS or combining(sign) for sign in text)


def _birth(cell: Cell, notes: _Notes, today: date) -> str:
    if as_text(cell) == "":
        notes.refuse(Column.BIRTH, "BIRTH_MISSING")
        return ""
    try:
        birth = read_birth(cell)
    except DayUnreadable as unreadable:
        notes.refuse(Column.BIRTH, f"BIRTH_{unreadable.args[0]}")
        return ""
    if int(birth[:4]) < FIRST_BIRTH_YEAR:
        notes.refuse(Column.BIRTH, "BIRTH_TOO_EARLY")
    elif birth > today.isoformat():
        notes.refuse(Column.BIRTH, "BIRTH_FUTURE")
    return birth


def _sex(text: str, notes: _Notes) -> int:
    sex = read_sex(text) if text else None
    if sex is None:
        notes.refuse(Column.SEX, "SEX_UNKNOWN" if text else "SEX_MISSING")
    return sex or 0


def _nationality(text: str, notes: _Notes) -> str:
    nationality = read_nationality(text) if text else HOME
    if nationality is None:
        notes.refuse(Column.NATIONALITY, "NATIONALITY_UNKNOWN")
    return nationality or ""


def _number(text: str, nationality: str, sex: int, birth_year: int, notes: _Notes) -> tuple[int, str]:
    number = (text if text.isalnum() else _NUMBER_SIGNS.sub("", text)).upper()
    if len(number) > _NUMBER_LONGEST:
        notes.refuse(Column.NUMBER, "NUMBER_TOO_LONG")
        return 0, ""
    if nationality != HOME:
        return _PASSPORT, _passport(number, notes)
    if number.isascii() and number.isdigit():
        restored = _with_zeros(number, sex, birth_year)
        if restored != number:
            notes.remark(Column.NUMBER, "NUMBER_ZERO_RESTORED")
        return _LENGTHS.get(len(restored), _CCCD), restored
    return (_CCCD, number) if number else (0, "")


def _passport(number: str, notes: _Notes) -> str:
    if not number:
        notes.refuse(Column.NUMBER, "PASSPORT_MISSING")
    elif not _PASSPORT_FORM.fullmatch(number):
        notes.refuse(Column.NUMBER, "PASSPORT_FORM")
    return number


def _with_zeros(digits: str, sex: int, birth_year: int) -> str:
    """Put back the zeros that a number cell lost, where province, century, sex and year then all agree."""
    if len(digits) not in {10, 11}:
        return digits
    full = digits.zfill(12)
    century_sex = (birth_year // 100 - 19) * 2 + (sex == 2)  # noqa: PLR2004 -- 2 is a woman
    agrees = full[3] == str(century_sex) and int(full[4:6]) == birth_year % 100
    return full if agrees and 1 <= int(full[:3]) <= _LAST_PROVINCE else digits


def _phone(text: str, notes: _Notes) -> str:
    if not text:
        return ""
    digits = text if text.isdigit() else _PHONE_SIGNS.sub("", text)
    if digits.startswith(("+84", "84")) and len(digits) >= 11:  # noqa: PLR2004 -- country code and nine digits
        digits = "0" + digits.removeprefix("+").removeprefix("84")
    if len(digits) == 9 and not digits.startswith("0"):  # noqa: PLR2004 -- a number cell lost the zero
        digits = "0" + digits
    if not _PHONE_FORM.fullmatch(digits):
        notes.remark(Column.PHONE, "PHONE_LEFT_OUT")
        return ""
    return digits


def _dose(cells: tuple[Cell, ...], notes: _Notes, today: date) -> DoseFacts | None:
    # Whole sessions share vaccine, lot, day and place: each cell's meaning is read once, the dose put together.
    product, product_notes = _read_product(cells[0])
    lot, lot_notes = _read_lot(cells[1])
    day, day_notes = _read_given(cells[2], today)
    number, number_notes = _read_dose_number(cells[3])
    place, place_notes = _read_place(cells[4])
    group, group_notes = _read_group(cells[5])
    said = product_notes + lot_notes + day_notes + number_notes
    if not (product and lot and day):
        notes += said
        return None
    notes += said + place_notes + group_notes
    return DoseFacts(product, lot, day, number, place, group)


_Said = tuple[Finding, ...]


@lru_cache(maxsize=4096)
def _read_product(cell: Cell) -> tuple[str, _Said]:
    notes = _Notes()
    return _product(as_text(cell), notes), tuple(notes)


@lru_cache(maxsize=16_384)
def _read_lot(cell: Cell) -> tuple[str, _Said]:
    notes = _Notes()
    return _lot(as_text(cell), notes), tuple(notes)


@lru_cache(maxsize=16_384)
def _read_given(cell: Cell, today: date) -> tuple[date | None, _Said]:
    notes = _Notes()
    return _day(cell, notes, today), tuple(notes)


@lru_cache(maxsize=4096)
def _read_dose_number(cell: Cell) -> tuple[int | None, _Said]:
    notes = _Notes()
    return _dose_number(as_text(cell), notes), tuple(notes)


@lru_cache(maxsize=4096)
def _read_place(cell: Cell) -> tuple[str, _Said]:
    notes = _Notes()
    return _cut(as_text(cell), Column.PLACE, notes), tuple(notes)


@lru_cache(maxsize=4096)
def _read_group(cell: Cell) -> tuple[str, _Said]:
    notes = _Notes()
    return _cut(as_text(cell), Column.GROUP, notes), tuple(notes)


def _product(text: str, notes: _Notes) -> str:
    product = read_vaccine(text) if text else None
    if product is None:
        notes.refuse(Column.VACCINE, "VACCINE_UNKNOWN" if text else "VACCINE_MISSING")
    return product or ""


def _lot(text: str, notes: _Notes) -> str:
    if not text:
        notes.refuse(Column.LOT, "LOT_MISSING")
    elif len(text) > _LONGEST[Column.LOT]:
        notes.refuse(Column.LOT, "LOT_TOO_LONG")
    elif not _LOT_FORM.fullmatch(text):
        notes.refuse(Column.LOT, "LOT_FORM")
    return text


def _day(cell: Cell, notes: _Notes, today: date) -> date | None:
    if as_text(cell) == "":
        notes.refuse(Column.DAY, "DAY_MISSING")
        return None
    try:
        day = read_day(cell)
    except DayUnreadable as unreadable:
        notes.refuse(Column.DAY, f"DAY_{unreadable.args[0]}")
        return None
    if day > today:
        notes.refuse(Column.DAY, "DAY_FUTURE")
    elif day < CAMPAIGN_BEGAN:
        notes.refuse(Column.DAY, "DAY_BEFORE_CAMPAIGN")
    return day


def _dose_number(text: str, notes: _Notes) -> int | None:
    if not text:
        return None
    digits = [text] if text.isdecimal() else re.findall(r"\d+", text)
    if len(digits) != 1:
        notes.remark(Column.DOSE, "DOSE_NUMBER_LEFT_OUT")
        return None
    if not 1 <= int(digits[0][:9]) <= _MOST_DOSES:
        notes.refuse(Column.DOSE, "DOSE_NUMBER_IMPOSSIBLE")
        return None
    return int(digits[0])


def _cut(text: str, column: Column, notes: _Notes) -> str:
    if len(text) > _LONGEST[column]:
        notes.remark(column, "TEXT_CUT")
        return text[: _LONGEST[column]].rstrip()
    return text


def _check_birth_before_dose(identity: IdentityFacts, dose: DoseFacts, notes: _Notes) -> None:
    birth = identity.birth_date
    if int(birth[:4]) < dose.given_on.year or birth <= dose.given_on.isoformat()[: len(birth)]:
        return
    if not any(note.refuses and note.column in {Column.BIRTH, Column.DAY} for note in notes):
        notes.refuse(Column.DAY, "DAY_BEFORE_BIRTH")
