"""One facility's files: titles, header, rows, trailing blank rows; a new file when one is full.

In: records. Out: for each, the file's name and the row of the sheet in which it stands.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.synth.layouts import Layout, Record, lay_out
from vaxpass.synth.sheets import CsvSheet, Sheet, XlsxSheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaxpass.synth.plan import FacilityPlan

_PERSON_COLUMNS: Final = frozenset({"name", "birth", "sex", "nationality", "number", "phone", "address"})
_DOSE_COLUMNS: Final = frozenset({"dose", "day", "vaccine", "lot"})
_GROUP_HEADERS: Final = {"person": "Thông tin người được tiêm", "dose": "Thông tin mũi tiêm"}


class Written(NamedTuple):
    """Where a record went: file name, and row of the sheet counted from 1."""

    file: str
    row: int


class FacilityFiles:
    """The files of one facility, written one after the other."""

    def __init__(self, facility: FacilityPlan, layout: Layout, folder: Path, *, seed: int, most: int) -> None:
        self._facility = facility
        self._layout = layout
        self._folder = folder
        self._most = most
        self._rng = Random(f"{seed}/{facility.code}/untidy")  # noqa: S311 - invention, not secrecy
        self._sheet: Sheet | None = None
        self._parts = 0
        self._rows = 0
        self._records = 0
        self.paths: list[Path] = []

    def append(self, record: Record) -> Written:
        """Write a record into the open file, or into the next when it is full."""
        if self._sheet is None or self._records == self._most:
            self.close()
            self._sheet = self._open()
        self._records += 1
        cells = lay_out(record, self._records, self._layout, self._rng)
        self._sheet.append(cells)
        self._rows += 1
        return Written(self.paths[-1].name, self._rows)

    def close(self) -> None:
        """Finish the open file with its trailing blank rows."""
        if self._sheet is None:
            return
        for _ in range(self._layout.blank_rows_after):
            self._sheet.append([None] * len(self._layout.order))
        self._sheet.close()
        self._sheet = None

    def _open(self) -> Sheet:
        self._parts += 1
        part = f"-{self._parts}" if self._parts > 1 else ""
        path = self._folder / f"{self._facility.code}{part}{self._layout.suffix}"
        self.paths.append(path)
        self._rows = self._records = 0
        sheet = _open_sheet(path, self._layout)
        self._write_titles(sheet)
        self._write_header(sheet)
        return sheet

    def _write_titles(self, sheet: Sheet) -> None:
        width = len(self._layout.order)
        for title in self._layout.title_rows:
            sheet.append([title.format(site=self._facility.name_vi), *[None] * (width - 1)])
            self._rows += 1
            if title:
                sheet.merge(0, width - 1, self._rows, self._rows)

    def _write_header(self, sheet: Sheet) -> None:
        headers = [self._layout.headers[key] for key in self._layout.order]
        if not self._layout.two_row_header:
            sheet.append(headers)
            self._rows += 1
            return
        groups = [_group(key) for key in self._layout.order]
        sheet.append(_upper_header(groups, headers))
        sheet.append([text if group else None for text, group in zip(headers, groups, strict=True)])
        self._rows += 2
        for first, last in _runs(groups):
            single = groups[first] == ""
            sheet.merge(first, last, self._rows - 1, self._rows if single else self._rows - 1)


def _open_sheet(path: Path, layout: Layout) -> Sheet:
    if layout.suffix == ".csv":
        return CsvSheet(path, bom=layout.bom, delimiter=layout.delimiter)
    return XlsxSheet(path, columns=len(layout.order))


def _group(key: str) -> str:
    """Name the group of columns that a column stands under; none for those that stand alone."""
    if key in _PERSON_COLUMNS:
        return "person"
    return "dose" if key in _DOSE_COLUMNS else ""


def _upper_header(groups: Sequence[str], headers: Sequence[str]) -> list[str | None]:
    """Write each group once, over its first column; a column that stands alone has its header up here."""
    upper: list[str | None] = []
    for at, (group, header) in enumerate(zip(groups, headers, strict=True)):
        first = at == 0 or groups[at - 1] != group
        upper.append((_GROUP_HEADERS[group] if first else None) if group else header)
    return upper


def _runs(groups: Sequence[str]) -> list[tuple[int, int]]:
    """Give the blocks to merge: columns of one group side by side, and each lone column by itself."""
    runs: list[tuple[int, int]] = []
    for at, group in enumerate(groups):
        if runs and group and groups[at - 1] == group:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs
