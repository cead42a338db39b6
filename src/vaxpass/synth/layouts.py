"""How different facilities lay out the same columns: headers, order, dates, spaces, letters.

In: a facility's place in the plan. Out: a `Layout`; eight forms in turn, so that eight show them all.
None of this is a mistake: an intake that knows spreadsheets reads every form the same.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

COLUMNS: Final = ("no", "name", "birth", "sex", "nationality", "number", "phone", "address", "dose", "day",
                  "vaccine", "lot", "site", "group")  # fmt: skip

_USUAL: Final = {
    "no": "STT", "name": "Họ và tên", "birth": "Ngày sinh", "sex": "Giới tính", "nationality": "Quốc tịch",
    "number": "Số CCCD/CMND/Hộ chiếu", "phone": "Số điện thoại", "address": "Địa chỉ", "dose": "Mũi số",
    "day": "Ngày tiêm", "vaccine": "Loại vắc xin", "lot": "Số lô", "site": "Cơ sở/điểm tiêm",
    "group": "Đối tượng ưu tiên",
}  # fmt: skip
_CAPITALS: Final = {key: text.upper() for key, text in _USUAL.items()}
_OTHER_WORDS: Final = _USUAL | {
    "no": "TT", "name": "Họ tên", "birth": "Ngày tháng năm sinh", "sex": "Giới", "number": "CMND/CCCD/HC",
    "phone": "SĐT", "address": "Địa chỉ nơi ở", "dose": "Mũi tiêm thứ", "vaccine": "Tên vắc xin",
    "lot": "Số lô vắc xin", "site": "Điểm tiêm", "group": "Nhóm đối tượng",
}  # fmt: skip
_STARRED: Final = {key: f"{text} (*)" if key in {"name", "birth", "sex", "day", "vaccine"} else text
                   for key, text in _USUAL.items()}  # fmt: skip
_SPACED: Final = _OTHER_WORDS | {
    "name": " Họ  và tên ", "birth": "Ngày sinh\n(dd/mm/yyyy)", "number": "Số CMT/CCCD/ Hộ chiếu",
    "dose": "Mũi",
    "vaccine": "Vắc-xin", "lot": "Lô vắc xin",
}  # fmt: skip


class DateForm(StrEnum):
    """How a facility writes days. A cell is Excel's date cell; a serial is its number without the format."""

    CELL = "cell"
    DD_MM_YYYY = "dd/mm/yyyy"
    D_M_YYYY = "d/m/yyyy"
    ISO = "yyyy-mm-dd"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class Layout:
    """One facility's way of writing a file.

    `bom` and `delimiter` are for CSV alone, `two_row_header` and `title_rows` merge cells in XLSX alone.
    `untidy` is the share of rows with stray spaces; `decomposed` writes letters and accents apart (NFD).
    """

    suffix: str
    order: tuple[str, ...] = COLUMNS
    headers: dict[str, str] = field(default_factory=lambda: _USUAL)
    dates: DateForm = DateForm.DD_MM_YYYY
    title_rows: tuple[str, ...] = ()
    two_row_header: bool = False
    blank_rows_after: int = 0
    bom: bool = False
    delimiter: str = ","
    untidy: float = 0.0
    decomposed: bool = False
    capitals: bool = False
    sexes: tuple[str, str] = ("Nam", "Nữ")
    home_nation: str = "Việt Nam"
    dose_prefix: str = ""


_REORDERED: Final = ("no", "name", "sex", "birth", "number", "nationality", "phone", "address", "group",
"vaccine",
                     "lot", "dose", "day", "site")  # fmt: skip
_TITLES: Final = ("SỞ Y TẾ", "{site}", "DANH SÁCH ĐỐI TƯỢNG ĐÃ TIÊM VẮC XIN PHÒNG COVID-19", "")

