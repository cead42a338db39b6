"""The tally counts what stands; parts add up to totals at every level of both lists; two at once never write twice."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests.factories import NOW, make_office, make_officer
from tests.factories.figures import count_figures
from tests.factories.nation import add_doses, make_nation
from vaxpass.offices.models import Office, Officer, Placement
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight import figures, times
from vaxpass.oversight.figures import DayMeasure, Measure, Unit
from vaxpass.oversight.given_models import DosesGiven
from vaxpass.oversight.models import OfficeDay, OfficeFigures, Tally, UnitDay
from vaxpass.oversight.reach import column_of
from vaxpass.oversight.tally import tally, tally_if_due
from vaxpass.oversight.times import Span
from vaxpass.records.models import DoseVersion, VersionState
from vaxpass.records.states import ENDED, State

LEVELS = [Level.COUNTRY, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.CLASS, Level.OFFICE]


def officer(name: str, office: int, *roles: str) -> Actor:
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


@pytest.fixture
def nation(request, db):
    random = Random(getattr(request, "param", 1))
    made = make_nation(random)
    add_doses(made, random, people=20)
    return made


@pytest.fixture
def inspector(nation):
    return officer("inspector", nation.ministry, "ministry_inspector")


def add_up(parts):
    total: Counter[Measure] = Counter()
    for part in parts:
        total.update({measure: part.figures.count(measure) for measure in Measure})
    return total


@pytest.mark.parametrize("nation", [2, 3, 4], indirect=True)
def test_parts_add_up_to_the_total_at_every_level_of_both_lists(nation, inspector):
    count_figures()
    for scheme in Scheme:
        country = Unit(Level.COUNTRY, "", scheme)
        for by in LEVELS:
            total = figures.totals(inspector, country)
            assert add_up(figures.parts(inspector, country, by)) == Counter(dict(total.counts)), (scheme, by)
            for part in figures.parts(inspector, country, by):
                if by is Level.OFFICE or not OfficeFigures.objects.filter(code=part.unit.code).exists():
                    _check_below(inspector, part)


def _check_below(inspector, part):
    try:
        total = figures.totals(inspector, part.unit)
    except Refused:  # a unit that no office stands in is shown with nothing and leads nowhere
        assert not any(part.figures.counts.values())
        return
    assert dict(total.counts) == dict(part.figures.counts)
    for by in LEVELS:
        assert add_up(figures.parts(inspector, part.unit, by)) == Counter(dict(total.counts)), (part.unit, by)


@pytest.mark.parametrize("nation", [5, 6], indirect=True)
def test_the_figures_are_what_the_rows_say(nation, inspector):
    count_figures()
    total = figures.totals(inspector, Unit(Level.COUNTRY, "", Scheme.NEW))
    states = Counter(State(state) for state in VersionState.objects.values_list("state", flat=True))
    assert total.count(Measure.CERTIFIED) == states[State.CERTIFIED]
    assert total.count(Measure.TO_SIGN) == states[State.VERIFIED] + states[State.EXEMPT]
    assert total.count(Measure.DOSES) == states.total() - states[State.REPLACED] - states[State.WITHDRAWN]
    live = VersionState.objects.exclude(state__in=ENDED)
    assert total.count(Measure.PEOPLE) == live.values("person_id").distinct().count()
    newest = dict(live.order_by("given_on").values_list("person_id", "facility_id"))
    by_office = Counter(newest.values())
    assert {row.office_id: row.people for row in OfficeFigures.objects.exclude(people=0)} == by_office
    gone = VersionState.objects.filter(state__in=[State.REPLACED, State.WITHDRAWN]).values("version_id")
    mended = DoseVersion.objects.filter(replaces_id__isnull=False).exclude(pk__in=gone)
    assert total.count(Measure.MENDED) == mended.count()


def test_causes_add_up_to_what_waits_and_their_ages_to_their_counts(nation, inspector):
    count_figures()
    country = Unit(Level.COUNTRY, "", Scheme.OLD)
    whole = figures.causes(inspector, country)
    waits = [State.RECEIVED, State.UNANSWERED, State.MISMATCHED, State.INCOMPLETE, State.VERIFIED, State.EXEMPT]
    assert sum(one.count or 0 for one in whole if one.state in waits) == sum(
        figures.totals(inspector, country).count(measure)
        for measure in (
            Measure.RECEIVED, Measure.UNANSWERED, Measure.MISMATCHED, Measure.INCOMPLETE, Measure.TO_SIGN
        )
    )  # fmt: skip
    assert all(one.count == sum(one.ages or ()) for one in whole)
    by_province = figures.causes(inspector, country, Level.PROVINCE)
    assert Counter({one.unit.code: 0 for one in by_province}).keys() <= {"", "02", "08", "10", "15", "40"}
    for cause in whole:
        same = [one for one in by_province if (one.state, one.reason) == (cause.state, cause.reason)]
        assert sum(one.count or 0 for one in same) == cause.count
        assert min(one.oldest for one in same) == cause.oldest
        assert tuple(map(sum, zip(*(one.ages or () for one in same), strict=True))) == cause.ages


def test_days_of_units_are_the_sums_of_their_offices(nation, inspector):
    count_figures()
    for scheme in Scheme:
        country = figures.days(inspector, Unit(Level.COUNTRY, "", scheme))
        for by in (Level.PROVINCE, Level.CLASS, Level.OFFICE):
            summed: Counter[tuple[date, DayMeasure]] = Counter()
            for part in figures.parts(inspector, Unit(Level.COUNTRY, "", scheme), by):
                if any(part.figures.counts.values()):
                    for day in figures.days(inspector, part.unit):
                        summed.update({(day.day, m): day.count(m) for m in DayMeasure})
            whole = Counter({(day.day, m): day.count(m) for day in country for m in DayMeasure})
            assert +summed == +whole, (scheme, by)
    entered = sum(day.count(DayMeasure.ENTERED) for day in country)
    assert entered == DoseVersion.objects.filter(replaces_id=None).count()


def test_a_day_that_is_over_is_counted_once_and_the_last_two_anew(nation, inspector):
    count_figures(NOW)
    before = {(row.office_id, row.day): row.entered for row in OfficeDay.objects.all()}
    add_doses(nation, Random(9), people=3, now=NOW + timedelta(days=2))
    tally(NOW + timedelta(days=2))
    after = {(row.office_id, row.day): row.entered for row in OfficeDay.objects.all()}
    over = {key: number for key, number in before.items() if key[1] < date(2022, 4, 14)}
    assert over == {key: number for key, number in after.items() if key[1] < date(2022, 4, 14)}
    count_figures(NOW + timedelta(days=2))
    assert sum(row.entered for row in OfficeDay.objects.all()) == DoseVersion.objects.filter(replaces_id=None).count()


def test_counting_on_gives_what_counting_anew_gives(nation, inspector):
    count_figures(NOW - timedelta(hours=1))
    tally(NOW)
    grown = _unit_days()
    count_figures(NOW)
    assert grown == _unit_days()


def _unit_days():
    rows = list(UnitDay.objects.order_by("level", "scheme", "code", "day").values())
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_an_office_that_moves_takes_its_days_along(nation, inspector):
    count_figures()
    moved = OfficeFigures.objects.filter(kind="facility", new_province="40").first()
    assert moved is not None
    Office.objects.filter(pk=moved.office_id).update(province_code="01")
    Placement.objects.filter(office_id=moved.office_id).update(province_code="01")
    tally(NOW + timedelta(minutes=2))
    there = figures.days(inspector, Unit(Level.PROVINCE, "01", Scheme.NEW))
    own = figures.days(inspector, Unit(Level.OFFICE, moved.code, Scheme.NEW))
    assert there == own


def test_a_province_without_any_facility_stands_there_with_nothing(nation, inspector):
    count_figures()
    found = figures.parts(inspector, Unit(Level.COUNTRY, "", Scheme.OLD), Level.PROVINCE)
    parts = {part.unit.code: part for part in found}
    assert len([code for code in parts if code]) == 63
    assert not any(parts["96"].figures.counts.values())
    assert parts[""].is_own_office


def test_times_are_exact_and_nearest_rank():
    told = times.measure({0: 50, 1: 44, 30: 5, 96: 1}, within=0)
    assert (told.count, told.p50, told.p95, told.within, told.share) == (100, 0, 30, 50, 0.5)
    assert times.measure({}, within=48).count == 0


def test_every_signature_is_in_the_times_of_its_unit(nation, inspector):
    count_figures()
    since, until = date(2020, 1, 1), date(2023, 1, 1)
    country = Unit(Level.COUNTRY, "", Scheme.NEW)
    told = times.of(inspector, country, Span.ENTRY_TO_SIGNATURE, since, until)
    signed = VersionState.objects.filter(state__in=[State.ATTESTED, State.CERTIFIED]).count()
    assert (told.count, told.p50, told.p95, told.within) == (signed, 2, 2, signed)
    for level in (Level.PROVINCE, Level.CLASS, Level.OFFICE):
        parts = times.by(inspector, country, level, Span.DOSE_TO_SIGNATURE, since, until)
        assert sum(one.count or 0 for _, one in parts) == signed
    own = [unit for unit, _ in times.by(inspector, country, Level.PROVINCE, Span.DOSE_TO_SIGNATURE, since, until)]
    for unit in own:
        assert times.by(inspector, unit, Level.OFFICE, Span.DOSE_TO_SIGNATURE, since, until)


def test_figures_say_how_old_they_are_and_are_not_counted_without_need(nation):
    assert figures.as_of(now=NOW) is None
    assert tally_if_due(NOW) is not None
    assert tally_if_due(NOW + timedelta(seconds=60)) is None
    at = figures.as_of(now=NOW + timedelta(minutes=6))
    assert at is not None
    assert (at.at, at.is_late) == (NOW, True)
    assert tally_if_due(NOW + timedelta(seconds=120)) is not None
    assert Tally.objects.count() == 2


def test_counting_never_takes_more_than_half_of_the_time(nation):
    count_figures()
    tally(NOW)
    tally(NOW + timedelta(seconds=90))
    after = NOW + timedelta(seconds=90)
    Tally.objects.filter(at__gte=NOW).update(whole=False, milliseconds=70_000)
    assert tally_if_due(after + timedelta(seconds=139)) is None
    Tally.objects.filter(at=NOW).update(milliseconds=20_000)  # one long tally slows down nothing
    assert tally_if_due(after + timedelta(seconds=90)) is not None


@pytest.mark.parametrize("nation", [2, 3], indirect=True)
def test_causes_that_were_summed_are_the_sums_of_their_offices(nation, inspector):
    count_figures()
    for scheme in Scheme:
        country = Unit(Level.COUNTRY, "", scheme)
        assert figures.causes(inspector, country)
        for by in (None, Level.PROVINCE, Level.CLASS):
            _check_causes(inspector, country, by)
        for one in figures.causes(inspector, country, Level.PROVINCE):
            if one.unit is not None and one.unit.code:
                _check_causes(inspector, one.unit, None)


def _check_causes(inspector, unit, by):
    summed: Counter[tuple[str, int, str]] = Counter()
    oldest: dict[tuple[str, int, str], datetime] = {}
    for one in figures.causes(inspector, unit, Level.OFFICE):
        office = OfficeFigures.objects.get(code=one.unit.code)
        column = column_of(by, unit.scheme) if by else ""
        key = (getattr(office, column) if column else "", one.state, one.reason)
        summed[key] += one.count or 0
        oldest[key] = min(one.oldest, oldest.get(key, one.oldest))
    told = figures.causes(inspector, unit, by)
    assert {(one.unit.code if by else "", one.state, one.reason): one.count for one in told} == dict(summed)
    assert {(one.unit.code if by else "", one.state, one.reason): one.oldest for one in told} == oldest


def test_a_province_reads_its_own_figures_and_no_others(nation):
    count_figures()
    province = officer("p40", nation.department, "provincial_officer")
    count_figures()
    home = figures.home_unit(province, Scheme.NEW)
    assert home == Unit(Level.PROVINCE, "40", Scheme.NEW)
    assert figures.totals(province, home).count(Measure.DOSES)
    others = [(Level.PROVINCE, "08"), (Level.COUNTRY, ""), (Level.OFFICE, "02A00"), (Level.PROVINCE, "99")]
    for level, code in [*others, (Level.DISTRICT, "401")]:
        with pytest.raises(Refused, match="OFFICE_UNKNOWN"):
            figures.totals(province, Unit(level, code, Scheme.NEW))
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        figures.totals(officer("clerk", nation.facilities["BM01"], "facility_clerk"), home)


def test_a_merged_province_reads_the_old_ones_it_was_made_of(nation, inspector):
    count_figures()
    merged = Unit(Level.PROVINCE, "08", Scheme.NEW)
    old = figures.parts(inspector, merged, Level.PROVINCE, Scheme.OLD)
    assert [part.unit.code for part in old] == ["02", "08"]
    assert add_up(old) == Counter(dict(figures.totals(inspector, merged).counts))


def test_support_sees_the_figures_of_its_province_without_small_numbers(nation):
    branch = make_office("HT40", "support", province_code="40")
    agent = officer("agent", branch, "support_agent")
    count_figures()
    home = figures.home_unit(agent, Scheme.NEW)
    assert home == Unit(Level.PROVINCE, "40", Scheme.NEW)
    for part in figures.parts(agent, home, Level.OFFICE):
        assert not any(part.figures.count(measure) in range(1, 5) for measure in Measure)


def test_doses_given_count_at_the_department_that_said_so_also_for_days_long_over(nation, inspector):
    count_figures(NOW - timedelta(days=3))
    DosesGiven.objects.create(
        office_id=nation.department,
        province_code="40",
        scheme="old",
        day=date(2021, 9, 1),
        number=500,
        officer_id=1,
        at=NOW,
    )
    tally(NOW + timedelta(minutes=2))
    for unit in (Unit(Level.COUNTRY, "", Scheme.NEW), Unit(Level.PROVINCE, "40", Scheme.OLD)):
        assert figures.totals(inspector, unit).count(Measure.GIVEN) == 500
        (day,) = figures.days(inspector, unit, date(2021, 9, 1), date(2021, 9, 1))
        assert day.count(DayMeasure.GIVEN) == 500
    parts = figures.parts(inspector, Unit(Level.PROVINCE, "40", Scheme.OLD), Level.DISTRICT)
    assert [part.figures.count(Measure.GIVEN) for part in parts if part.is_own_office] == [500]
    before = _unit_days()
    count_figures(NOW + timedelta(minutes=2))
    assert _unit_days() == before
