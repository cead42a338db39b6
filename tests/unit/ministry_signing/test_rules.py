from datetime import UTC, date, datetime, timedelta

import pytest

from vaxpass.ministry_signing.rules import (
    Brake,
    Drop,
    NotReady,
    Series,
    brakes_on,
    burst_days,
    is_holiday,
    judge,
    why_dropped,
)
from vaxpass.records.facts import LiveState, SeriesDose
from vaxpass.records.states import ENDED, State

ENTERED = datetime(2021, 10, 7, tzinfo=UTC)
PFIZER, JANSSEN, ABDALA = "EU/1/20/1528", "EU/1/20/1525", "Abdala"


def dose(number: int, **columns: object) -> SeriesDose:
    values: dict[str, object] = {
        "version_id": number,
        "person_id": 1,
        "facility_id": 7,
        "state": int(State.ATTESTED),
        "given_on": date(2021, 9, 6) + timedelta(days=28 * (number - 1)),
        "entered_at": ENTERED,
        "product": PFIZER,
        "full_name": "Đặng Đình Đức",
        "sex": 1,
        "birth_date": "1990-05-17",
    }
    return SeriesDose(**(values | columns))  # type: ignore[arg-type]  # test values


def series(*doses: SeriesDose) -> Series:
    found = judge(doses, has_open_report=False)
    assert isinstance(found, Series)
    return found


@pytest.mark.parametrize(
    ("products", "numbers"),
    [((PFIZER, PFIZER), (2, 2)), ((JANSSEN,), (1, 1)), ((JANSSEN, PFIZER), (2, 1)), ((PFIZER,) * 3, (3, 3))],
)
def test_a_complete_series_is_ready(products: tuple[str, ...], numbers: tuple[int, int]) -> None:
    found = series(*(dose(place, product=product) for place, product in enumerate(products, start=1)))
    assert (found.dose_number, found.series_size, found.latest.version_id) == (*numbers, len(products))


TWO = (dose(1), dose(2))


@pytest.mark.parametrize(
    ("doses", "reason"),
    [
        ((dose(1),), NotReady.SERIES_INCOMPLETE),
        ((dose(1, product=ABDALA), dose(2, product=ABDALA)), NotReady.SERIES_INCOMPLETE),
        ((dose(1), dose(2, product="CoronaVac")), NotReady.PRODUCT_NOT_LICENSED),
        ((dose(1, product="NVX-CoV2373"), dose(2)), NotReady.PRODUCT_NOT_LICENSED),
        ((dose(1), dose(2, full_name="李小龍")), NotReady.NAME_NOT_TRANSLITERABLE),
        ((dose(1), dose(2, full_name="Lý 小龍")), NotReady.NAME_NOT_TRANSLITERABLE),
        ((dose(1), dose(2, birth_date="")), NotReady.BIRTH_DATE_MISSING),
    ],
)
def test_each_lack_has_its_code(doses: tuple[SeriesDose, ...], reason: NotReady) -> None:
    assert judge(doses, has_open_report=False) == (reason,)


def test_an_open_report_keeps_a_person_back() -> None:
    assert judge(TWO, has_open_report=True) == (NotReady.REPORT_OPEN,)


def test_every_reason_is_named_at_once() -> None:
    assert judge((dose(1, birth_date=""),), has_open_report=True) == (
        NotReady.SERIES_INCOMPLETE,
        NotReady.BIRTH_DATE_MISSING,
        NotReady.REPORT_OPEN,
    )


@pytest.mark.parametrize("state", sorted(set(State) - ENDED - {State.ATTESTED, State.CERTIFIED}))
def test_a_dose_that_waits_before_the_last_one_would_change_the_number(state: State) -> None:
    assert judge((dose(1), dose(2, state=int(state)), dose(3)), has_open_report=False) == (NotReady.EARLIER_DOSE_WAITS,)


def test_a_dose_that_waits_after_the_last_one_does_not_matter() -> None:
    assert series(*TWO, dose(3, state=int(State.RECEIVED))).counted == TWO


