"""Working hours: eight a day, from 8 to 12 and from 13 to 17 in Hanoi."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxpass.offices.workdays import VIETNAM, WorkingDays
from vaxpass.support.clock import due_after, worked_between

DAYS = WorkingDays()
HOUR = timedelta(hours=1)


def hanoi(day: int, hour: int, minute: int = 0, *, month: int = 4) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (hanoi(20, 9), 1, hanoi(20, 10)),
        (hanoi(20, 11), 2, hanoi(20, 14)),  # the noon hour counts nothing
        (hanoi(20, 12, 30), 1, hanoi(20, 14)),
        (hanoi(20, 16), 2, hanoi(21, 9)),  # over night
        (hanoi(20, 22), 1, hanoi(21, 9)),  # told at night
        (hanoi(22, 16), 8, hanoi(25, 16)),  # Friday over the week-end
        (hanoi(29, 16), 2, hanoi(4, 9, month=5)),  # over 30/4, 1/5 and their days in lieu
    ],
)
def test_due(start: datetime, hours: int, due: datetime) -> None:
    assert due_after(start, hours * HOUR, DAYS) == due


def test_a_day_that_the_government_made_working_counts() -> None:
    saturday = WorkingDays(working=frozenset({date(2022, 4, 23)}))
    assert due_after(hanoi(22, 16), 2 * HOUR, saturday) == hanoi(23, 9)


def test_a_calendar_without_working_days_is_a_mistake_of_the_settings() -> None:
    class Never(WorkingDays):
        def counts(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="working days"):
        due_after(hanoi(20, 9), HOUR, Never())


BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no failure
@given(st.integers(0, 5 * 365 * 24 * 60), st.integers(1, 60 * 60))
def test_what_is_due_after_some_working_time_is_that_much_away(since: int, minutes: int) -> None:
    start = BEGINNING + timedelta(minutes=since)
    allowed = timedelta(minutes=minutes)
    assert worked_between(start, due_after(start, allowed, DAYS), DAYS) == allowed


def test_nothing_was_worked_backwards_or_on_a_sunday() -> None:
    assert worked_between(hanoi(20, 10), hanoi(20, 9), DAYS) == timedelta()
    assert worked_between(hanoi(24, 8), hanoi(24, 17), DAYS) == timedelta()
