"""When a week is reported, how it is named, what it is compared with."""

from datetime import UTC, date, datetime

import pytest

from vaxpass.oversight import weekly_words as words
from vaxpass.oversight.measures import DayFigures, DayMeasure
from vaxpass.oversight.weekly import flows_of
from vaxpass.oversight.weekly_facts import Week, week_due


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 9)),  # Monday 05:59 in Hanoi
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 16)),  # Monday 06:00
        (datetime(2026, 11, 26, 3, 0, tzinfo=UTC), date(2026, 11, 16)),  # the platform was down until Thursday
        (datetime(2026, 11, 29, 16, 59, tzinfo=UTC), date(2026, 11, 16)),  # Sunday night
        (datetime(2022, 5, 1, 23, 0, tzinfo=UTC), date(2022, 4, 25)),  # a Monday that is a holiday
    ],
)
def test_a_week_is_due_from_monday_six_in_hanoi(now, monday):
    assert week_due(now) == Week(monday)


def test_a_week_is_named_by_the_year_that_has_its_thursday():
    week = Week(date(2026, 12, 28))
    assert (week.number, week.year, week.sunday) == (53, 2026, date(2027, 1, 3))


def days(*counts):
    return [DayFigures(day, {DayMeasure.ENTERED: number}) for day, number in counts]


def test_the_week_the_week_before_and_all_until_sunday():
    found = flows_of(
        days((date(2026, 11, 1), 5), (date(2026, 11, 10), 2), (date(2026, 11, 16), 3), (date(2026, 11, 22), 4)),
        Week(date(2026, 11, 16)),
    )
    entered = next(one for one in found if one.measure is DayMeasure.ENTERED)
    assert (entered.week, entered.before, entered.total) == (7, 2, 14)


def test_without_an_earlier_day_the_week_before_is_unknown_not_zero():
    entered = next(one for one in flows_of(days((date(2026, 11, 16), 3)), Week(date(2026, 11, 16))) if one.total)
    assert entered.before is None
    assert words.change(entered.week, entered.before) == "–"
    assert flows_of([], Week(date(2026, 11, 16)))[0].week == 0


def test_days_are_dated_as_the_decree_says():
    assert words.long_day(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert words.long_day(date(2026, 4, 25)) == "ngày 25 tháng 4 năm 2026"


def test_places_are_named_as_the_decree_says():
    assert words.place_of("Tỉnh Nghệ An") == "Nghệ An"
    assert words.place_of("Thành phố Hà Nội") == "Hà Nội"
    assert words.place_of("Thành phố Hồ Chí Minh") == "Thành phố Hồ Chí Minh"


def test_changes_have_signs():
    assert [words.change(*pair) for pair in ((5, 3), (3, 5), (3, 3))] == ["+2", "−2", "0"]
    assert words.compared(1500, 500) == "tăng 1.000 so với tuần trước"
