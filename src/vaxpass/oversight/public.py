"""What everybody may read: progress and times by province, small numbers hidden. Reads the last tally alone.

Both lists of provinces are published, and the new ones are sums of the old, so both are protected together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Sum as Summed

from vaxpass.offices.units import Level, Scheme, unit_names, units_of
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight import times
from vaxpass.oversight.models import OfficeFigures, Tally
from vaxpass.oversight.suppression import Sum, protect
from vaxpass.oversight.times import Span, Times

TIMES_OF: Final = timedelta(days=90)
"""Times are those of spans that ended within so many days."""
SPANS: Final = (Span.REPORT_TO_PASSPORT, Span.REPORT_TO_ANSWER, Span.DOSE_TO_SIGNATURE)


class Column(StrEnum):
    """What is published. No column is the sum of others, so each is protected by itself. GIVEN names nobody."""

    GIVEN = "given"
    DOSES = "doses"
    PEOPLE = "people"
    SIGNED = "signed"
    PASSPORTS = "passports"
    REPORTS_ANSWERED = "reports_answered"


_PROTECTED: Final = tuple(column for column in Column if column is not Column.GIVEN)
_SUMS: Final = {
    Column.GIVEN: Summed("given"),
    Column.DOSES: Summed("doses"),
    Column.PEOPLE: Summed("people"),
    Column.SIGNED: Summed("attested") + Summed("certified"),
    Column.PASSPORTS: Summed("passports"),
    Column.REPORTS_ANSWERED: Summed("reports_answered"),
}
Cell = tuple[str, ...]
_WHOLE: Final[Cell] = ()


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A province (code "" for offices that stand in none, "VN" for the whole country). None: hidden."""

    code: str
    name_vi: str
    name_en: str
    counts: Mapping[Column, int | None]
    times: Mapping[Span, Times]

    def name(self, language: str) -> str:
        """Give the name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi

    def is_small(self, column: Column) -> bool:
        """Say whether a count is not told."""
        return self.counts[column] is None


@dataclass(frozen=True, slots=True)
class PublicTable:
    """The provinces of one list by code, the country last, as of the tally; since when times are counted."""

    scheme: Scheme
    at: datetime
    since: date
    until: date
    rows: tuple[PublicRow, ...]
    country: PublicRow


def by_province(scheme: Scheme) -> PublicTable | None:
    """Give what is published of the provinces of one list; None before the first tally. Call it inside `reading()`."""
    at = Tally.objects.order_by("-at").values_list("at", flat=True).first()
    if at is None:
        return None
    until = day_in_vietnam(at)
    counts = _counts()
    hidden: dict[Column, frozenset[Cell]] = {
        column: _hidden({pair: count[column] for pair, count in counts.items()}) for column in _PROTECTED
    }
    taken = {span: _times(scheme, span, until, counts) for span in SPANS}
    place = 1 if scheme is Scheme.OLD else 0
    codes = {pair[place] for pair in counts} | {one.code for one in units_of(Level.PROVINCE, scheme)}
    names = unit_names(Level.PROVINCE, codes, scheme)
    rows = []
    for code in sorted(codes):
        told = {column: _told(counts, hidden, column, _cell(scheme, code)) for column in Column}
        row = PublicRow(
            code, names[code].name_vi, names[code].name_en, told, {s: taken[s].get(code, _NONE) for s in SPANS}
        )
        if code or any(value != 0 for value in told.values()):
            rows.append(row)
    told = {column: _told(counts, hidden, column, _WHOLE) for column in Column}
    whole = PublicRow("VN", "Cả nước", "The whole country", told, {span: taken[span]["VN"] for span in SPANS})
    return PublicTable(scheme, at, until - TIMES_OF, until, tuple(rows), whole)


_NONE: Final = Times(0, None, None, None, None)
Pair = tuple[str, str]
Pairs = Mapping[Pair, Mapping[Column, int]]


def _counts() -> dict[tuple[str, str], dict[Column, int]]:
    """Count by pair of new and old province: of such pairs both lists are made."""
    sums = [column.value + "_sum" for column in Column]
    rows = OfficeFigures.objects.values("new_province", "old_province").annotate(
        **{column.value + "_sum": total for column, total in _SUMS.items()}
    )
    return {
        (new, old): {column: int(count) for column, count in zip(Column, counts, strict=True)}
        for new, old, *counts in rows.values_list("new_province", "old_province", *sums)
    }


def _cell(scheme: Scheme, code: str) -> Cell:
    return (scheme.value, code)


def _hidden(counts: Mapping[Pair, int]) -> frozenset[Cell]:
    """Give the cells of both lists that must be hidden, for one column."""
    leaves = {pair: _leaf(pair, counts) for pair in counts}
    values: dict[Cell, int] = {leaves[pair]: count for pair, count in counts.items()}
    values[_WHOLE] = sum(values.values())
    sums: list[Sum[Cell]] = []
    same: dict[Cell, Cell] = {}
    for scheme, place in ((Scheme.NEW, 0), (Scheme.OLD, 1)):
        cells = [_cell(scheme, code) for code in sorted({pair[place] for pair in counts})]
        for cell in cells:
            parts = [leaves[pair] for pair in counts if pair[place] == cell[1]]
            if len(parts) == 1 and parts[0][0] != "pair":
                same[cell] = parts[0]  # a province that the merger left as it was: one number in both lists
            else:
                values[cell] = sum(values[part] for part in parts)
                sums.append(Sum(cell, parts))
        sums.append(Sum(_WHOLE, [same.get(cell, cell) for cell in cells]))
    hidden = protect(values, sums, [leaf for leaf in leaves.values() if leaf[0] == "pair"])
    return hidden | {cell for cell, one in same.items() if one in hidden}


def _leaf(pair: Pair, counts: Collection[Pair]) -> Cell:
    """An old province that lies in one new one is a cell of both lists; what else is common to two is never shown."""
    alone = sum(old == pair[1] for _, old in counts) == 1
    return _cell(Scheme.OLD, pair[1]) if alone else ("pair", *pair)


def _told(counts: Pairs, hidden: Mapping[Column, frozenset[Cell]], column: Column, cell: Cell) -> int | None:
    if column in hidden and cell in hidden[column]:
        return None
    if cell == _WHOLE:
        return sum(count[column] for count in counts.values())
    place = 1 if cell[0] == Scheme.OLD else 0
    return sum(count[column] for pair, count in counts.items() if pair[place] == cell[1])


def _times(scheme: Scheme, span: Span, until: date, pairs: Collection[Pair]) -> dict[str, Times]:
    """Give the times of provinces, and of the country under "VN"; of fewer than five nothing but that they were few.

    Their number would follow from the country's and the other provinces', so these are protected as counts are.
    """
    since = until - TIMES_OF
    lists = {one: times.public(Level.PROVINCE, one, span, since, until) for one in Scheme}
    whole = times.public(Level.COUNTRY, scheme, span, since, until).get("", _NONE)
    hidden = _hidden(_times_of_pairs({one: _numbers(found) for one, found in lists.items()}, pairs))
    few = Times(None, None, None, None, None)
    told = {code: few if _cell(scheme, code) in hidden else one for code, one in lists[scheme].items()}
    return told | {"VN": few if _WHOLE in hidden else whole}


def _numbers(found: Mapping[str, Times]) -> dict[str, int]:
    return {code: one.count or 0 for code, one in found.items()}


def _times_of_pairs(numbers: Mapping[Scheme, Mapping[str, int]], pairs: Collection[Pair]) -> dict[Pair, int]:
    """Say how many spans lie in each pair: days are summed by the provinces of each list, not by both at once.

    An old province that lies in one new one is told; the rest of a new one lies in no old one.
    """
    found = dict.fromkeys(pairs, 0)
    rest = dict(numbers[Scheme.NEW])
    alone = [(new, old) for new, old in pairs if sum(other == old for _, other in pairs) == 1]
    for new, old in alone:
        found[new, old] = numbers[Scheme.OLD].get(old, 0)
        rest[new] = rest.get(new, 0) - found[new, old]
    for new, old in sorted(set(pairs) - set(alone)):
        found[new, old], rest[new] = max(0, rest.get(new, 0)), 0
    return found
