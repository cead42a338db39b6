"""The columns of a facility's file: finding the header row, and mapping its words to what we need.

In: the first rows of a sheet. Out: where the header is, and which column of the sheet holds what.
Pure: no Django, no clock.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

Cell = str | int | float | None
"""A cell as read: text, a number cell, or nothing. Date cells arrive as text dd/mm/yyyy."""

HEADER_WITHIN: Final = 30  # rows from the top in which the header must stand
LEAST_RECOGNISED: Final = 3  # header words that make a row a header


class Column(StrEnum):
    """What a column can hold. The values are stored in mappings and refusals; never rename one."""

    RECORD = "record"
    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    NATIONALITY = "nationality"
    NUMBER = "number"
    PHONE = "phone"
    ADDRESS = "address"
    DOSE = "dose"
    DAY = "day"
    VACCINE = "vaccine"
    LOT = "lot"
    PLACE = "place"
    GROUP = "group"


REQUIRED: Final = (Column.NAME, Column.BIRTH, Column.SEX, Column.NUMBER, Column.DAY, Column.VACCINE, Column.LOT)

CANONICAL: Final[dict[Column, str]] = {
    Column.RECORD: "Mã hồ sơ", Column.NAME: "Họ và tên", Column.BIRTH: "Ngày sinh", Column.SEX: "Giới tính",
    Column.NATIONALITY: "Quốc tịch", Column.NUMBER: "Số CCCD/CMND/Hộ chiếu", Column.PHONE: "Số điện thoại",
    Column.ADDRESS: "Địa chỉ", Column.DOSE: "Mũi số", Column.DAY: "Ngày tiêm", Column.VACCINE: "Loại vắc xin",
    Column.LOT: "Số lô", Column.PLACE: "Cơ sở/điểm tiêm", Column.GROUP: "Đối tượng ưu tiên",
}  # fmt: skip
"""The header that our own files write; each is among the words below."""

# Header words, folded by `fold_header`. A whole header must equal one of them.
_WORDS: Final[dict[Column, tuple[str, ...]]] = {
    Column.RECORD: ("ma ho so", "ma ban ghi", "record", "record no", "record number", "record id"),
    Column.NAME: ("ho va ten", "ho ten", "ten", "ho va ten nguoi tiem", "ho ten nguoi tiem", "ho ten nguoi duoc tiem",
                  "ho va ten nguoi duoc tiem", "ho dem va ten", "full name", "name", "fullname"),
    Column.BIRTH: ("ngay sinh", "ngay thang nam sinh", "nam sinh", "ngay nam sinh", "ns", "sinh ngay", "ntns",
                   "date of birth", "birth date", "birthdate", "dob", "birthday", "year of birth"),
    Column.SEX: ("gioi tinh", "gioi", "phai", "sex", "gender", "nam nu"),
    Column.NATIONALITY: ("quoc tich", "nationality", "country", "quoc gia"),
    Column.NUMBER: ("so cccd cmnd ho chieu", "cmnd cccd hc", "so cmt cccd ho chieu", "cccd", "cmnd", "so cccd",
                    "so cmnd", "cccd cmnd", "cmnd cccd", "so cccd cmnd", "so cmnd cccd", "cmnd cccd ho chieu",
                    "cccd cmnd ho chieu", "so dinh danh", "so dinh danh ca nhan", "ma dinh danh", "so giay to",
                    "so cmnd cccd ho chieu", "so cmt", "cmt cccd", "cmt", "so ho chieu", "ho chieu", "giay to tuy than",
                    "id number", "id no", "identity number", "id card", "passport", "passport number", "id passport",
                    "id number passport"),
    Column.PHONE: ("so dien thoai", "sdt", "dien thoai", "so dt", "dt", "phone", "phone number", "mobile", "telephone"),
    Column.ADDRESS: ("dia chi", "dia chi noi o", "noi o", "noi o hien tai", "dia chi thuong tru", "thuong tru",
                     "noi cu tru", "address", "residence"),
    Column.DOSE: ("mui so", "mui tiem thu", "mui tiem", "mui", "mui thu", "lieu so", "dose", "dose number", "dose no"),
    Column.DAY: ("ngay tiem", "ngay tiem chung", "thoi gian tiem", "ngay gio tiem", "vaccination date",
                 "date of vaccination", "date given", "dose date", "given on"),
    Column.VACCINE: ("loai vac xin", "ten vac xin", "vac xin", "loai vaccine", "ten vaccine", "vaccine", "vacxin",
                     "loai vacxin", "ten vacxin", "vaccine name", "vaccine type", "product"),
    Column.LOT: ("so lo", "so lo vac xin", "lo vac xin", "lo", "so lo vaccine", "lo vaccine", "lot", "lot number",
                 "lot no", "batch", "batch number", "batch no"),
    Column.PLACE: ("co so diem tiem", "diem tiem", "co so tiem", "co so tiem chung", "noi tiem", "don vi tiem",
                   "facility", "place", "vaccination site", "site"),
    Column.GROUP: ("doi tuong uu tien", "nhom doi tuong", "doi tuong", "nhom uu tien", "priority group", "group"),
}  # fmt: skip
_BY_WORDS: Final = {words: column for column, several in _WORDS.items() for words in several}
# Header words of our own reason columns and of others that hold nothing for us: never guessed at.
REASON_HEADERS: Final = ("Dòng trong tệp cũ", "Lý do (tiếng Việt)", "Reason (English)")


@lru_cache(maxsize=4096)
def fold_header(text: str) -> str:
    """Fold a header for comparing: no accents, no remarks in brackets, no stars, single spaces, lower case."""
    plain = unicodedata.normalize("NFD", re.sub(r"\([^)]*\)", " ", text).replace("đ", "d").replace("Đ", "D"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def recognise(header: Cell) -> Column | None:
    """Say what a header announces, if we know its words."""
    return _BY_WORDS.get(fold_header(header)) if isinstance(header, str) else None


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: its texts by column of the sheet, and the index of the first row after it."""

    texts: tuple[str, ...]
    first_data_row: int


