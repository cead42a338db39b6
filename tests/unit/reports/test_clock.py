"""The 48 hours, over Tết, weekends, and days that the government moved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.offices.workdays import VIETNAM, WorkingDays
from vaxpass.reports.clock import ALLOWED, due_at

HOUR = timedelta(hours=1)


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2022-04-12T09:30", "2022-04-14T09:30"),  # Tuesday to Thursday
        ("2022-04-15T09:30", "2022-04-19T09:30"),  # Friday: the weekend counts nothing
        ("2022-04-16T09:30", "2022-04-20T00:00"),  # Saturday: the clock begins on Monday at midnight
        ("2022-01-28T10:00", "2022-02-08T10:00"),  # the last Friday before Tết 2022: nine days count nothing
        ("2022-02-01T08:00", "2022-02-09T00:00"),  # the first day of the year
        ("2022-04-08T10:00", "2022-04-13T10:00"),  # Hùng Kings on a Sunday, in lieu on Monday 11 April
        ("2022-04-29T15:00", "2022-05-05T15:00"),  # 30/4 and 1/5 on a weekend, in lieu on 2 and 3 May
        ("2022-09-01T12:00", "2022-09-07T00:00"),  # two days of National Day, then a weekend
    ],
)
def test_only_working_days_count(opened, due):
    assert due_at(there(opened)) == there(due)


def test_the_answer_speaks_the_zone_of_the_question():
    due = due_at(datetime(2022, 4, 12, 2, 30, tzinfo=UTC))
    assert (due, due.tzinfo) == (datetime(2022, 4, 14, 2, 30, tzinfo=UTC), UTC)


def test_days_that_the_government_moves_count_as_it_says():
    friday = there("2022-04-15T09:30")
    assert due_at(friday, days=WorkingDays(working=frozenset({date(2022, 4, 16)}))) == there("2022-04-18T09:30")
    assert due_at(friday, days=WorkingDays(free=frozenset({date(2022, 4, 18)}))) == there("2022-04-20T09:30")


def test_the_time_in_which_the_citizen_is_asked_counts_nothing():
    opened = there("2022-04-12T09:00")
    asked = (there("2022-04-12T15:00"), there("2022-04-13T12:00"))
    assert due_at(opened, [asked]) == there("2022-04-15T06:00")
    assert due_at(opened, [asked, asked]) == due_at(opened, [asked])
    over_the_weekend = (there("2022-04-15T12:00"), there("2022-04-18T12:00"))
    assert due_at(there("2022-04-15T10:00"), [over_the_weekend]) == there("2022-04-20T10:00")


times = st.datetimes(datetime(2021, 6, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 -- given its zone here
spans = st.tuples(times, st.integers(0, 40 * 24)).map(lambda span: (span[0], span[0] + span[1] * HOUR))


@given(times, st.integers(0, 60 * 24), st.lists(spans, max_size=4))
def test_who_comes_later_is_never_due_earlier(opened, minutes, pauses):
    assert due_at(opened, pauses) <= due_at(opened + timedelta(minutes=minutes), pauses)


@given(times, st.lists(spans, max_size=4), spans)
def test_a_pause_never_shortens(opened, pauses, another):
    assert due_at(opened, pauses) <= due_at(opened, [*pauses, another])


@given(times, st.lists(spans, max_size=4))
def test_at_least_the_allowed_time_passes(opened, pauses):
    assert due_at(opened, pauses) >= opened + ALLOWED


@given(times)
def test_nothing_falls_due_on_a_day_that_does_not_count(opened):
    due = due_at(opened).astimezone(VIETNAM)
    at_midnight = (due.hour, due.minute, due.second, due.microsecond) == (0, 0, 0, 0)
    assert WorkingDays().counts(due.date()) or (at_midnight and WorkingDays().counts(due.date() - timedelta(days=1)))