def test_certified_doses_count_with_a_new_one() -> None:
    found = series(dose(1, state=int(State.CERTIFIED)), dose(2, state=int(State.CERTIFIED)), dose(3))
    assert (found.dose_number, found.series_size) == (3, 3)


def test_nearly_everybody_passes_the_brakes() -> None:
    assert brakes_on(series(*TWO), ()) == ()


@pytest.mark.parametrize(
    ("doses", "brake"),
    [
        ((dose(1), dose(2, given_on=date(2021, 9, 19))), Brake.DOSES_TOO_CLOSE),
        ((dose(1, entered_at=ENTERED + timedelta(days=30)), dose(2)), Brake.ENTERED_OUT_OF_ORDER),
        ((dose(1, given_on=date(2021, 9, 2)), dose(2)), Brake.HOLIDAY_ENTERED_LATE),
        ((dose(1, birth_date="1990"), dose(2)), Brake.IDENTITIES_DIFFER),
        ((dose(1, sex=2), dose(2)), Brake.IDENTITIES_DIFFER),
    ],
)
def test_each_brake_alone(doses: tuple[SeriesDose, ...], brake: Brake) -> None:
    assert brakes_on(series(*doses), ()) == (brake,)


@pytest.mark.parametrize(
    "doses",
    [
        (dose(1), dose(2, given_on=date(2021, 9, 20))),
        (dose(1, entered_at=ENTERED + timedelta(days=29)), dose(2)),
        (dose(1, given_on=date(2021, 9, 2), entered_at=datetime(2021, 10, 1, 16, tzinfo=UTC)), dose(2)),
    ],
)
def test_just_inside_no_brake_holds(doses: tuple[SeriesDose, ...]) -> None:
    assert brakes_on(series(*doses), ()) == ()


def test_a_burst_is_far_above_the_facilitys_own_median_day() -> None:
    days = [date(2021, 9, day) for day in range(1, 6)]
    assert burst_days(7, days, [40, 50, 60, 299, 300]) == {(7, days[4])}
    assert burst_days(7, days, [100, 120, 110, 130, 549]) == set()
    assert burst_days(7, days, [100, 120, 110, 130, 600]) == {(7, days[4])}
    assert brakes_on(series(*TWO), {(7, TWO[0].given_on)}) == (Brake.FACILITY_BURST,)
    assert brakes_on(series(*TWO), {(8, TWO[0].given_on)}) == ()


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2021, 9, 2), True),
        (date(2022, 1, 31), True),
        (date(2022, 2, 3), True),
        (date(2022, 2, 4), False),
        (date(2019, 2, 5), False),
    ],
)
def test_holidays(day: date, *, holiday: bool) -> None:
    assert is_holiday(day) is holiday


def live(number: int, state: State = State.ATTESTED, day: date = date(2021, 9, 1)) -> LiveState:
    return LiveState(number, 1, day, int(state))


LIVE = [live(1), live(2, day=date(2021, 10, 1))]


@pytest.mark.parametrize(
    ("states", "report", "drop"),
    [
        (LIVE, False, None),
        ([live(1, State.CERTIFIED), LIVE[1]], False, None),
        ([*LIVE, live(3, State.RECEIVED, date(2021, 11, 1))], False, None),
        (LIVE[1:], False, Drop.VERSION_CHANGED),
        ([live(1, State.VERIFIED), LIVE[1]], False, Drop.VERSION_CHANGED),
        ([live(1, State.CERTIFIED), live(2, State.CERTIFIED)], False, Drop.VERSION_CHANGED),
        ([*LIVE, live(3, State.RECEIVED, date(2021, 9, 15))], False, Drop.DOSE_ADDED_EARLIER),
        (LIVE, True, Drop.REPORT_OPENED),
    ],
)
def test_who_leaves_a_run(states: list[LiveState], *, report: bool, drop: Drop | None) -> None:
    assert why_dropped([1, 2], states, has_open_report=report) == drop
