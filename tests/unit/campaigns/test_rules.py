"""Windows of functions, deadlines on days off, milestones of reminders, steps that cannot be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from vaxpass.campaigns.rules import (
    Deadline,
    Function,
    StepDraft,
    Target,
    Window,
    check_is_open,
    check_step,
    concerns,
    deadline,
    milestone,
    state_on,
    unread_milestone,
)
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import WorkingDays

FIRST, LATER = datetime(2022, 4, 1, tzinfo=UTC), datetime(2022, 4, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def window(opens=None, closes=None, *, issuer="", at=FIRST, number="1/BYT"):
    return Window(issuer, at, number, opens, closes)


def test_what_no_directive_speaks_of_is_open() -> None:
    state = state_on([], date(2022, 4, 1))
    assert state.is_open
    assert state.number == ""
    check_is_open(Function.INTAKE, state)


def test_a_function_opens_with_its_first_day_and_closes_after_its_last() -> None:
    windows = [window(date(2022, 4, 8), date(2022, 5, 5))]
    before, first = state_on(windows, date(2022, 4, 7)), state_on(windows, date(2022, 4, 8))
    last, after = state_on(windows, date(2022, 5, 5)), state_on(windows, date(2022, 5, 6))
    assert (before.is_open, before.opens) == (False, date(2022, 4, 8))
    assert first.is_open
    assert last.is_open
    assert last.ends == date(2022, 5, 5)
    assert (after.is_open, after.opens, after.ends) == (False, None, date(2022, 5, 5))


def test_a_refusal_says_from_when_or_since_when_and_by_which_directive() -> None:
    windows = [window(date(2022, 4, 8), date(2022, 5, 5))]
    with pytest.raises(Refused) as early:
        check_is_open(Function.FACILITY_SIGNING, state_on(windows, date(2022, 4, 7)))
    assert early.value.code == "FUNCTION_CLOSED"
    assert (early.value.facts["opens"], early.value.facts["number"]) == ("08/04/2022", "1/BYT")
    with pytest.raises(Refused) as late:
        check_is_open(Function.FACILITY_SIGNING, state_on(windows, date(2022, 5, 6)))
    assert (late.value.code, late.value.facts["ended"]) == ("FUNCTION_ENDED", "05/05/2022")


def test_a_later_directive_of_the_same_issuer_prolongs_and_closes() -> None:
    first = window(date(2022, 4, 8), date(2022, 4, 30))
    assert state_on([first, window(None, date(2022, 5, 5), at=LATER, number="2/BYT")], date(2022, 5, 3)).is_open
    assert not state_on([first, window(None, date(2022, 4, 25), at=LATER)], date(2022, 4, 28)).is_open


def test_windows_of_one_directive_stand_together() -> None:
    windows = [window(date(2022, 4, 1), date(2022, 4, 5)), window(date(2022, 4, 10), date(2022, 4, 12))]
    between = state_on(windows, date(2022, 4, 7))
    assert (between.is_open, between.opens) == (False, date(2022, 4, 10))
    assert state_on(windows, date(2022, 4, 11)).is_open


def test_a_province_may_close_what_the_ministry_opened_but_not_open_what_it_closed() -> None:
    ministry, province = window(date(2022, 4, 8)), window(date(2022, 4, 1), date(2022, 4, 20), issuer="40")
    assert not state_on([ministry, province], date(2022, 4, 5)).is_open
    assert state_on([ministry, province], date(2022, 4, 15)).ends == date(2022, 4, 20)
    assert not state_on([ministry, province], date(2022, 4, 21)).is_open


# Deadlines ----------------------------------------------------------------------------------------------------------

CALENDAR = WorkingDays()


def test_a_deadline_on_a_holiday_is_told_and_moved_only_where_the_directive_says_so() -> None:
    reunification = date(2022, 4, 30)  # a Saturday and a holiday; Monday and Tuesday were days in lieu
    moved = deadline(reunification, CALENDAR, moves=True)
    assert moved.rests
    assert moved.moved
    assert moved.counts == date(2022, 5, 4)
    assert deadline(reunification, CALENDAR, moves=False) == Deadline(reunification, reunification, rests=True)
    assert deadline(date(2022, 4, 25), CALENDAR, moves=True) == Deadline(
        date(2022, 4, 25), date(2022, 4, 25), rests=False
    )


def test_a_day_that_the_government_moved_counts() -> None:
    assert deadline(date(2022, 4, 30), WorkingDays(working=frozenset({date(2022, 4, 30)})), moves=True).rests is False


DUE, LONG_AGO = date(2022, 5, 5), date(2022, 3, 1)


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-8, None),
        (-7, -7),
        (-5, -7),
        (-3, -3),
        (-1, -1),
        (0, 0),
        (1, 1),
        (14, 14),
        (15, 14),
        (20, 14),
        (21, 21),
        (30, 28),
    ],
)
def test_reminders_come_before_on_and_daily_after_the_deadline_then_weekly(offset: int, expected: int | None) -> None:
    assert milestone(DUE, DUE + offset * DAY, LONG_AGO) == expected


def test_a_milestone_from_before_the_publication_is_not_made_up_for() -> None:
    assert milestone(DUE, DUE - 5 * DAY, DUE - 6 * DAY) is None
    assert milestone(DUE, DUE - 3 * DAY, DUE - 6 * DAY) == -3


@pytest.mark.parametrize(
    ("age", "expected"), [(0, None), (2, None), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (22, 21)]
)
def test_who_never_acknowledges_is_reminded_after_three_days_then_weekly(age: int, expected: int | None) -> None:
    assert unread_milestone(DUE, DUE + age * DAY) == expected


# Steps --------------------------------------------------------------------------------------------------------------

STEP = StepDraft("Ký số", Function.FACILITY_SIGNING, Target.ALL_SIGNED, None, date(2022, 4, 8), None, DUE, "")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"opens_on": None}, "STEP_WINDOW_MISSING"),
        ({"function": None, "closes_on": DUE}, "STEP_WITHOUT_FUNCTION"),
        ({"closes_on": date(2022, 4, 7)}, "STEP_ENDS_BEFORE_IT_OPENS"),
        ({"due_on": date(2022, 4, 7)}, "STEP_DUE_BEFORE_IT_OPENS"),
        ({"opens_on": date(222, 4, 8)}, "STEP_DAY_IMPOSSIBLE"),
        ({"due_on": date(9999, 12, 31)}, "STEP_DAY_IMPOSSIBLE"),
        ({"percent": 95}, "STEP_PERCENT_IMPOSSIBLE"),
        ({"target": Target.SHARE_SIGNED}, "STEP_PERCENT_IMPOSSIBLE"),
        ({"target": Target.SHARE_SIGNED, "percent": 101}, "STEP_PERCENT_IMPOSSIBLE"),
        ({"function": Function.CITIZEN_REPORTS, "facility_class": "sector"}, "FUNCTION_FOR_ALL_CLASSES"),
    ],
)
def test_a_step_that_cannot_be_is_refused(changed: dict[str, object], code: str) -> None:
    check_step(STEP, of_ministry=True)
    with pytest.raises(Refused, match=code):
        check_step(replace(STEP, **changed), of_ministry=True)  # type: ignore[arg-type]  # one wrong thing each


@pytest.mark.parametrize("function", [Function.MINISTRY_SIGNING, Function.CITIZEN_REPORTS])
def test_a_province_closes_nothing_for_the_whole_country(function: Function) -> None:
    check_step(replace(STEP, function=function), of_ministry=True)
    with pytest.raises(Refused, match="FUNCTION_OF_MINISTRY"):
        check_step(replace(STEP, function=function), of_ministry=False)


def test_what_is_asked_of_provincial_facilities_is_asked_of_their_province() -> None:
    assert concerns("provincial", "province", "")
    assert concerns("provincial", "facility", "provincial")
    assert not concerns("ministry", "province", "")
    assert not concerns("ministry", "facility", "provincial")
    assert concerns("", "commune", "")
    assert concerns("", "facility", "sector")
