"""Hidden numbers cannot be computed from what is shown, by whoever knows that “<5” is one to four."""

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import NOW
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.measures import CauseFigures, Figures, Measure, Unit, UnitFigures
from vaxpass.oversight.suppression import SMALL, Sum, hide_small, hide_small_causes, hide_small_parts, protect
from vaxpass.oversight.times import hide_few, measure
from vaxpass.records.states import State

COUNTS = st.integers(min_value=0, max_value=9)


def solutions(values, sums, hidden, cell):
    """Every value that a hidden cell can have, given what is shown; leaves alone are free."""
    totals = {one.total for one in sums}
    leaves = [one for one in values if one not in totals]
    free = [one for one in leaves if one in hidden]
    possible = set()
    for guess in product(*(list(SMALL) if values[one] in SMALL else range(31) for one in free)):
        world = {one: values[one] for one in leaves} | dict(zip(free, guess, strict=True))
        for one in sums:
            world[one.total] = sum(world[part] for part in one.parts)
        if all(_agrees(world[one], values[one], one in hidden) for one in totals):
            possible.add(world[cell])
            if len(possible) > 1:
                break
    return possible


def _agrees(guessed, value, is_hidden):
    if not is_hidden:
        return guessed == value
    return value not in SMALL or guessed in SMALL


@settings(max_examples=150, deadline=None)
@example([1, 1], [1, 1])
@given(st.lists(COUNTS, min_size=1, max_size=3), st.lists(COUNTS, min_size=1, max_size=2))
def test_nothing_hidden_follows_from_sums_over_two_levels(first, second):
    values: dict[Any, int] = {("a", place): count for place, count in enumerate(first)}
    values |= {("b", place): count for place, count in enumerate(second)}
    values |= {"a": sum(first), "b": sum(second), "all": sum(first) + sum(second)}
    sums: list[Sum[Any]] = [
        Sum("a", [("a", place) for place in range(len(first))]),
        Sum("b", [("b", place) for place in range(len(second))]),
        Sum("all", ["a", "b"]),
    ]
    hidden = protect(values, sums)
    if hidden == set(values):
        return  # four people in four cells: nothing is left to hide, and “<5” by itself says the rest
    for cell, value in values.items():
        if value in SMALL:
            assert cell in hidden
            assert len(solutions(values, sums, hidden, cell)) > 1, (values, hidden, cell)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((3, 70, 80), (None, None, 80)),
        ((3, 2, 80), (None, None, 80)),
        ((1, 1, 80), (None, None, None)),  # two that are both “<5” and make two are both one
        ((0, 7, 9), (0, 7, 9)),
    ],
)
def test_a_second_cell_goes_with_the_first(parts, shown):
    values: dict[Any, int] = {**dict(enumerate(parts)), "all": sum(parts)}
    sums: list[Sum[Any]] = [Sum("all", range(len(parts)))]
    hidden = protect(values, sums)
    assert tuple(None if place in hidden else count for place, count in enumerate(parts)) == shown
    assert "all" not in hidden


def _part(code, **counts):
    figures = Figures({measure: counts.get(measure.value, 0) for measure in Measure})
    return UnitFigures(Unit(Level.OFFICE, code, Scheme.NEW), code, code, figures)


def test_a_table_of_parts_hides_by_column_and_by_row():
    parts = [
        _part("A", people=3, doses=50, certified=47, mismatched=3, confirmed=47, given=2),
        _part("B", people=40, doses=60, certified=60, confirmed=60),
        _part("C", people=70, doses=90, certified=80, mismatched=10, confirmed=80),
    ]
    total = hide_small(Figures({m: sum(part.figures.counts[m] for part in parts) for m in Measure}))
    first, second, third = hide_small_parts(parts, total)
    assert first.figures.is_hidden(Measure.PEOPLE)
    assert second.figures.is_hidden(Measure.PEOPLE), "else it follows from the total"
    assert not third.figures.is_hidden(Measure.PEOPLE)
    assert first.figures.is_hidden(Measure.MISMATCHED)
    assert first.figures.is_hidden(Measure.CERTIFIED), "else it follows from the doses of the row"
    assert first.figures.count(Measure.PEOPLE) == 0
    assert first.figures.count(Measure.GIVEN) == 2, "what a province says of itself is no person"


def cause(reason: str, count: int, unit: str = "") -> CauseFigures:
    part = Unit(Level.PROVINCE, unit, Scheme.OLD) if unit else None
    return CauseFigures(part, State.MISMATCHED, reason, count, NOW, (count, 0, 0, 0, 0))


def test_a_small_cause_does_not_follow_from_its_states_sum():
    told = hide_small_causes([cause("NAME", 50), cause("BIRTH_DATE", 20), cause("GENDER", 2)])
    assert [one.count for one in told] == [50, None, None]
    assert [one.ages for one in told][1:] == [None, None]


def test_a_small_cause_of_a_part_does_not_follow_from_the_other_parts():
    found = [cause("NAME", 2, "01"), cause("NAME", 30, "40"), cause("NAME", 60, "79"), cause("GENDER", 9, "79")]
    assert [one.count for one in hide_small_causes(found)] == [None, None, 60, 9]


def test_causes_without_a_small_number_are_all_told():
    found = [cause("NAME", 5, "01"), cause("GENDER", 30, "40")]
    assert hide_small_causes(found) == found


def test_times_of_few_do_not_follow_from_the_other_parts():
    taken = [
        (Unit(Level.PROVINCE, code, Scheme.OLD), measure({3: count}, 48))
        for code, count in (("01", 2), ("40", 30), ("79", 60))
    ]
    assert [times.count for _, times in hide_few(taken)] == [None, None, 60]
