"""Doses given: what a province types, what is refused row by row, what is asked for once more, what counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import make_office, make_officer
from vaxpass.offices.models import Act
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight import figures, given
from vaxpass.oversight.given_models import DosesGiven
from vaxpass.oversight.given_rules import Flaw, Typed, is_unusual, read_day, read_number, read_rows, usual
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.tally import tally

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)
TODAY = date(2022, 4, 15)


@pytest.fixture
def officer(db: None) -> Actor:
    return get_actor_by_id(make_officer("t40", make_office("T40", "province"), "provincial_officer"))


def typed(*rows: tuple[str, str]) -> list[Typed]:
    return [Typed(number, day, count) for number, (day, count) in enumerate(rows, start=1)]


def days(count: int, number: int = 1000) -> list[Typed]:
    start = TODAY - timedelta(days=count)
    return typed(*((f"{start + timedelta(days=n):%d/%m/%Y}", str(number)) for n in range(count)))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/04/2022", date(2022, 4, 14)), ("4/4/2022", date(2022, 4, 4)), ("14.04.2022", date(2022, 4, 14)),
        ("2022-04-14", date(2022, 4, 14)), ("2022-04-14 00:00:00", date(2022, 4, 14)), ("31/02/2022", None),
        ("04/14/2022", None), ("", None), ("hôm nay", None), ("14/04/22", None), ("٤/04/2022", None),
    ],
)  # fmt: skip
def test_days(text: str, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("1200", 1200), ("1.200", 1200), ("1,200", 1200), ("1 200 300", 1200300), ("1200.0", 1200),
        ("-5", -5), ("1.2", None), ("12,34", None), ("1.200,300", None), ("", None), ("abc", None), ("1e5", None),
        ("1" + ".000" * 1500, None),
    ],
)  # fmt: skip
def test_numbers(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        (("31/02/2022", "5"), Flaw.NO_DAY),
        (("16/04/2022", "5"), Flaw.FUTURE),
        (("07/03/2021", "5"), Flaw.TOO_EARLY),
        (("14/04/2022", "năm"), Flaw.NO_NUMBER),
        (("14/04/2022", "-5"), Flaw.NEGATIVE),
        (("14/04/2022", "5000001"), Flaw.TOO_MANY),
    ],
)
def test_one_thing_wrong_one_refusal(row: tuple[str, str], flaw: Flaw) -> None:
    good, refused = read_rows(typed(row), today=TODAY)
    assert not good
    assert [one.flaw for one in refused] == [flaw]


def test_a_day_twice_with_two_numbers_counts_in_neither_row() -> None:
    rows = typed(("14/04/2022", "5"), ("13/04/2022", "7"), ("14/04/2022", "6"), ("13/04/2022", "7"))
    good, refused = read_rows(rows, today=TODAY)
    assert [(one.day.day, one.number) for one in good] == [(13, 7)]
    assert [(one.typed.row, one.flaw) for one in refused] == [(1, Flaw.TWICE), (3, Flaw.TWICE)]


def test_a_day_with_nothing_beside_it_says_nothing() -> None:
    good, refused = read_rows(typed(("14/04/2022", ""), ("15/04/2022", " "), ("16/04/2022", "")), today=TODAY)
    assert not good
    assert not refused


def test_what_is_usual() -> None:
    assert usual([1, 2, 3, 4]) is None
    assert usual([0, 0, 100, 200, 300, 400, 500]) == 300
    assert not is_unusual(999_999, None)
    assert not is_unusual(3000, 300)
    assert is_unusual(3001, 300)
    assert not is_unusual(999, 1)


def test_good_rows_are_kept_whatever_the_others_are(officer: Actor) -> None:
    outcome = given.enter(officer, typed(("14/04/2022", "500"), ("16/04/2022", "5"), ("13/04/2022", "x")), now=NOW)
    assert [one.number for one in outcome.stored] == [500]
    assert [one.flaw for one in outcome.refused] == [Flaw.FUTURE, Flaw.NO_NUMBER]
    assert given.own_days(officer, TODAY - timedelta(days=9), TODAY) == {date(2022, 4, 14): 500}


def test_the_newest_number_of_a_day_counts_and_the_older_stay(officer: Actor) -> None:
    for number in ("500", "520"):
        given.enter(officer, typed(("14/04/2022", number)), now=NOW)
    assert given.total(officer, Unit(Level.PROVINCE, "40", Scheme.OLD)) == 520
    assert [one.number for one in given.entries_of_day(officer, date(2022, 4, 14))] == [520, 500]


def test_the_same_again_writes_nothing(officer: Actor) -> None:
    given.enter(officer, days(3), now=NOW)
    outcome = given.enter(officer, days(3), now=NOW)
    assert (len(outcome.stored), outcome.unchanged) == (0, 3)
    assert DosesGiven.objects.count() == 3
    assert Act.objects.filter(verb="enter_given").count() == 1


def test_ten_times_the_usual_is_asked_once_more(officer: Actor) -> None:
    given.enter(officer, days(10), now=NOW)
    rows = typed(("15/04/2022", "100000"))
    first = given.enter(officer, rows, now=NOW)
    assert ([one.flaw for one in first.doubtful], first.stored) == ([Flaw.UNUSUAL], ())
    assert first.doubtful[0].facts == {"usual": 1000}
    second = given.enter(officer, rows, now=NOW, sure={1})
    assert [one.number for one in second.stored] == [100000]


def test_being_sure_mends_nothing_that_is_wrong(officer: Actor) -> None:
    outcome = given.enter(officer, typed(("16/04/2022", "5")), now=NOW, sure={1})
    assert [one.flaw for one in outcome.refused] == [Flaw.FUTURE]


def test_today_is_hanois(officer: Actor) -> None:
    late = datetime(2022, 4, 15, 17, 30, tzinfo=UTC)  # 00:30 on the 16th in Hanoi
    assert given.enter(officer, typed(("16/04/2022", "5")), now=late).stored


def test_units_of_both_lists(officer: Actor) -> None:
    yen_bai = get_actor_by_id(
        make_officer("t15", make_office("T15", "province", province_code="15"), "provincial_officer")
    )
    lao_cai = get_actor_by_id(
        make_officer("t10", make_office("T10", "province", province_code="10"), "provincial_officer")
    )
    ministry = get_actor_by_id(make_officer("op", make_office("BYT", "ministry"), "ministry_operator"))
    for actor, number in ((yen_bai, "15"), (lao_cai, "10"), (officer, "40")):
        given.enter(actor, typed(("14/04/2022", number)), now=NOW)
    assert given.total(ministry, Unit(Level.COUNTRY, "", Scheme.NEW)) == 65
    assert given.per_day(ministry, Unit(Level.COUNTRY, "", Scheme.OLD), TODAY, TODAY) == {}


def test_it_is_appended_only(officer: Actor) -> None:
    given.enter(officer, typed(("14/04/2022", "5")), now=NOW)
    with pytest.raises(IntegrityError, match="only ever appended"), transaction.atomic():
        DosesGiven.objects.update(number=6)
    with pytest.raises(IntegrityError, match="given_never_negative"), transaction.atomic():
        DosesGiven.objects.create(
            office_id=1, province_code="40", scheme="old", day=TODAY, number=-1, officer_id=1, at=NOW
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM oversight_given")
        assert cursor.fetchall() == [(5,)]


@pytest.mark.parametrize(
    ("kind", "role", "code"),
    [
        ("province", "provincial_signer", "RIGHT_MISSING"),
        ("facility", "facility_clerk", "RIGHT_MISSING"),
        ("ministry", "ministry_operator", "RIGHT_MISSING"),
    ],
)
def test_who_may_not(db: None, kind: str, role: str, code: str) -> None:
    actor = get_actor_by_id(make_officer("x", make_office("X", kind), role))
    with pytest.raises(Refused, match=code):
        given.enter(actor, days(1), now=NOW)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        given.own_days(actor, TODAY, TODAY)


def test_too_long_a_list(officer: Actor) -> None:
    with pytest.raises(Refused, match="GIVEN_TOO_MANY_ROWS"):
        given.enter(officer, [Typed(n, "", "") for n in range(given.MOST_ROWS + 1)], now=NOW)


def test_a_department_without_a_province(db: None) -> None:
    lost = get_actor_by_id(make_officer("t", make_office("T", "province", province_code=""), "provincial_officer"))
    with pytest.raises(Refused, match="GIVEN_NO_PROVINCE"):
        given.enter(lost, days(1), now=NOW)


def test_the_tally_counts_given_of_old_days_too(officer: Actor) -> None:
    """A number for a day long over, entered or mended after a tally, stands in the next one."""
    unit = Unit(Level.PROVINCE, "40", Scheme.OLD)
    tally(NOW)
    given.enter(officer, typed(("01/02/2022", "500"), ("15/04/2022", "70")), now=NOW)
    tally(NOW + timedelta(minutes=2))
    assert figures.totals(officer, unit).count(figures.Measure.GIVEN) == 570
    given.enter(officer, typed(("01/02/2022", "400")), now=NOW)
    tally(NOW + timedelta(minutes=4))
    counted = figures.days(officer, unit, date(2022, 2, 1), TODAY)
    assert {
        one.day: one.counts[figures.DayMeasure.GIVEN] for one in counted if one.counts[figures.DayMeasure.GIVEN]
    } == {
        date(2022, 2, 1): 400,
        TODAY: 70,
    }