def find_header(rows: Sequence[Sequence[Cell]]) -> Header | None:
    """Find the header among the first rows of a sheet: one row, or two where cells were merged over groups.

    In a header of two rows the lower word counts, and the upper one where the lower cell is blank.
    """
    best: tuple[int, Header] | None = None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        single = [_text(cell) for cell in row]
        candidates = [(_score(single), Header(tuple(single), at + 1))]
        if at + 1 < len(rows):
            double = _combine(single, [_text(cell) for cell in rows[at + 1]])
            candidates.append((_score(double), Header(tuple(double), at + 2)))
        for score, header in candidates:
            if score >= LEAST_RECOGNISED and (best is None or score > best[0]):
                best = (score, header)
    return best[1] if best else None


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _combine(upper: list[str], lower: list[str]) -> list[str]:
    width = max(len(upper), len(lower))
    pairs = zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True)
    return [low or up for up, low in pairs]


def _score(texts: Sequence[str]) -> int:
    return len({column for column in map(recognise, texts) if column})


def guess_mapping(texts: Sequence[str]) -> dict[Column, int]:
    """Map each column that the header words name to its place in the sheet; the first of two equal words counts."""
    mapping: dict[Column, int] = {}
    for place, text in enumerate(texts):
        column = recognise(text)
        if column is not None:
            mapping.setdefault(column, place)
    return mapping


def missing_columns(mapping: Mapping[Column, int]) -> list[Column]:
    """List the required columns that a mapping leaves out."""
    return [column for column in REQUIRED if column not in mapping]


def is_reason_header(text: str) -> bool:
    """Say whether a column was written by us beside refused rows; such columns are left out when read again."""
    return fold_header(text) in _REASONS


_REASONS: Final = {fold_header(text) for text in REASON_HEADERS}
