"""Tables as Excel files: exact numbers, texts that can never become formulas, and above them what they are of.

Nothing here knows rights or small numbers: the caller hands over what its page shows, hidden cells as their text.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_NAME: Final = re.compile(r"[\\/*?:\[\]]")
_LONGEST_NAME: Final = 31
_LONGEST_TEXT: Final = 32_767
_A4: Final = 9  # the number of this paper in the format
_WIDTHS: Final = (9, 60)
_UPRIGHT: Final = 6  # columns that fit on a sheet held upright
_FACE: Final = "Times New Roman"
_LINE: Final = Side(style="thin", color="FF7C8784")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE: Final = PatternFill("solid", fgColor="FFDEEDE8")

Value = int | float | str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a document's head or foot: a word at the left, a word centred over the columns at the right."""

    left: str
    right: str
    bold_left: bool = False
    bold_right: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, lines above the table, headings, rows; `totals`: how many of the last rows are sums.

    `head` and `foot` are for a sheet that is a document: who issues it above, who signs it below.
    """

    name: str
    above: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    totals: int = 0
    below: Sequence[str] = ()
    head: Sequence[Pair] = ()
    foot: Sequence[Pair] = ()


def write(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """Write a workbook. `now`: aware; the document's date."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    book.properties.creator = "vaxpass"
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, sheet, taken)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def safe_text(text: str) -> str:
    """Give a text as a cell can hold it."""
    return _UNWRITABLE.sub("", text)[:_LONGEST_TEXT]


def _write_sheet(book: Workbook, sheet: Sheet, taken: set[str]) -> None:
    page = book.create_sheet(_name(sheet.name, taken))
    _set_up(page, sheet)
    _write_pairs(page, sheet.head, len(sheet.headings))
    for number, line in enumerate(sheet.above):
        page.append([_cell(page, line, Font(name=_FACE, size=12 if number else 14, bold=not number))])
    page.append([])
    page.append([_cell(page, heading, Font(name=_FACE, bold=True), heading=True) for heading in sheet.headings])
    last = len(sheet.rows) - sheet.totals
    styles: dict[tuple[bool, str], Any] = {}
    for number, row in enumerate(sheet.rows):
        page.append([_cell_like(page, value, styles, bold=number >= last) for value in row])
    for line in sheet.below:
        page.append([_cell(page, line, Font(name=_FACE, italic=True))])
    _write_pairs(page, sheet.foot, len(sheet.headings))


def _write_pairs(page: Any, pairs: Sequence[Pair], columns: int) -> None:
    for pair in pairs:
        left = Font(name=_FACE, size=12, bold=pair.bold_left, italic=pair.italic)
        right = Font(name=_FACE, size=12, bold=pair.bold_right, italic=pair.italic)
        row = [_cell(page, pair.left, left), _cell(page, pair.right, right)]
        row += [_cell(page, None, right) for _ in range(columns - len(row))]
        for cell in row[1:]:
            cell.alignment = Alignment(horizontal="centerContinuous")
        page.append(row)


def _set_up(page: Any, sheet: Sheet) -> None:
    head = len(sheet.head) + len(sheet.above) + 2
    page.freeze_panes = None if sheet.head else f"B{head + 1}"
    page.page_setup.orientation = "portrait" if len(sheet.headings) <= _UPRIGHT else "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{head}:{head}"
    for number, heading in enumerate(sheet.headings):
        longest = max((len(_shown(row[number])) for row in sheet.rows if number < len(row)), default=0)
        width = min(max(longest, len(heading) * 0.7, _WIDTHS[0]) + 2, _WIDTHS[1])
        page.column_dimensions[get_column_letter(number + 1)].width = width


def _cell(page: Any, value: Value, font: Font, *, heading: bool = False, boxed: bool = False) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(HANOI).replace(tzinfo=None)
    cell: Any = WriteOnlyCell(page)
    cell.value = safe_text(value) if isinstance(value, str) else value
    cell.font = font
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" stays a text
    else:
        cell.number_format = _format(value)
    if heading:
        cell.fill, cell.alignment = _SHADE, Alignment(wrap_text=True, vertical="center", horizontal="center")
    if heading or boxed:
        cell.border = _BOX
    return cell


def _cell_like(page: Any, value: Value, styles: dict[tuple[bool, str], Any], *, bold: bool) -> Any:
    """Give a cell of the table. Its style is made once: looking it up takes most of the time of a long sheet."""
    kind = bold, "" if isinstance(value, str) else _format(value)
    if kind not in styles:
        styles[kind] = _cell(page, value, Font(name=_FACE, bold=bold), boxed=True)
    if isinstance(value, datetime):
        value = value.astimezone(HANOI).replace(tzinfo=None)
    cell: Any = WriteOnlyCell(page)
    cell._style = styles[kind]._style  # noqa: SLF001 -- openpyxl has no other way to share a style
    cell.value = safe_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" stays a text
    return cell


def _format(value: Value) -> str:
    if isinstance(value, datetime):
        return "dd/mm/yyyy hh:mm"
    if isinstance(value, date):
        return "dd/mm/yyyy"
    return "#,##0.0" if isinstance(value, float) else "#,##0"


def _shown(value: Value) -> str:
    if isinstance(value, datetime | date):
        return _format(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value or "")


def _name(name: str, taken: set[str]) -> str:
    short = _NO_NAME.sub(" ", safe_text(name)).strip("' ")[:_LONGEST_NAME] or "1"
    while short.lower() in taken:
        short = f"{short[: _LONGEST_NAME - 3]} {len(taken) + 1}"
    taken.add(short.lower())
    return short
