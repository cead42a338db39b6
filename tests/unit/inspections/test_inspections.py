"""Samples are reproducible, scopes hold, inspectors change no record, nobody answers or closes about himself."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW
from tests.unit.inspections.conftest import LATER, Scene, refusal
from vaxpass.inspections import actions, drawing, findings, queries
from vaxpass.inspections.findings import NewFinding
from vaxpass.inspections.models import Finding, FindingStepRow, Inspection, Sampled
from vaxpass.inspections.rules import FindingStatus, Population, Severity, Verdict, draw
from vaxpass.offices.actions import note_act
from vaxpass.offices.models import Act, Office, Officer
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.records.models import History

pytestmark = pytest.mark.django_db
DUE = date(2022, 5, 1)


def begun(scene: Scene, actor=None, **columns) -> int:
    inspection_id = actions.begin(actor or scene.inspector, scene.wish(**columns), now=LATER)
    drawing.draw_sample(inspection_id, now=LATER)
    return inspection_id


def written(scene: Scene, actor=None, **columns) -> int:
    new = NewFinding(begun(scene, actor), scene.facility, Severity.SERIOUS, "Sổ tiêm thiếu số lô.", DUE)
    return findings.write(actor or scene.inspector, replace(new, **columns), now=LATER)


def status(finding_id: int) -> FindingStatus:
    return FindingStatus(Finding.objects.get(pk=finding_id).status)


def test_the_same_seed_draws_the_same_rows_in_the_database_and_by_hand(scene: Scene) -> None:
    inspection = Inspection.objects.get(pk=begun(scene))
    rows = Sampled.objects.filter(inspection=inspection).order_by("place")
    assert [row.subject_id for row in rows] == draw(inspection.seed, scene.versions, inspection.size)
    assert inspection.found == len(scene.versions)
    assert {row.office_id for row in rows} == {scene.facility}
    assert drawing.draw_sample(inspection.pk, now=LATER) == inspection.found, "a second job draws nothing more"
    assert rows.count() == inspection.size


def test_what_is_entered_later_changes_no_draw(scene: Scene) -> None:
    first = Inspection.objects.get(pk=begun(scene))
    again = draw(first.seed, scene.versions, first.size)
    assert (
        list(Sampled.objects.filter(inspection=first).order_by("place").values_list("subject_id", flat=True)) == again
    )
    assert draw("another", scene.versions, 12) != draw(first.seed, scene.versions, 12)


def test_a_provinces_sample_holds_its_own_offices_alone(scene: Scene) -> None:
    province = begun(scene, scene.provincial, office_id=None, province_code="40", size=100)
    country = begun(scene, office_id=None, size=100)
    assert {row.office_id for row in Sampled.objects.filter(inspection_id=province)} == {scene.facility, scene.other}
    assert Sampled.objects.filter(inspection_id=country, office_id=scene.elsewhere).count() == 3


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"title": " "}, "INSPECTION_UNTITLED"),
        ({"until": date(2022, 4, 18)}, "INSPECTION_PERIOD_WRONG"),
        ({"since": date(2022, 4, 17)}, "INSPECTION_PERIOD_WRONG"),
        ({"size": 0}, "INSPECTION_SIZE_WRONG"),
        ({"size": 301}, "INSPECTION_SIZE_WRONG"),
        ({"due_on": date(2022, 4, 18)}, "INSPECTION_DUE_PAST"),
        ({"office_id": 987654}, "OFFICE_UNKNOWN"),
        ({"officer_id": 987654}, "OFFICER_UNKNOWN"),
        ({"population": Population.RECORDS_AT_NIGHT}, "INSPECTION_NEEDS_OFFICER"),
        ({"questions": ()}, "INSPECTION_WITHOUT_QUESTIONS"),
        ({"own": ("a",) * 6}, "INSPECTION_TOO_MANY_QUESTIONS"),
    ],
)
def test_what_cannot_be_inspected_is_refused(scene: Scene, columns, code) -> None:
    assert refusal(actions.begin, scene.inspector, scene.wish(**columns), now=LATER) == code


def test_a_province_inspects_nothing_beyond_its_offices(scene: Scene) -> None:
    def asked(actor, **columns):
        return refusal(actions.begin, actor, scene.wish(**columns), now=LATER)

    assert asked(scene.hanoi, province_code="01") == "OFFICE_UNKNOWN"
    assert asked(scene.provincial, office_id=None) == "INSPECTION_OUT_OF_REACH"
    assert asked(scene.provincial, office_id=None, province_code="01") == "INSPECTION_OUT_OF_REACH"
    assert asked(scene.head) == "RIGHT_MISSING"
    mine = scene.provincial.officer_id
    assert asked(scene.provincial, province_code="40", officer_id=mine) == "INSPECTION_ABOUT_ONESELF"


def test_who_takes_a_department_over_goes_on_with_its_inspections(scene: Scene) -> None:
    led = begun(scene, scene.provincial)
    new = NewFinding(led, scene.facility, Severity.LIGHT, "Chậm.", DUE, officer_id=scene.head.officer_id)
    finding_id = findings.write(scene.provincial, new, now=LATER)
    findings.answer(scene.second_head, finding_id, "Đã làm.", now=LATER)
    assert refusal(findings.close, scene.hanoi, finding_id, "Đạt.", now=LATER) == "FINDING_LED_BY_ANOTHER"
    Office.objects.filter(pk=scene.province).update(closed_on=LATER.date(), province_code="01")
    findings.close(scene.hanoi, finding_id, "Đạt.", now=LATER)
    assert queries.leads(scene.hanoi, queries.get_inspection(scene.hanoi, led))
    row = Sampled.objects.filter(inspection_id=led).first()
    assert not actions.answer_checklist(scene.hanoi, row.pk, {}, now=LATER)


def test_a_department_does_not_inspect_itself(scene: Scene) -> None:
    def asked(**columns):
        return refusal(actions.begin, scene.provincial, scene.wish(**columns), now=LATER)

    assert asked(office_id=scene.province) == "INSPECTION_OF_OWN_OFFICE"
    colleague = scene.colleague.officer_id
    assert asked(office_id=None, province_code="40", officer_id=colleague) == "INSPECTION_OF_OWN_OFFICE"
    assert begun(scene, office_id=scene.province), "the ministry inspects it"


def test_a_department_finds_nothing_about_itself(scene: Scene) -> None:
    assert refusal(written, scene, scene.provincial, office_id=scene.province) == "INSPECTION_OF_OWN_OFFICE"
    assert written(scene, office_id=scene.province), "the ministry does"


def test_a_provinces_draw_leaves_the_departments_own_officers_out(scene: Scene) -> None:
    for one in (scene.colleague, scene.head):
        note_act(officer_id=one.officer_id, office_id=one.office_id, now=NOW, verb="see", subject="")
    wish = {"office_id": None, "province_code": "40", "population": Population.OFFICERS, "size": 100}
    led = [begun(scene, actor, **wish) for actor in (scene.provincial, scene.inspector)]
    drawn = [set(Sampled.objects.filter(inspection_id=one).values_list("subject_id", flat=True)) for one in led]
    assert drawn[1] - drawn[0] == {scene.colleague.officer_id}
    assert scene.head.officer_id in drawn[0]


def test_an_inspection_belongs_to_the_office_that_leads_it(scene: Scene) -> None:
    inspection_id = begun(scene)
    assert refusal(queries.get_inspection, scene.provincial, inspection_id) == "INSPECTION_UNKNOWN"
    assert refusal(queries.get_inspection, scene.head, inspection_id) == "RIGHT_MISSING"
    assert queries.get_inspection(scene.second, inspection_id).rows == 5
    led = begun(scene, scene.provincial, province_code="40")
    assert queries.get_inspection(scene.inspector, led).led_office_id == scene.province
    row = Sampled.objects.filter(inspection_id=led).first()
    assert refusal(actions.answer_checklist, scene.inspector, row.pk, {}, now=LATER) == "INSPECTION_UNKNOWN"


def test_a_row_is_done_when_every_question_is_answered(scene: Scene) -> None:
    inspection_id = begun(scene)
    row = Sampled.objects.filter(inspection_id=inspection_id).order_by("place")[0]
    questions = queries.checklist(inspection_id)
    some = {questions[0].id: Verdict.WRONG}
    assert not actions.answer_checklist(scene.inspector, row.pk, some, now=LATER)
    assert queries.next_open_place(inspection_id, 0) == 1
    rest = {one.id: Verdict.RIGHT for one in questions[1:]}
    assert actions.answer_checklist(scene.second, row.pk, rest, now=LATER)
    assert queries.next_open_place(inspection_id, 1) == 2
    facts = queries.get_sampled(scene.inspector, inspection_id, 1)
    assert (facts.wrong, facts.done_by) == (1, scene.second.officer_id)
    assert refusal(actions.close, scene.inspector, inspection_id, now=LATER) == "INSPECTION_UNFINISHED"


def test_a_closed_inspection_stays_as_it_is(scene: Scene) -> None:
    inspection_id = begun(scene, size=1)
    row = Sampled.objects.get(inspection_id=inspection_id)
    all_right = {one.id: Verdict.RIGHT for one in queries.checklist(inspection_id)}
    actions.answer_checklist(scene.inspector, row.pk, all_right, now=LATER)
    actions.close(scene.second, inspection_id, now=LATER)
    assert refusal(actions.answer_checklist, scene.inspector, row.pk, all_right, now=LATER) == "INSPECTION_CLOSED"
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=inspection_id).update(closed_at=None, closed_by_id=None)


def test_inspecting_changes_no_record(scene: Scene) -> None:
    before = History.objects.count()
    finding_id = written(scene)
    findings.answer(scene.head, finding_id, "Đã bổ sung.", now=LATER)
    findings.close(scene.inspector, finding_id, "Đạt.", now=LATER)
    assert History.objects.count() == before
    changing = {Permission.RECORD_ENTER, Permission.RECORD_MEND, Permission.CORRECTION_DECIDE, Permission.DOSES_ATTEST}
    assert not ROLES["ministry_inspector"].permissions & changing


def test_a_finding_goes_to_the_unit_and_back_and_ends(scene: Scene) -> None:
    finding_id = written(scene)
    findings.answer(scene.head, finding_id, "Đã bổ sung số lô.", now=LATER)
    findings.send_back(scene.inspector, finding_id, "Còn thiếu ba mũi.", date(2022, 5, 9), now=LATER)
    findings.answer(scene.second_head, finding_id, "Đã đủ.", now=LATER)
    findings.close(scene.second, finding_id, "Đạt.", now=LATER)
    facts = queries.get_finding(scene.head, finding_id, now=LATER)
    assert [step.step for step in facts.steps] == ["WRITTEN", "ANSWERED", "SENT_BACK", "ANSWERED", "CLOSED"]
    assert facts.steps[2].text == "Còn thiếu ba mũi."
    assert facts.due_on == date(2022, 5, 9)
    verbs = set(Act.objects.filter(subject=f"finding/{finding_id}").values_list("verb", flat=True))
    assert verbs == {"finding_written", "finding_answered", "finding_sent_back", "finding_closed"}
    assert b"thi\xe1\xba\xbfu" not in bytes(Finding.objects.get(pk=finding_id).text_sealed)


def test_an_officer_neither_answers_nor_closes_a_finding_about_himself(scene: Scene) -> None:
    about_head = written(scene, officer_id=scene.head.officer_id)
    assert refusal(findings.answer, scene.head, about_head, "Không sai.", now=LATER) == "FINDING_ABOUT_ONESELF"
    findings.answer(scene.second_head, about_head, "Đã nhắc nhở.", now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=about_head).update(
            status=FindingStatus.CLOSED, closed_by_id=scene.head.officer_id, closed_at=LATER
        )
    led = begun(scene, scene.provincial, province_code="40")
    new = NewFinding(led, scene.facility, Severity.LIGHT, "Chậm.", DUE, officer_id=scene.head.officer_id)
    about_somebody = findings.write(scene.provincial, new, now=LATER)
    Officer.objects.filter(pk=scene.head.officer_id).update(office_id=scene.province)
    moved = replace(scene.colleague, officer_id=scene.head.officer_id)
    assert refusal(findings.withdraw, moved, about_somebody, "x", now=LATER) == "FINDING_ABOUT_ONESELF"


def test_who_writes_does_not_answer_and_who_answers_does_not_judge(scene: Scene) -> None:
    led = begun(scene, scene.provincial, province_code="40")
    new = NewFinding(led, scene.facility, Severity.LIGHT, "Chậm.", DUE, officer_id=scene.head.officer_id)
    finding_id = findings.write(scene.provincial, new, now=LATER)
    assert refusal(findings.answer, scene.provincial, finding_id, "x", now=LATER) == "FINDING_OWN"
    findings.answer(scene.colleague, finding_id, "Đã làm.", now=LATER)
    assert refusal(findings.close, scene.colleague, finding_id, "x", now=LATER) == "FINDING_ANSWERED_BY_ONESELF"
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding_id).update(
            status=FindingStatus.CLOSED, closed_by_id=scene.colleague.officer_id, closed_at=LATER
        )
    findings.close(scene.provincial, finding_id, "Đạt.", now=LATER)


def test_others_neither_answer_nor_judge(scene: Scene) -> None:
    finding_id = written(scene)
    assert refusal(findings.answer, scene.other_head, finding_id, "x", now=LATER) == "FINDING_OF_ANOTHER_OFFICE"
    assert refusal(findings.answer, scene.provincial, finding_id, "x", now=LATER) == "FINDING_OF_ANOTHER_OFFICE"
    assert refusal(findings.answer, scene.clerk, finding_id, "x", now=LATER) == "RIGHT_MISSING"
    assert refusal(findings.close, scene.provincial, finding_id, "x", now=LATER) == "FINDING_LED_BY_ANOTHER"
    assert refusal(findings.close, scene.inspector, finding_id, "x", now=LATER) == "FINDING_MOVED_ON"
    assert refusal(findings.answer, scene.head, finding_id, " ", now=LATER) == "FINDING_TEXT_MISSING"
    assert refusal(queries.get_finding, scene.other_head, finding_id, now=LATER) == "FINDING_UNKNOWN"


def test_a_finding_about_one_officer_may_be_answered_by_the_province(scene: Scene) -> None:
    finding_id = written(scene, officer_id=scene.head.officer_id)
    assert refusal(findings.answer, scene.hanoi, finding_id, "x", now=LATER) == "FINDING_OF_ANOTHER_OFFICE"
    findings.answer(scene.provincial, finding_id, "Đã nhắc nhở.", now=LATER)
    assert status(finding_id) is FindingStatus.ANSWERED


def test_nothing_is_found_where_nobody_answers_or_beyond_the_reach(scene: Scene) -> None:
    led = begun(scene, scene.provincial, province_code="40")
    new = NewFinding(led, scene.elsewhere, Severity.LIGHT, "x", DUE)
    assert refusal(findings.write, scene.provincial, new, now=LATER) == "OFFICE_UNKNOWN"
    of_ministry = replace(new, inspection_id=begun(scene), office_id=scene.ministry)
    assert refusal(findings.write, scene.inspector, of_ministry, now=LATER) == "FINDING_NOBODY_ANSWERS"
    past = replace(of_ministry, office_id=scene.facility, due_on=date(2022, 4, 18))
    assert refusal(findings.write, scene.inspector, past, now=LATER) == "FINDING_DUE_PAST"


def test_what_is_late_is_seen_by_province_and_ministry(scene: Scene) -> None:
    finding_id = written(scene)
    today = DUE + timedelta(days=2)
    for actor in (scene.provincial, scene.inspector, scene.head):
        seen = queries.overdue(queries.findings_in_scope(actor), today)
        assert list(seen.values_list("pk", flat=True)) == [finding_id]
    assert not queries.findings_in_scope(scene.hanoi).exists()
    assert not queries.overdue(queries.findings_in_scope(scene.head), DUE).exists()
    assert queries.count_waiting(scene.head) == 1
    findings.answer(scene.head, finding_id, "x", now=LATER)
    assert (queries.count_waiting(scene.head), queries.count_waiting(scene.inspector)) == (0, 1)


def test_what_was_found_is_never_rewritten(scene: Scene) -> None:
    finding_id = written(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding_id).update(severity=Severity.LIGHT)
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingStepRow.objects.filter(finding_id=finding_id).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sampled.objects.update(subject_id=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_inspectors_who_close_at_once_one_is_told(scene: Scene) -> None:
    finding_id = written(scene)
    findings.answer(scene.head, finding_id, "Đã làm.", now=LATER)
    together, outcomes = threading.Barrier(2), []

    def close(actor) -> None:
        together.wait()
        try:
            findings.close(actor, finding_id, "Đạt.", now=LATER)
            outcomes.append("closed")
        except Exception as refused:  # noqa: BLE001 -- the thread's answer, compared below
            outcomes.append(getattr(refused, "code", repr(refused)))
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=[actor]) for actor in (scene.inspector, scene.second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["FINDING_MOVED_ON", "closed"]


def test_the_platforms_own_role_may_do_all_of_it_and_rewrite_nothing(scene: Scene) -> None:
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        finding_id = written(scene)
        findings.answer(scene.head, finding_id, "Đã làm.", now=LATER)
        findings.close(scene.inspector, finding_id, "Đạt.", now=LATER)
        cursor.execute("RESET ROLE")
    assert status(finding_id) is FindingStatus.CLOSED
