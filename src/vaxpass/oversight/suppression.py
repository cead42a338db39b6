"""Small numbers are hidden where they would point at somebody: 1 to 4 become “<5”. Pure.

A small number alone would be the difference of a sum and its other parts, so a second cell, larger, is hidden beside it
(“…”), and a third where the two could still be told apart, until no sum that is shown tells a hidden cell. What is
hidden together is one table: whoever reads several tables of one unit side by side is an officer, not the public.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from vaxpass.oversight.measures import CauseFigures, DayFigures, Figures, Measure, UnitFigures

SMALL: Final = range(1, 5)
_ENDLESS: Final = 10**15
_M = Measure
_STATES: Final = (
    _M.RECEIVED, _M.UNANSWERED, _M.MISMATCHED, _M.INCOMPLETE, _M.TO_SIGN, _M.ATTESTED, _M.CERTIFIED, _M.REFUSED,
)  # fmt: skip
_SUMS: Final = ((_M.DOSES, _STATES), (_M.CONFIRMED, (_M.TO_SIGN, _M.ATTESTED, _M.CERTIFIED)))
"""Measures that are sums of others (measures.Measure)."""
_NOT_PEOPLE: Final = frozenset({_M.GIVEN})
"""What provinces say of themselves is never hidden."""

K = TypeVar("K", bound=Hashable)
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """A cell that is the sum of others."""

    total: K
    parts: Sequence[K]


def protect(values: Mapping[K, int], sums: Sequence[Sum[K]], unshown: Collection[K] = ()) -> frozenset[K]:
    """Give the cells that must be hidden so that no small one (1 to 4) can be computed from what is shown.

    `unshown`: cells that the table does not have but its sums are made of; the answer names them too.
    """
    small = {cell for cell, value in values.items() if value in SMALL and cell not in unshown}
    hidden = small | set(unshown)
    while found := _told(values, sums, hidden, small):
        near = _by_distance(sums, found, hidden)
        more = next((cell for one in near for cell in _next(values, one, hidden)), None)
        if more is None:
            break
        hidden.add(more)
    return frozenset(hidden)


def _by_distance(sums: Sequence[Sum[K]], found: set[K], hidden: set[K]) -> Iterator[Sum[K]]:
    """Give the sums that hold the cells found, then those that share a hidden cell with these, and so on."""
    left, reached = list(sums), set(found)
    while touched := [one for one in left if not reached.isdisjoint((one.total, *one.parts))]:
        yield from touched
        left = [one for one in left if one not in touched]
        reached = {cell for one in touched for cell in (one.total, *one.parts) if cell in hidden}


def _next(values: Mapping[K, int], one: Sum[K], hidden: set[K]) -> list[K]:
    """Give what may be hidden next in a sum: the smallest part that is something, else the sum itself, else a zero."""
    shown = sorted((cell for cell in one.parts if cell not in hidden), key=lambda cell: values[cell])
    total = [one.total] if one.total not in hidden else []
    return [*(cell for cell in shown if values[cell]), *total, *(cell for cell in shown if not values[cell])][:1]


def _told(values: Mapping[K, int], sums: Sequence[Sum[K]], hidden: set[K], small: set[K]) -> set[K]:
    """Give the hidden cells whose value follows from what is shown, and from “<5” being 1 to 4."""
    ranges: dict[K, Range] = {cell: (SMALL[0], SMALL[-1]) if cell in small else (0, _ENDLESS) for cell in hidden}
    while sum(_narrow(values, one, ranges) for one in sums):
        pass
    return {cell for cell, (low, high) in ranges.items() if low == high and cell in small}


def _narrow(values: Mapping[K, int], one: Sum[K], ranges: dict[K, Range]) -> bool:
    """Narrow the ranges of a sum's hidden cells by each other; say whether any became narrower."""

    def of(cell: K) -> Range:
        return ranges.get(cell) or (values[cell], values[cell])

    low, high = (sum(of(cell)[end] for cell in one.parts) for end in (0, 1))
    changed = _set(ranges, one.total, low, high)
    whole = of(one.total)
    for cell in one.parts:
        own = of(cell)
        changed |= _set(ranges, cell, whole[0] - (high - own[1]), whole[1] - (low - own[0]))
    return changed


def _set(ranges: dict[K, Range], cell: K, low: int, high: int) -> bool:
    if cell not in ranges:
        return False
    before = ranges[cell]
    ranges[cell] = max(before[0], low), min(before[1], high)
    return ranges[cell] != before