LAYOUTS: Final = (
    Layout(".xlsx", dates=DateForm.CELL, title_rows=_TITLES, blank_rows_after=12),
    Layout(".csv", dates=DateForm.DD_MM_YYYY, bom=True, untidy=0.05),
    Layout(".xlsx", order=_REORDERED, headers=_OTHER_WORDS, dates=DateForm.CELL, title_rows=_TITLES[1:3],
           two_row_header=True, home_nation="VN", capitals=True),
    Layout(".csv", headers=_OTHER_WORDS, dates=DateForm.D_M_YYYY, delimiter=";", decomposed=True,
           blank_rows_after=3, dose_prefix="Mũi "),
    Layout(".xlsx", headers=_CAPITALS, dates=DateForm.DD_MM_YYYY, untidy=0.10, blank_rows_after=200),
    Layout(".csv", order=_REORDERED, headers=_STARRED, dates=DateForm.ISO, home_nation="VNM", capitals=True),
    Layout(".xlsx", headers=_SPACED, dates=DateForm.SERIAL, title_rows=_TITLES[2:3], decomposed=True,
           sexes=("nam", "nữ")),
    Layout(".csv", headers=_SPACED, dates=DateForm.SERIAL, delimiter=";", bom=True, untidy=0.10),
)  # fmt: skip


@dataclass(slots=True)
class Record:
    """One row by meaning; `birth` and `day` are `YYYY-MM-DD`, `YYYY`, or text that is no day."""

    name: str
    birth: str
    sex: str
    nationality: str
    number: str
    number_is_numeric: bool
    phone: str
    address: str
    dose: int
    day: str
    vaccine: str
    lot: str
    site: str
    group: str


Cell = str | int | date | None
"""A date is a date cell, an int a number cell, a str a text cell."""

_EXCEL_EPOCH: Final = date(1899, 12, 30).toordinal()
_ISO_LENGTH: Final = len("YYYY-MM-DD")


def excel_serial(day: date) -> int:
    """Give Excel's number of a day (1900 system, after 28 February 1900)."""
    return day.toordinal() - _EXCEL_EPOCH


def write_day(text: str, form: DateForm) -> Cell:
    """Write a day in a facility's form; a year alone and what is no day stay text."""
    if len(text) != _ISO_LENGTH or text[4] != "-":
        return text
    if form is DateForm.ISO:
        return text
    year, month, day = text.split("-")
    if form is DateForm.DD_MM_YYYY:
        return f"{day}/{month}/{year}"
    if form is DateForm.D_M_YYYY:
        return f"{int(day)}/{int(month)}/{year}"
    value = date(int(year), int(month), int(day))
    return value if form is DateForm.CELL else excel_serial(value)


def lay_out(record: Record, number: int, layout: Layout, rng: Random) -> list[Cell]:
    """Write one record as the cells of a facility's row, in its order."""
    name = record.name.upper() if layout.capitals else record.name
    cells: dict[str, Cell] = {
        "no": number,
        "name": name,
        "birth": write_day(record.birth, layout.dates),
        "sex": layout.sexes[record.sex == "F"],
        "nationality": layout.home_nation if record.nationality == "VNM" else record.nationality,
        "number": int(record.number) if record.number_is_numeric else record.number,
        "phone": record.phone,
        "address": record.address,
        "dose": f"{layout.dose_prefix}{record.dose}" if layout.dose_prefix else record.dose,
        "day": write_day(record.day, layout.dates),
        "vaccine": record.vaccine,
        "lot": record.lot,
        "site": record.site,
        "group": record.group,
    }
    if layout.untidy and rng.random() < layout.untidy:
        _untidy(cells, rng)
    row = [cells[key] for key in layout.order]
    return [_decompose(cell) for cell in row] if layout.decomposed else row


def _untidy(cells: dict[str, Cell], rng: Random) -> None:
    """Leave stray spaces: at the end, doubled, no-break (U+00A0) or full-width (U+3000)."""
    key = rng.choice(("name", "number", "lot", "vaccine"))
    text = cells[key]
    if isinstance(text, str) and text:
        space = rng.choice(("  ", "\u00a0", "\u3000"))
        cells[key] = f"{text} " if rng.random() < 0.5 or key == "number" else text.replace(" ", space)  # noqa: PLR2004 - even odds


def _decompose(cell: Cell) -> Cell:
    return unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell
