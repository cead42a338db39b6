"""Small numbers are hidden where they would point at somebody: 1 to 4 become “<5”. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from vaxpass.oversight.measures import CauseFigures, DayFigures, Figures, Measure, UnitFigures

SMALL: Final = range(1, 5)


def hide_small(figures: Figures) -> Figures:
    """Hide the small numbers of one unit."""
    return replace(figures, hidden=frozenset(m for m in Measure if figures.counts.get(m, 0) in SMALL))


def hide_small_parts(parts: Sequence[UnitFigures]) -> list[UnitFigures]:
    """Hide the small numbers of a table of parts."""
    return [replace(part, figures=hide_small(part.figures)) for part in parts]


def hide_small_causes(found: Sequence[CauseFigures]) -> list[CauseFigures]:
    """Hide the small numbers of a table of causes."""
    return [replace(one, count=None, ages=None) if one.count in SMALL else one for one in found]


def hide_small_days(found: Sequence[DayFigures]) -> list[DayFigures]:
    """Hide the small numbers of a table of days."""
    return [replace(day, hidden=frozenset(m for m, n in day.counts.items() if n in SMALL)) for day in found]
