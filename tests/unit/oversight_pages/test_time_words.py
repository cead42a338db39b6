"""Spans of time as people say them."""

import pytest
from django.utils import translation

from vaxpass.desks.oversight.time_words import length_words
from vaxpass.oversight.measures import DayMeasure
from vaxpass.oversight.times import Span
from vaxpass.oversight.weekly_facts import Flow


@pytest.mark.parametrize(
    ("span", "hours", "said"),
    [
        (Span.REPORT_TO_PASSPORT, 95, "95 giờ"),
        (Span.REPORT_TO_PASSPORT, 336, "14 ngày"),
        (Span.ENTRY_TO_SIGNATURE, 96, "4 ngày"),
        (Span.REPORT_TO_ANSWER, 96, "96 giờ"),
        (Span.DOSE_TO_SIGNATURE, 96, "96 ngày"),
    ],
)
def test_many_hours_of_the_clock_are_days_and_working_hours_stay_hours(span: Span, hours: int, said: str) -> None:
    with translation.override("vi"):
        assert length_words(span, hours) == said


def test_doses_given_that_nobody_stated_are_not_none() -> None:
    assert not Flow(DayMeasure.GIVEN, 0, 0, 0).is_stated
    assert Flow(DayMeasure.GIVEN, 0, 0, 5).is_stated
    assert Flow(DayMeasure.ENTERED, 0, 0, 0).is_stated
