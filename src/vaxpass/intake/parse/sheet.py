"""A facility's list, whole: header and numbered rows, or one coded refusal of the file.

In: any bytes, and the limits. Out: `Sheet`. Pure; for hostile bytes call it through isolated.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from vaxpass.intake.columns import HEADER_WITHIN, find_header
from vaxpass.intake.parse.kind import Kind, tell_kind
from vaxpass.intake.parse.refusal import FileRefused
from vaxpass.intake.parse.rows import Row, csv_rows, trim, xlsx_rows

MOST_COLUMNS: Final = 100
_LONGEST_CELL: Final = 4_000  # a longer text is an unclosed quotation mark that swallowed rows
Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Header texts by column, and the rows that are not blank with their numbers in the spreadsheet, from 1."""

    headers: tuple[str, ...]
    rows: Iterator[Numbered]


def read_sheet(content: bytes, *, most_rows: int) -> Sheet:
    """Read a file. Raises FileRefused, at once or while its rows are taken."""
    rows = xlsx_rows(content) if tell_kind(content) is Kind.XLSX else csv_rows(content)
    trimmed = (trim(row) for row in rows)
    head = list(islice(trimmed, HEADER_WITHIN + 1))
    header = find_header(head)
    if header is None:
        raise FileRefused("FILE_HEADER_NOT_FOUND", rows=HEADER_WITHIN)
    if len(header.texts) > MOST_COLUMNS:
        raise FileRefused("FILE_TOO_WIDE", columns=MOST_COLUMNS)
    return Sheet(header.texts, _numbered(chain(head, trimmed), header.first_data_row, most_rows))


def _numbered(rows: Iterator[Row], first: int, most_rows: int) -> Iterator[Numbered]:
    count = 0
    for number, row in enumerate(rows, start=1):
        if not row or number <= first:
            continue
        count += 1
        if count > most_rows:
            raise FileRefused("FILE_TOO_MANY_ROWS", rows=most_rows)
        if len(row) > MOST_COLUMNS:
            raise FileRefused("FILE_TOO_WIDE", columns=MOST_COLUMNS)
        if any(cell.__class__ is str and len(cell) > _LONGEST_CELL for cell in row):
            raise FileRefused("FILE_CSV_QUOTES", row=number)
        yield number, row
    if count == 0:
        raise FileRefused("FILE_NO_ROWS")
