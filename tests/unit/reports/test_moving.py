"""Open reports follow their offices when provinces are merged; who takes over sees them and answers."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import make_office, make_officer
from tests.factories.reports import filed, make_scene
from vaxpass.jobs.units import change_units
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor, get_actor_by_id
from vaxpass.offices.unit_changes import Merge, Move, Reorganise
from vaxpass.offices.units import REORGANISED_ON, Level
from vaxpass.reports.actions import refuse
from vaxpass.reports.models import Report
from vaxpass.reports.queries import reports_in_scope, waiting_for
from vaxpass.reports.routing import above
from vaxpass.reports.rules import ReportStatus, Wrong

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
ON = date(2026, 1, 1)
MERGED = Merge(Level.PROVINCE, ("40", "01"), "01", "Thành phố Hà Nội", "Hanoi City")


@pytest.fixture
def scene():
    made = make_scene()
    make_officer("admin", made.ministry, "system_administrator")
    return made


def actor(username):
    return get_actor(Officer.objects.get(username=username))


def change(wish, on=ON):
    change_units(actor("admin"), wish, on=on, basis="Nghị quyết 1", now=NOW)


def a_report(scene, **columns):
    who = {"full_name": "Nguyễn Văn Đúng", "birth_date": "17/05/1990", "facility_id": scene.facility}
    return filed(None, Wrong.NAME, **who | columns)


def test_after_a_merger_the_successor_sees_and_answers_the_open_reports(scene) -> None:
    at_facility, at_department = a_report(scene), a_report(scene, facility_id=None, reporter_phone="0911111112")
    assert not reports_in_scope(actor("elsewhere")).exists()
    change(MERGED)
    assert {one.pk for one in reports_in_scope(actor("elsewhere"))} == {at_facility, at_department}
    assert [one.pk for one in waiting_for(actor("elsewhere"))] == [at_department]
    assert Report.objects.get(pk=at_department).office_id == scene.elsewhere
    assert set(Report.objects.values_list("province_code", flat=True)) == {"01"}
    refuse(actor("elsewhere"), at_department, "CORRECTION_PROOF_BLURRED", now=NOW)


def test_the_clock_runs_on(scene) -> None:
    report = a_report(scene)
    before = Report.objects.get(pk=report)
    change(MERGED)
    after = Report.objects.get(pk=report)
    assert (after.due_at, after.clock_from, after.status) == (before.due_at, before.clock_from, ReportStatus.OPEN)


def test_a_decided_report_stays_as_it_was(scene) -> None:
    report = a_report(scene)
    refuse(actor("facility"), report, "CORRECTION_PROOF_BLURRED", now=NOW)
    change(MERGED)
    assert Report.objects.get(pk=report).province_code == "40"
    assert report in {one.pk for one in reports_in_scope(actor("elsewhere"))}


def test_reports_of_an_office_that_moves_go_with_it(scene) -> None:
    report = a_report(scene)
    change(Move("40A01", "01"))
    assert Report.objects.get(pk=report).province_code == "01"
    assert report not in {one.pk for one in reports_in_scope(actor("province"))}


def test_an_ended_province_is_found_under_what_it_became(scene) -> None:
    """An objection against a refusal of before lies with the successor, not with the ministry."""
    assert above("02").level.name == "MINISTRY"
    successor = make_office("T08", "province", province_code="08")
    assert (above("02").office_id, above("02").province_code) == (successor, "08")


def test_the_reorganisation_takes_reports_along(scene) -> None:
    department, heir = (make_office(f"T{code}", "province", province_code=code) for code in ("02", "08"))
    clerk = make_officer("t08", heir, "provincial_officer")
    report = a_report(scene, facility_id=None, province_code="02")
    assert Report.objects.get(pk=report).office_id == department
    change(Reorganise(), REORGANISED_ON)
    assert [one.pk for one in waiting_for(get_actor_by_id(clerk))] == [report]
