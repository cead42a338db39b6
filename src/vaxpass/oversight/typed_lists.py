"""Small lists that officers upload (CSV in UTF-8, .xlsx) or paste out of a spreadsheet: headers known by many names.

In: bytes or pasted text, and the columns with the headings by which people call them. Out: numbered rows of texts, or
one coded refusal of the whole list (the FILE_ codes of intake).
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vaxpass.intake.columns import Cell
from vaxpass.intake.parse.kind import Kind, tell_kind
from vaxpass.intake.parse.refusal import FileRefused
from vaxpass.intake.parse.rows import csv_rows, trim, xlsx_rows
from vaxpass.offices.scope import Refused
from vaxpass.records.names import fold_name

MOST_BYTES: Final = 3_000_000
MOST_INFLATED: Final = 60_000_000
MOST_ROWS: Final = 20_000
_HEADER_WITHIN: Final = 20

Headings = Mapping[str, Sequence[str]]
"""Columns by their own names, each with the headings that mean it, folded (small letters without accents)."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row that is not blank: its number in the list from 1, and its texts by column; missing ones are ""."""

    row: int
    texts: Mapping[str, str]


def read_file(content: bytes, headings: Headings, *, needed: Sequence[str]) -> list[ListRow]:
    """Read an uploaded list. Refuses LIST_COLUMNS_MISSING and the FILE_ codes."""
    if len(content) > MOST_BYTES:
        raise FileRefused("FILE_TOO_LARGE", megabytes=MOST_BYTES // 1_000_000)
    if tell_kind(content) is Kind.CSV:
        return _read(csv_rows(content), headings, needed)
    _check_size(content)
    return _read(xlsx_rows(content), headings, needed)


def read_pasted(text: str, columns: Sequence[str], headings: Headings) -> list[ListRow]:
    """Read pasted cells: with a header as in a file, else in the order of `columns`. Refuses FILE_ codes."""
    if len(text) > MOST_BYTES:
        raise FileRefused("FILE_TOO_LARGE", megabytes=MOST_BYTES // 1_000_000)
    rows = [_pasted_cells(line) for line in text.splitlines()]
    if any(_header(row, headings, columns) for row in rows[:_HEADER_WITHIN]):
        return _read(iter(rows), headings, columns)
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if len(numbered) > MOST_ROWS:
        raise FileRefused("FILE_TOO_MANY_ROWS", rows=MOST_ROWS)
    places = {column: place for place, column in enumerate(columns)}
    return [ListRow(number, _texts(row, places)) for number, row in numbered]


def _pasted_cells(line: str) -> list[Cell]:
    """Cells copied from a sheet stand apart by tabs; typed ones often by semicolons or by blanks."""
    for sign in ("\t", ";"):
        if sign in line:
            return [cell.strip() or None for cell in line.split(sign)]
    return [cell or None for cell in line.split(maxsplit=1)]


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_INFLATED:
            raise FileRefused("FILE_INFLATES", megabytes=MOST_INFLATED // 1_000_000)


def _read(rows: Iterator[list[Cell]], headings: Headings, needed: Sequence[str]) -> list[ListRow]:
    places: dict[str, int] = {}
    found: list[ListRow] = []
    for number, cells in enumerate(rows, start=1):
        row = trim(cells)
        if not places:
            places = _header(row, headings, needed)
            if not places and number >= _HEADER_WITHIN:
                break
        elif row:
            found.append(ListRow(number, _texts(row, places)))
            if len(found) > MOST_ROWS:
                raise FileRefused("FILE_TOO_MANY_ROWS", rows=MOST_ROWS)
    if not places:
        raise Refused("LIST_COLUMNS_MISSING", columns=", ".join(headings[name][0] for name in needed))
    return found


def _header(row: Iterable[Cell], headings: Headings, needed: Sequence[str]) -> dict[str, int]:
    """Give the places of the columns where a row is the header: it names every needed one."""
    said = [fold_name(str(cell)) if cell is not None else "" for cell in row]
    places = {name: place for name, words in headings.items() for place, text in enumerate(said) if text in words}
    return places if all(name in places for name in needed) else {}


def _texts(row: Sequence[Cell], places: Mapping[str, int]) -> dict[str, str]:
    return {
        name: "" if place >= len(row) or row[place] is None else str(row[place]).strip()
        for name, place in places.items()
    }
