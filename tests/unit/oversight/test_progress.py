from datetime import date, timedelta

import pytest

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.oversight import queries
from vaxpass.oversight.rules import Progress, is_behind
from vaxpass.oversight.tally import tally
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import State, Verb

DAY = timedelta(days=1)


def test_a_day_to_sign_and_a_week_to_mend():
    def behind(state, age):
        return is_behind(Progress({state: 1}, {state: NOW - age}), now=NOW)

    assert behind(State.VERIFIED, 2 * DAY)
    assert not behind(State.VERIFIED, DAY)
    assert behind(State.MISMATCHED, 8 * DAY)
    assert not behind(State.MISMATCHED, 7 * DAY)
    assert not behind(State.UNANSWERED, 90 * DAY), "what the system waits for is not the facility's delay"
    assert not is_behind(Progress({}, {}), now=NOW)


def test_mended_and_withdrawn_versions_are_not_doses():
    progress = Progress({State.REPLACED: 4, State.WITHDRAWN: 3, State.ATTESTED: 1, State.VERIFIED: 2}, {})
    assert (progress.entered, progress.signed_percent) == (3, 33)


@pytest.fixture
def offices(db):
    """Two facilities in province 40, one in 01, each with a clerk, and three doses of growing age."""
    made = {}
    for number, (code, province) in enumerate((("40A01", "40"), ("40A02", "40"), ("01A01", "01"))):
        office = make_office(code, province_code=province)
        clerk = make_officer(f"clerk{number}", office, "facility_clerk")
        for age in (1, 2, 6):
            serial = number * 10 + age
            origin = Origin(office, clerk, office, NOW - age * DAY)
            receive([received(serial, given_on=date(2021, 9, 1))], origin)
        made[code] = office
    tally(NOW)
    return made


def officer(name, office, *roles):
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


def province(code):
    return officer(f"province{code}", make_office(f"T{code}", "province", province_code=code), "provincial_officer")


def ids_of(facility):
    from vaxpass.records.queries import version_ids_in_state

    return version_ids_in_state(facility, [State.RECEIVED], 10)


def test_a_province_sees_its_own_facilities_and_no_other(offices):
    rows = queries.facility_progress(province("40"), now=NOW)
    assert [row.code for row in rows] == ["40A01", "40A02"]
    assert [row.entered for row in rows] == [3, 3]
    with pytest.raises(Refused, match="OFFICE_UNKNOWN"):
        queries.progress_of(province("01"), offices["40A01"], now=NOW)
    with pytest.raises(Refused, match="OFFICE_UNKNOWN"):
        queries.backlog(province("02"), offices["40A01"])


def test_the_ministry_sees_all_and_a_head_the_own_facility(offices):
    ministry = officer("inspector", make_office("BYT", "ministry"), "ministry_inspector")
    assert len(queries.facility_progress(ministry, now=NOW)) == 3
    head = officer("head", offices["40A02"], "facility_head")
    assert [row.code for row in queries.facility_progress(head, now=NOW)] == ["40A02"]


def test_who_may_not_see_progress_sees_none(offices):
    clerk = officer("another", offices["40A01"], "facility_clerk")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        queries.facility_progress(clerk, now=NOW)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        queries.backlog(clerk, offices["40A01"])


def test_the_backlog_tells_the_oldest_and_the_ages(offices):
    (wait,) = queries.backlog(province("40"), offices["40A01"])
    assert (wait.state, wait.count, NOW - wait.oldest) == (State.RECEIVED, 3, 6 * DAY)
    assert wait.ages == (1, 2, 0, 0, 0), "up to a day, up to a week"


def test_a_facility_that_lets_doses_lie_is_behind(offices):
    records.move(ids_of(offices["40A01"]), Verb.CONFIRM_IDENTITY, now=NOW - 2 * DAY)
    tally(NOW)
    first, second = queries.facility_progress(province("40"), now=NOW)
    assert (first.behind, first.to_sign, first.oldest_age) == (True, 3, 2 * DAY.total_seconds())
    assert (second.behind, second.unanswered) == (False, 3)


def test_a_facility_that_nobody_has_counted_yet_has_nothing(offices):
    make_office("40A09")
    rows = queries.facility_progress(province("40"), now=NOW)
    assert [(row.code, row.entered, row.behind) for row in rows][-1] == ("40A09", 0, False)