def hide_small(figures: Figures) -> Figures:
    """Hide the small numbers of one unit."""
    cells = {measure: figures.counts.get(measure, 0) for measure in Measure if measure not in _NOT_PEOPLE}
    return replace(figures, hidden=protect(cells, [Sum(total, parts) for total, parts in _SUMS]))


def hide_small_parts(parts: Sequence[UnitFigures], total: Figures) -> list[UnitFigures]:
    """Hide the small numbers of a table of parts, and what with them and the total would tell them.

    `total`: the sum of the parts as `hide_small` shows it.
    """
    cells: dict[tuple[int, Measure], int] = {}
    people = [measure for measure in Measure if measure not in _NOT_PEOPLE]
    for place, part in enumerate(parts):
        cells |= {(place, measure): part.figures.counts.get(measure, 0) for measure in people}
    cells |= {(-1, measure): total.counts.get(measure, 0) for measure in people}
    hidden: set[tuple[int, Measure]] = set()
    for measure in people:  # each column by itself: a table of all columns at once would hide most of itself
        column = {cell: value for cell, value in cells.items() if cell[1] is measure}
        sums = [Sum((-1, measure), [(place, measure) for place in range(len(parts))])]
        beside = total.is_hidden(measure) and total.counts.get(measure, 0) not in SMALL
        hidden |= protect(column, sums, {(-1, measure)} if beside else ())
    return [_hide_row(part, place, hidden) for place, part in enumerate(parts)]


def _hide_row(part: UnitFigures, place: int, hidden: set[tuple[int, Measure]]) -> UnitFigures:
    """Hide a row's cells, and with them those of its sums that would tell one."""
    own = frozenset(measure for measure in Measure if (place, measure) in hidden)
    cells = {measure: part.figures.counts.get(measure, 0) for measure in Measure if measure not in _NOT_PEOPLE}
    sums = [Sum(total, measures) for total, measures in _SUMS]
    return replace(part, figures=replace(part.figures, hidden=own | protect(cells, sums, own - _small(cells))))


def _small(cells: Mapping[Measure, int]) -> frozenset[Measure]:
    return frozenset(measure for measure, value in cells.items() if value in SMALL)


def hide_small_causes(found: Sequence[CauseFigures]) -> list[CauseFigures]:
    """Hide the small numbers of a table of causes, and what with a state's or a cause's sum would tell them.

    The sums of states stand among the unit's figures, those of causes in the table without parts. A cause whose ages
    would tell a small number keeps them too.
    """
    hidden: set[int] = set()
    for column in _places_by(found, lambda one: (one.state, one.reason)) if _has_parts(found) else ():
        hidden |= _hidden_beside(found, column, hidden)
    for row in _places_by(found, lambda one: (one.unit, one.state)):
        hidden |= _hidden_beside(found, row, hidden)
    return [_hide_cause(one, is_hidden=place in hidden) for place, one in enumerate(found)]


def _has_parts(found: Sequence[CauseFigures]) -> bool:
    return any(one.unit is not None for one in found)


def _places_by(found: Sequence[CauseFigures], key: Callable[[CauseFigures], Hashable]) -> Iterable[list[int]]:
    places: dict[Hashable, list[int]] = {}
    for place, one in enumerate(found):
        places.setdefault(key(one), []).append(place)
    return places.values()


def _hidden_beside(found: Sequence[CauseFigures], places: Sequence[int], before: Collection[int]) -> set[int]:
    """Give which of some causes must be hidden where their sum is shown, with those that are hidden already."""
    counts = {place: found[place].count or 0 for place in places}
    larger = [place for place in places if place in before and counts[place] not in SMALL]
    hidden = protect({**counts, -1: sum(counts.values())}, [Sum(-1, list(places))], larger)
    return set(hidden - {-1})


def _hide_cause(one: CauseFigures, *, is_hidden: bool) -> CauseFigures:
    tells = one.ages is None or is_hidden or any(age in SMALL for age in one.ages)
    return replace(one, count=None if is_hidden else one.count, ages=None if tells else one.ages)


def hide_small_days(found: Sequence[DayFigures]) -> list[DayFigures]:
    """Hide the small numbers of a table of days."""
    return [replace(day, hidden=frozenset(m for m, n in day.counts.items() if n in SMALL)) for day in found]
