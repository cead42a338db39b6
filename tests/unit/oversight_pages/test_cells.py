"""Numbers of figures as cells: exact, hidden, or as much as may be told."""

from hypothesis import given
from hypothesis import strategies as st

from vaxpass.desks.oversight.cells import HIDDEN, ages_told, percent, sorted_by, told
from vaxpass.oversight.measures import Figures, Measure


def test_a_sum_with_a_hidden_part_tells_what_is_known() -> None:
    figures = Figures({Measure.MISMATCHED: 3, Measure.INCOMPLETE: 20}, frozenset({Measure.MISMATCHED}))
    assert told(figures, Measure.MISMATCHED) == HIDDEN
    assert told(figures, Measure.MISMATCHED, Measure.INCOMPLETE) == "≥20"
    assert told(figures, Measure.INCOMPLETE) == 20


def test_a_share_of_nothing_and_a_share_of_something_hidden_are_not_told() -> None:
    assert percent(Figures({}), (Measure.CERTIFIED,), Measure.DOSES) is None
    hidden = Figures({Measure.CERTIFIED: 2, Measure.DOSES: 100}, frozenset({Measure.CERTIFIED}))
    assert percent(hidden, (Measure.CERTIFIED,), Measure.DOSES) is None
    assert percent(Figures({Measure.CERTIFIED: 299, Measure.DOSES: 300}), (Measure.CERTIFIED,), Measure.DOSES) == 99


@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_no_small_bucket_of_age_follows_from_the_others(ages: list[int]) -> None:
    shown = ages_told(ages, exact=False)
    assert not {count for count in shown if count in range(1, 5)}
    unknown = [place for place, count in enumerate(shown) if count is None]
    if len(unknown) == 1:
        assert sum(1 for count in ages if count) == 1, "then the sum is small itself and hidden"


def test_whoever_may_see_records_is_told_every_bucket() -> None:
    assert ages_told([1, 0, 3, 9, 0], exact=True) == [1, 0, 3, 9, 0]


def test_hidden_counts_are_not_put_into_their_order() -> None:
    assert [sorted_by(count, exact=False) for count in (0, 1, 4, 5)] == [0, 1, 1, 5]
    assert sorted_by(4, exact=True) == 4
