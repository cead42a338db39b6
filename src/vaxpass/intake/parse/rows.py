"""The rows of a sheet, from CSV by the standard library and from .xlsx by calamine.

In: bytes of a known kind. Out: rows one after the other, each a list of cells; the row's number is its place.
Date cells become text dd/mm/yyyy, so that everything after here knows one form.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

import python_calamine

from vaxpass.intake.columns import Cell, find_header
from vaxpass.intake.parse.refusal import FileRefused

_DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD: Final = 32  # rows that decide on delimiter and sheet
Row = list[Cell]


def csv_rows(content: bytes) -> Iterator[Row]:
    """Read CSV in UTF-8, with or without its mark. Raises FileRefused, also while iterating."""
    text = _decode(content)
    return _read_csv(text, _delimiter(text))


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(_encoding_refusal(content)) from None


def _encoding_refusal(content: bytes) -> str:
    """Tell Windows-1258 by its combining tone marks, which only Vietnamese text has."""
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return "FILE_NOT_UTF8"
    return "FILE_WINDOWS_1258" if any(tone in text for tone in "\u0300\u0309\u0303\u0301\u0323") else "FILE_NOT_UTF8"


def _delimiter(text: str) -> str:
    """Find the delimiter whose reading of the first rows gives the most cells of a header, else the most cells."""
    return max(_DELIMITERS, key=lambda one: _cells_found(text, one))


def _cells_found(text: str, delimiter: str) -> tuple[int, int]:
    try:
        head = list(islice(_read_csv(text, delimiter), _HEAD))
    except FileRefused:
        return 0, 0
    header = find_header(head)
    return sum(bool(cell) for cell in header.texts) if header else 0, max(map(len, head), default=0)


def _read_csv(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield [cell or None for cell in row]
    except csv.Error:
        raise FileRefused("FILE_CSV_QUOTES", row=number + 1) from None


def xlsx_rows(content: bytes) -> Iterator[Row]:
    """Read the sheet that holds a header; refuses where two sheets do. Raises FileRefused."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [workbook.get_sheet_by_index(at) for at in range(len(workbook.sheet_names))]
    except BaseException as error:  # noqa: BLE001 -- a panic of the reader is no Exception; the rest goes on its way
        raise _refusal_of(error) from None
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        raise FileRefused("FILE_EMPTY")
    with_header = [sheet for sheet in filled if find_header(list(islice(_sheet_rows(sheet), _HEAD)))]
    if len(with_header) > 1:
        raise FileRefused("FILE_SEVERAL_SHEETS", sheets=len(with_header))
    return _sheet_rows((with_header or filled)[0])


def _refusal_of(error: BaseException) -> BaseException:
    """Turn whatever the reader throws at hostile bytes into a refusal; its panics are no Exception."""
    if isinstance(error, python_calamine.PasswordError):
        return FileRefused("FILE_ENCRYPTED")
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return (
            FileRefused("FILE_INFLATES", megabytes=0) if isinstance(error, MemoryError) else FileRefused("FILE_BROKEN")
        )
    return error


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    """Give the rows from the sheet's first on. calamine gives blank rows before the data, but not blank columns."""
    margin: Row = [None] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        # Nearly every cell is a text or blank, which calamine gives as the empty text: no call for those.
        yield margin + [(value or None) if value.__class__ is str else _cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime | date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return str(value) if isinstance(value, time | timedelta) else value


def trim(row: Row) -> Row:
    """Cut the blank cells at the end; a blank row becomes empty."""
    end = len(row)
    if end and row[-1].__class__ is str and row[-1][-1:].strip():  # the usual row ends in a word; no copy of it
        return row
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not str(row[end - 1]).strip())):
        end -= 1
    return row[:end]
