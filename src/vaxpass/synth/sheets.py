"""Writes rows to .xlsx and .csv as they come: memory stays flat, and the same rows give the same bytes.

openpyxl is not used here: it stamps the time of writing into the file, and is ten times slower.
Text cells of a workbook are inline strings, so that nothing has to be remembered to the end.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import IO, TYPE_CHECKING, Final, Protocol

from vaxpass.synth.layouts import excel_serial
from vaxpass.synth.workbook import FIXED_PARTS, HEAD, MAIN, SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaxpass.synth.layouts import Cell

_LONG_AGO: Final = (2022, 9, 1, 0, 0, 0)  # the one time of every zip entry and document
_FLUSH_EVERY: Final = 256  # rows
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;"})


class Sheet(Protocol):
    """A file of rows being written."""

    def append(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        ...

    def merge(self, first_column: int, last_column: int, first_row: int, last_row: int) -> None:
        """Merge a block of cells, columns from 0 and rows from 1, where the format knows that."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class CsvSheet:
    """A CSV file, UTF-8, lines ended as Excel ends them."""

    def __init__(self, path: Path, *, bom: bool, delimiter: str) -> None:
        encoding = "utf-8-sig" if bom else "utf-8"
        self._file = path.open("w", encoding=encoding, newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\r\n")

    def append(self, cells: Sequence[Cell]) -> None:
        """Write the next row; a blank one keeps its delimiters, as Excel leaves them."""
        self._writer.writerow(["" if cell is None else cell for cell in cells])

    def merge(self, first_column: int, last_column: int, first_row: int, last_row: int) -> None:
        """Do nothing: CSV has no merged cells."""

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class XlsxSheet:
    """An Excel workbook with one sheet."""

    def __init__(self, path: Path, *, columns: int) -> None:
        self._zip = zipfile.ZipFile(path, "w")
        for name, text in FIXED_PARTS.items():
            self._zip.writestr(_entry(name), HEAD + text)
        self._sheet: IO[bytes] = self._zip.open(_entry(SHEET), "w")
        self._waiting = io.StringIO()
        self._waiting.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>')
        self._letters = [chr(ord("A") + at) for at in range(columns)]
        self._merged: list[str] = []
        self._row = 0

    def append(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        self._row += 1
        row = self._row
        inner = "".join(_cell(f"{letter}{row}", cell) for letter, cell in zip(self._letters, cells, strict=True))
        self._waiting.write(f'<row r="{row}">{inner}</row>')
        if row % _FLUSH_EVERY == 0:
            self._flush()

    def merge(self, first_column: int, last_column: int, first_row: int, last_row: int) -> None:
        """Merge a block of cells, columns from 0 and rows from 1."""
        letters = self._letters
        self._merged.append(f"{letters[first_column]}{first_row}:{letters[last_column]}{last_row}")

    def close(self) -> None:
        """Finish the file."""
        self._waiting.write("</sheetData>")
        if self._merged:
            blocks = "".join(f'<mergeCell ref="{block}"/>' for block in self._merged)
            self._waiting.write(f'<mergeCells count="{len(self._merged)}">{blocks}</mergeCells>')
        self._waiting.write("</worksheet>")
        self._flush()
        self._sheet.close()
        self._zip.close()

    def _flush(self) -> None:
        self._sheet.write(self._waiting.getvalue().encode())
        self._waiting = io.StringIO()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same byte on every system
    return entry


def _cell(reference: str, cell: Cell) -> str:
    if cell is None or cell == "":
        return f'<c r="{reference}" s="0"/>'
    if isinstance(cell, str):
        text = cell if cell.isalnum() else cell.translate(_ESCAPES)
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, date):
        return f'<c r="{reference}" s="1"><v>{excel_serial(cell)}</v></c>'
    return f'<c r="{reference}"><v>{cell}</v></c>'
