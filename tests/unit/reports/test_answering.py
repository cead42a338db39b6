"""Officers answer: ask for more, refuse, forward; objections; what time brings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office, received
from tests.unit.reports.conftest import enter, officer, picture, refusal, stranger, version
from vaxpass.corrections.rules import Refusal
from vaxpass.offices.models import Act
from vaxpass.records.queries import looks_at
from vaxpass.reports import actions, queries, rules
from vaxpass.reports.models import Report, ReportPhoto
from vaxpass.reports.rules import Decision, Level, MoreCode, ReportStatus, StepKind, Wrong

pytestmark = pytest.mark.django_db
BLURRED = Refusal.PROOF_BLURRED
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def receipt(citizen):
    return actions.file(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/05/1990"), [picture()], now=NOW)


def row(receipt):
    return Report.objects.get(pk=receipt.report_id)


def steps(receipt):
    return [step.kind for step in queries.get_by_number(receipt.number, now=NOW).steps]


# Asking for more


def test_asking_stops_the_clock_and_the_answer_starts_it_again(people, receipt):
    actions.ask_more(people.clerk, receipt.report_id, MoreCode.PHOTO_SHARPER, "Chụp lại", now=NOW + HOUR)
    asked = row(receipt)
    assert (asked.status, asked.due_at) == (ReportStatus.MORE_NEEDED, None)
    followed = queries.get_by_number(receipt.number, now=NOW)
    assert (followed.may_answer, followed.steps[-1].code, followed.steps[-1].text) == (
        True, MoreCode.PHOTO_SHARPER, "Chụp lại",
    )  # fmt: skip
    actions.answer_more(receipt.number, "", [picture(b"sharper")], now=NOW + HOUR + 5 * DAY)
    again = row(receipt)
    assert again.status == ReportStatus.OPEN
    # One working hour was used on Friday 15 April; the answer comes on Wednesday 20 April.
    assert again.due_at == NOW + HOUR + 5 * DAY + timedelta(hours=47)
    assert ReportPhoto.objects.count() == 2


def test_telling_it_again_is_an_answer_too(citizen, people, receipt):
    actions.ask_more(people.clerk, receipt.report_id, MoreCode.PHOTO_SHARPER, now=NOW + HOUR)
    actions.file(citizen.filing(Wrong.BIRTH_DATE, birth_date="18/05/1990"), [picture(b"new")], now=NOW + DAY)
    assert row(receipt).status == ReportStatus.OPEN
    assert steps(receipt)[-1] == StepKind.FILED_AGAIN


def test_what_was_not_asked_is_not_answered(people, receipt):
    assert refusal(actions.answer_more, receipt.number, "đây", [], now=NOW) == "REPORT_NOT_ASKED"
    actions.ask_more(people.clerk, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW)
    ask = (actions.ask_more, people.clerk, receipt.report_id)
    assert refusal(*ask, MoreCode.WHICH_DOSE, now=NOW) == "REPORT_STEP_IMPOSSIBLE"
    assert refusal(actions.answer_more, receipt.number, " ", [], now=NOW) == "REPORT_NOTE_MISSING"
    assert refusal(actions.answer_more, receipt.number, "x" * 1001, [], now=NOW) == "REPORT_TEXT_TOO_LONG"


def test_a_question_in_ones_own_words_needs_words(people, receipt):
    ask = (actions.ask_more, people.clerk, receipt.report_id, MoreCode.SEE_NOTE)
    assert refusal(*ask, "", now=NOW) == "REPORT_NOTE_MISSING"


def test_who_does_not_answer_is_reminded_once_and_the_report_lapses(people, receipt):
    actions.ask_more(people.clerk, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW)
    assert actions.remind(NOW + 6 * DAY) == []
    assert actions.remind(NOW + 8 * DAY) == [receipt.report_id]
    assert actions.remind(NOW + 9 * DAY) == []
    assert actions.lapse(NOW + 29 * DAY) == []
    assert actions.lapse(NOW + 31 * DAY) == [receipt.report_id]
    assert row(receipt).status == ReportStatus.WITHDRAWN
    assert actions.escalate_overdue(NOW + 60 * DAY) == []


# Refusing


@pytest.mark.parametrize("code", list(Refusal))
def test_each_named_reason_refuses(people, receipt, code):
    actions.refuse(people.clerk, receipt.report_id, code, "Xin xem lại", now=NOW)
    followed = queries.get_by_number(receipt.number, now=NOW)
    assert (followed.status, followed.refusal, followed.may_object) == (ReportStatus.REFUSED, code, True)
    assert followed.steps[-1].officer_id is None
    assert (followed.steps[-1].office_id, followed.steps[-1].text) == (people.clerk.office_id, "Xin xem lại")


def test_an_unnamed_reason_is_none(people, receipt):
    answer = (actions.refuse, people.clerk, receipt.report_id)
    assert refusal(*answer, "BECAUSE", now=NOW) == "REPORT_REASON_UNKNOWN"
    assert refusal(*answer, "", now=NOW) == "REPORT_REASON_UNKNOWN"


def test_a_decision_is_made_once(people, receipt):
    actions.refuse(people.clerk, receipt.report_id, BLURRED, now=NOW)
    for verb, *arguments in (
        (actions.refuse, BLURRED), (actions.accept, Decision()), (actions.ask_more, MoreCode.WHICH_DOSE),
    ):  # fmt: skip
        code = refusal(verb, people.colleague, receipt.report_id, *arguments, now=NOW)
        assert code == "REPORT_DECIDED_ALREADY"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_report SET refusal = 'CORRECTION_PROOF_COVERED'")


# Who may answer, who may see


def test_who_sees_a_report(people, receipt):
    sees = {name for name, actor in vars(people).items() if receipt.report_id in _ids(actor)}
    assert sees == {
        "clerk", "colleague", "head", "district", "province", "province_colleague", "operator", "inspector",
    }  # fmt: skip


def _ids(actor):
    return list(queries.reports_in_scope(actor).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("district", "RIGHT_MISSING"),
        ("inspector", "RIGHT_MISSING"),
        ("support", "RIGHT_MISSING"),
        ("province", "REPORT_NOT_IN_CHARGE"),
        ("operator", "REPORT_NOT_IN_CHARGE"),
        ("elsewhere", "REPORT_UNKNOWN"),
        ("other_clerk", "REPORT_UNKNOWN"),
        ("commune", "REPORT_UNKNOWN"),
    ],
)
def test_seeing_is_not_answering(people, receipt, who, code):
    actor = getattr(people, who)
    assert refusal(actions.refuse, actor, receipt.report_id, BLURRED, now=NOW) == code
    assert refusal(actions.ask_more, actor, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW) == code
    assert refusal(actions.accept, actor, receipt.report_id, Decision(), now=NOW) == code
    assert row(receipt).status == ReportStatus.OPEN


def test_the_commune_sees_what_is_about_its_own_facilities(offices, receipt):
    station = make_office("40X02", "commune", commune_code="00001")
    assert receipt.report_id in _ids(officer("station", station, "commune_officer"))


def test_a_look_at_a_report_is_a_look_at_the_person(citizen, people, receipt):
    queries.get_report(people.district, receipt.report_id, now=NOW)
    queries.evidence(people.head, receipt.report_id, 1, now=NOW)
    looked = {(look.officer_id, look.purpose) for look in looks_at(citizen.person_id)}
    assert looked == {(people.district.officer_id, "report"), (people.head.officer_id, "report")}
    assert refusal(queries.get_report, people.elsewhere, receipt.report_id, now=NOW) == "REPORT_UNKNOWN"
    assert refusal(queries.get_report, people.support, receipt.report_id, now=NOW) == "RIGHT_MISSING"


def test_a_look_at_a_strangers_report_is_an_act(people, offices):
    strange = actions.file(stranger(Wrong.LOT, lot="A1", facility_id=offices.facility), [], now=NOW)
    queries.get_report(people.clerk, strange.report_id, now=NOW)
    assert Act.objects.filter(verb="see_report", officer_id=people.clerk.officer_id).count() == 1


def test_lists_show_what_waits_for_whom(people, receipt, citizen):
    assert (queries.count_open(people.clerk), queries.count_open(people.head)) == (1, 1)
    assert [queries.count_open(one) for one in (people.province, people.operator, people.inspector)] == [0, 0, 0]
    actions.escalate_overdue(NOW + 5 * DAY)
    assert [queries.count_open(one) for one in (people.clerk, people.province, people.operator)] == [1, 1, 0]


# Forwarding


def test_a_report_goes_to_the_office_that_can_answer_it(people, offices, receipt):
    actions.forward(people.clerk, receipt.report_id, offices.commune, "Đề nghị xác minh cư trú", now=NOW)
    assert refusal(actions.refuse, people.clerk, receipt.report_id, BLURRED, now=NOW) == "REPORT_NOT_IN_CHARGE"
    followed = queries.get_by_number(receipt.number, now=NOW)
    assert (followed.office_id, followed.steps[-1].text) == (offices.commune, "")
    due = row(receipt).due_at
    actions.refuse(people.commune, receipt.report_id, BLURRED, now=NOW)
    assert due == NOW + 4 * DAY


def test_a_report_is_not_sent_round_for_ever(people, offices, receipt):
    clerks = {offices.facility: people.clerk, offices.other: people.other_clerk}
    for n in range(rules.MOST_FORWARDS):
        here, there = (offices.facility, offices.other) if n % 2 == 0 else (offices.other, offices.facility)
        actions.forward(clerks[here], receipt.report_id, there, now=NOW)
    answer = refusal(actions.forward, people.other_clerk, receipt.report_id, offices.facility, now=NOW)
    assert answer == "REPORT_FORWARDED_TOO_OFTEN"
    actions.forward(people.other_clerk, receipt.report_id, offices.province, now=NOW)
    assert row(receipt).level == Level.PROVINCE
    actions.refuse(people.province, receipt.report_id, BLURRED, now=NOW)


@pytest.mark.parametrize("target", ["ministry", "district", "facility"])
def test_some_offices_answer_no_reports(people, offices, receipt, target):
    to = getattr(offices, target)
    assert refusal(actions.forward, people.clerk, receipt.report_id, to, now=NOW) == "REPORT_OFFICE_UNFIT"


# Overdue


def test_an_overdue_report_goes_to_the_province_and_then_to_the_ministry(people, receipt):
    due = row(receipt).due_at
    assert actions.escalate_overdue(due) == []
    assert actions.escalate_overdue(due + HOUR) == [receipt.report_id]
    at_province = row(receipt)
    assert (at_province.level, at_province.due_at) == (Level.PROVINCE, due + HOUR + 2 * DAY)
    assert actions.escalate_overdue(at_province.due_at) == []
    assert actions.escalate_overdue(at_province.due_at + HOUR) == [receipt.report_id]
    assert row(receipt).level == Level.MINISTRY
    assert actions.escalate_overdue(NOW + 100 * DAY) == []
    kinds = [(step.kind, step.code) for step in queries.get_by_number(receipt.number, now=NOW).steps]
    assert kinds[1:] == [(StepKind.ESCALATED, "PROVINCE"), (StepKind.ESCALATED, "MINISTRY")]
    actions.refuse(people.operator, receipt.report_id, BLURRED, now=NOW + 10 * DAY)


def test_the_office_may_still_answer_what_has_gone_up(people, receipt):
    actions.escalate_overdue(NOW + 10 * DAY)
    actions.refuse(people.clerk, receipt.report_id, BLURRED, now=NOW + 10 * DAY)


def test_what_the_citizen_is_asked_is_never_overdue(people, receipt):
    actions.ask_more(people.clerk, receipt.report_id, MoreCode.WHICH_DOSE, now=NOW)
    assert actions.escalate_overdue(NOW + 10 * DAY) == []


def test_a_province_without_an_office_is_the_ministrys_business(citizen, people, offices):
    far = make_office("77A01", province_code="77")
    missing = citizen.filing(
        Wrong.MISSING_DOSE, version_id=None, facility_id=far, given_on="1/11/2021", product="Pfizer"
    )
    receipt = actions.file(missing, [], now=NOW)
    actions.escalate_overdue(NOW + 10 * DAY)
    assert row(receipt).level == Level.MINISTRY


# Objections


@pytest.fixture
def objected(people, receipt):
    actions.refuse(people.clerk, receipt.report_id, BLURRED, now=NOW)
    actions.object_to(receipt.number, "Ảnh rõ, xin xem lại", now=NOW + DAY)
    return receipt


def test_an_objection_lies_with_the_province_alone(people, objected):
    again = row(objected)
    assert (again.status, again.level, again.refusal) == (ReportStatus.OPEN, Level.PROVINCE, "")
    assert again.refused_by_id == people.clerk.officer_id
    for actor, code in ((people.clerk, "REPORT_IS_OBJECTION"), (people.province, "REPORT_IS_OBJECTION")):
        assert refusal(actions.refuse, actor, objected.report_id, BLURRED, now=NOW) == code
        assert refusal(actions.accept, actor, objected.report_id, Decision(), now=NOW) == code
    assert refusal(actions.uphold, people.head, objected.report_id, BLURRED, now=NOW) == "RIGHT_MISSING"
    assert refusal(actions.uphold, people.operator, objected.report_id, BLURRED, now=NOW) == "REPORT_NOT_IN_CHARGE"
    facts = queries.get_report(people.province, objected.report_id, now=NOW)
    assert (facts.may_answer, facts.may_decide_objection, facts.objection) == (False, True, True)
    assert [queries.count_open(one) for one in (people.clerk, people.province)] == [0, 1]


def test_a_refusal_that_is_upheld_is_final(people, objected):
    actions.uphold(people.province, objected.report_id, Refusal.NOTHING_AGREES, "Đã xem lại", now=NOW + 2 * DAY)
    followed = queries.get_by_number(objected.number, now=NOW + 2 * DAY)
    assert (followed.status, followed.refusal) == (ReportStatus.REFUSED, Refusal.NOTHING_AGREES)
    assert not followed.may_object
    assert refusal(actions.object_to, objected.number, "lần nữa", now=NOW + 3 * DAY) == "OBJECTION_ALREADY_MADE"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_report SET status = 1, decided_by_id = NULL, decided_at = NULL, refusal = ''")


def test_an_objection_that_is_right_is_sent_back_to_be_done(people, objected):
    actions.send_back(people.province, objected.report_id, "Sửa theo giấy", now=NOW + 2 * DAY)
    assert refusal(actions.refuse, people.clerk, objected.report_id, BLURRED, now=NOW) == "REPORT_MUST_BE_DONE"
    assert refusal(actions.uphold, people.province, objected.report_id, BLURRED, now=NOW) == "OBJECTION_NOT_MADE"
    accepted = actions.accept(people.clerk, objected.report_id, Decision(), now=NOW + 3 * DAY)
    assert len(accepted.new_version_ids) == 2
    assert row(objected).status == ReportStatus.UPDATED


def test_the_province_may_carry_it_out_itself(people, objected):
    accepted = actions.overturn(people.province, objected.report_id, Decision(), now=NOW + 2 * DAY)
    assert len(accepted.new_version_ids) == 2
    assert row(objected).decided_by_id == people.province.officer_id


def test_who_refused_does_not_decide_on_the_objection(people, receipt):
    actions.escalate_overdue(NOW + 10 * DAY)
    actions.refuse(people.province, receipt.report_id, BLURRED, now=NOW + 10 * DAY)
    actions.object_to(receipt.number, "Không đúng", now=NOW + 11 * DAY)
    for verb, argument in ((actions.uphold, BLURRED), (actions.overturn, Decision())):
        answer = refusal(verb, people.province, receipt.report_id, argument, now=NOW + 11 * DAY)
        assert answer == "OBJECTION_OWN_REFUSAL"
    assert refusal(actions.send_back, people.province, receipt.report_id, now=NOW) == "OBJECTION_OWN_REFUSAL"
    with pytest.raises(IntegrityError, match="objection_decided_by_another"), transaction.atomic():
        Report.objects.filter(pk=receipt.report_id).update(
            status=4, refusal=BLURRED, decided_by_id=people.province.officer_id, decided_at=NOW, due_at=None
        )
    actions.uphold(people.province_colleague, receipt.report_id, BLURRED, now=NOW + 11 * DAY)


def test_an_overdue_objection_goes_to_the_ministry(people, objected):
    actions.escalate_overdue(NOW + 20 * DAY)
    actions.uphold(people.operator, objected.report_id, BLURRED, now=NOW + 20 * DAY)


def test_only_a_refusal_is_objected_to_and_in_time(people, receipt):
    assert refusal(actions.object_to, receipt.number, "x", now=NOW) == "OBJECTION_NOTHING_REFUSED"
    actions.refuse(people.clerk, receipt.report_id, BLURRED, now=NOW)
    assert refusal(actions.object_to, receipt.number, " ", now=NOW) == "REPORT_NOTE_MISSING"
    assert refusal(actions.object_to, receipt.number, "x", now=NOW + 91 * DAY) == "OBJECTION_TOO_LATE"


# Photos afterwards


def test_photos_are_wiped_some_time_after_the_decision(people, receipt):
    assert refusal(actions.wipe_photos, [receipt.report_id], now=NOW) == "REPORT_STILL_OPEN"
    actions.refuse(people.clerk, receipt.report_id, BLURRED, now=NOW)
    assert actions.wipe_old_photos(NOW + 119 * DAY) == 0
    assert actions.wipe_old_photos(NOW + 121 * DAY) == 1
    photo = ReportPhoto.objects.get()
    assert (bytes(photo.content_sealed), photo.wiped_at) == (b"", NOW + 121 * DAY)
    assert refusal(queries.evidence, people.clerk, receipt.report_id, 1, now=NOW) == "REPORT_PHOTO_GONE"
    assert queries.photos_of(receipt.report_id) == []
    assert StepKind.PHOTOS_WIPED not in steps(receipt)


# Bulk answers


def test_alike_reports_of_one_facility_are_one_group(people, offices, citizen):
    ids = []
    for serial in range(2, 6):
        (stored,) = enter(people.clerk, offices.facility, received(serial, lot="FK0112"))
        person = version(stored).person_id
        filing = citizen.filing(Wrong.LOT, lot="FK0113", version_id=stored, person_ids=(person,))
        ids.append(actions.file(filing, [], now=NOW).report_id)
    odd = citizen.filing(Wrong.LOT, lot="FK0999")
    actions.file(odd, [], now=NOW)
    (group,) = queries.groups(people.clerk)
    assert (group.count, group.facility_id, group.wrongs) == (4, offices.facility, (Wrong.LOT,))
    assert group.report_ids == tuple(ids)
    assert queries.groups(people.province) == []
    missing = replace(odd, wrongs=(Wrong.MISSING_DOSE,), version_id=None, facility_id=offices.facility)
    for person in (version(stored).person_id, citizen.person_id):
        said = replace(
            missing,
            person_ids=(person,),
            claimed=replace(missing.claimed, lot="", given_on="1/11/2021", product="Pfizer"),
        )
        actions.file(said, [], now=NOW)
    assert sorted(group.count for group in queries.groups(people.clerk)) == [2, 4]


def test_a_bulk_refusal_names_what_it_could_not_refuse(people, receipt, citizen):
    other = actions.file(citizen.filing(Wrong.LOT, lot="FK0113"), [], now=NOW)
    elsewhere = actions.file(citizen.filing(Wrong.LOT, lot="FK0113", version_id=citizen.second), [], now=NOW)
    actions.refuse(people.colleague, other.report_id, BLURRED, now=NOW)
    ids = [receipt.report_id, other.report_id, elsewhere.report_id, 404]
    outcome = actions.refuse_many(people.clerk, ids, BLURRED, now=NOW)
    assert list(outcome.done) == [receipt.report_id]
    assert outcome.refused == {
        other.report_id: "REPORT_DECIDED_ALREADY", elsewhere.report_id: "REPORT_UNKNOWN", 404: "REPORT_UNKNOWN",
    }  # fmt: skip


def test_the_day_of_the_report_is_the_day_in_vietnam(citizen):
    late_evening = NOW.replace(hour=17, minute=30)  # half past midnight of the 16th in Hanoi
    filing = citizen.filing(Wrong.DOSE_DATE, given_on="16/04/2022")
    assert actions.file(filing, [], now=late_evening).number
