"""Answers by officers: each verb, what comes back when it is refused, and what a colleague did first."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.factories import NOW, received
from tests.factories.reports import dose_of, filed
from tests.unit.report_desks.conftest import signed_in
from vaxpass.desks._shared.refusals import sentence
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.records import queries as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import State
from vaxpass.reports import queries
from vaxpass.reports.models import Report
from vaxpass.reports.rules import Level, ReportStatus, Wrong

pytestmark = pytest.mark.django_db


def address(name, *arguments, desk="facility"):
    return reverse(f"{desk}:{name}", args=arguments)


def report_of(report_id, name="ministry"):
    from datetime import UTC, datetime

    actor = get_actor(Officer.objects.get(username=name))
    return queries.get_report(actor, report_id, now=datetime.now(UTC))


def form_of(page):
    """What the accept form would post as it stands."""
    form = page.context["accept"]["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_the_differing_letters_are_marked_and_an_accent_is_called_one(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.NAME, full_name="Nguyễn Thị Hương")
    page = clerk.get(address("report", report_id)).content.decode()
    assert "Nguyễn Thị Hư<mark>ờ</mark>ng" in page
    assert "Nguyễn Thị Hư<mark>ơ</mark>ng" in page
    assert "chỉ khác dấu" in page


def test_accepting_as_it_stands_takes_one_post_and_opens_the_next_with_the_outcome_linked(scene, clerk):
    version_id = dose_of(scene)
    first = filed(version_id, Wrong.BIRTH_DATE, birth_date="18/05/1990")
    second = filed(dose_of(scene, 2), Wrong.SEX, sex="1")
    shown = clerk.get(address("report", first))
    answer = clerk.post(address("report_accept", first), form_of(shown), follow=True)
    assert answer.redirect_chain == [(address("report", second), 302)]
    assert address("report", first) in answer.content.decode()
    assert "đã chấp nhận" in answer.content.decode()
    assert report_of(first).status is ReportStatus.UPDATED
    assert records.get_versions([version_id])[0].state == State.REPLACED
    assert report_of(first).version.identity.birth_date == "1990-05-18"


def test_the_clerk_is_told_which_records_of_the_person_could_not_be_mended_along(scene, clerk):
    first = dose_of(scene)
    waiting = received(1, phone="0900000001", given_on=date(2021, 12, 1), dose_number=3)
    origin = Origin(scene.other, Officer.objects.get(username="other").pk, scene.other, NOW)
    (third,) = receive([waiting], origin).version_ids.values()  # its identity is being asked about
    report_id = filed(first, Wrong.BIRTH_DATE, birth_date="18/05/1990")
    form = form_of(clerk.get(address("report", report_id)))
    said = clerk.post(address("report_accept", report_id), form, follow=True).content.decode()
    assert "Còn 1 hồ sơ khác của người này vẫn sai" in said
    assert f"V{third}: {sentence('VERB_NOT_IN_STATE')}" in said


def test_who_only_reads_along_is_told_who_answers(scene):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    watching = signed_in("district").get(address("report", report_id, desk="province")).content.decode()
    assert "Đơn vị trả lời: Cơ sở 40A01." in watching
    Report.objects.filter(pk=report_id).update(level=Level.PROVINCE)
    passed_up = signed_in("district").get(address("report", report_id, desk="province")).content.decode()
    assert "Đơn vị trả lời: Tỉnh, thành phố, chuyển lên từ Cơ sở 40A01." in passed_up
    listed = signed_in("district").get(address("reports", desk="province")).content.decode()
    assert "Tỉnh, thành phố, chuyển lên từ Cơ sở 40A01" in listed


def test_an_accepted_day_differs_no_more_however_it_was_typed(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.BIRTH_DATE, birth_date="8/5/1990")
    form = form_of(clerk.get(address("report", report_id)))
    assert clerk.post(address("report_accept", report_id), form).status_code == 302
    compared = clerk.get(address("report", report_id)).context["compared"]
    assert not [one.name for one in compared if one.differs]


def test_a_missing_dose_asks_nobody_to_choose_a_record(scene, clerk):
    report_id = filed(
        None, Wrong.MISSING_DOSE, full_name="Lò Văn Bun", birth_date="17/05/1990", given_on="02/10/2021",
        product="EU/1/20/1528", facility_id=scene.facility,
    )  # fmt: skip
    page = clerk.get(address("report", report_id)).content.decode()
    assert "chưa có hồ sơ để đối chiếu" in page
    assert "Chọn hồ sơ để đối chiếu" not in page


def test_photos_that_never_came_are_not_called_deleted(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.NOT_MINE_DOSE)
    clerk.post(address("report_accept", report_id), {"withdraw": "yes", "note": ""})
    assert report_of(report_id).status is ReportStatus.UPDATED
    page = clerk.get(address("report", report_id)).content.decode()
    assert "Người dân không gửi ảnh" in page
    assert "Ảnh đã được xóa" not in page


def test_the_officer_mends_what_the_citizen_says_before_accepting(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.NAME, full_name="nguyen thi huong")
    form = form_of(clerk.get(address("report", report_id)))
    assert form["name"] == "nguyen thi huong"
    clerk.post(address("report_accept", report_id), {**form, "name": "Nguyễn Thị Hướng"})
    assert report_of(report_id).version.identity.full_name == "Nguyễn Thị Hướng"


def test_what_cannot_be_a_record_comes_back_with_everything_typed(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.BIRTH_DATE, birth_date="18/05/1990")
    form = form_of(clerk.get(address("report", report_id)))
    answer = clerk.post(address("report_accept", report_id), {**form, "birth": "31/02/1990", "note": "xem thẻ"})
    assert answer.status_code == 422
    assert "31/02/1990" in answer.content.decode()
    assert "xem thẻ" in answer.content.decode()
    assert report_of(report_id).status is ReportStatus.OPEN


def test_another_phone_needs_the_citizen_in_person(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.PHONE, phone="0987654321")
    form = {name: text for name, text in form_of(clerk.get(address("report", report_id))).items() if name != "seen"}
    refused = clerk.post(address("report_accept", report_id), form)
    assert refused.status_code == 422
    assert report_of(report_id).status is ReportStatus.OPEN
    assert clerk.post(address("report_accept", report_id), {**form, "seen": "on"}).status_code == 302
    assert report_of(report_id).version.identity.phone == "0987654321"


def test_a_missing_dose_is_entered_from_the_filled_form(scene, clerk):
    version_id = dose_of(scene)
    claim: dict[str, Any] = {"given_on": "01/10/2021", "product": "EU/1/20/1528", "lot": "FK0113", "dose_number": "2"}
    report_id = filed(
        None, Wrong.MISSING_DOSE, full_name="Nguyễn Thị Hường", birth_date="17/05/1990", sex="2",
        number="040190000001", facility_id=scene.facility, **claim,
    )  # fmt: skip
    form = form_of(clerk.get(address("report", report_id)))
    assert (form["day"], form["lot"], form["facility"]) == ("01/10/2021", "FK0113", "40A01")
    assert clerk.post(address("report_accept", report_id), form).status_code == 302
    person = records.get_versions([version_id])[0].person_id
    assert [one.dose.lot for one in records.versions_of_people([person])] == ["FK0112", "FK0113"]


def test_a_dose_never_had_ends_only_by_its_own_form(scene, clerk):
    version_id = dose_of(scene)
    report_id = filed(version_id, Wrong.NOT_MINE_DOSE)
    page = clerk.get(address("report", report_id))
    assert "accept" not in page.context
    assert page.context["end"]["key"] == "a"
    ended = clerk.post(address("report_accept", report_id), {"withdraw": "yes", "note": ""})
    assert ended.status_code == 302
    assert records.get_versions([version_id])[0].state == State.WITHDRAWN


def test_a_strangers_report_is_accepted_once_its_record_is_chosen(scene, clerk):
    version_id = dose_of(scene)
    report_id = filed(
        None, Wrong.BIRTH_DATE, full_name="Nguyễn Thị Hường", birth_date="18/05/1990", number="040190000001",
        facility_id=scene.facility,
    )  # fmt: skip
    page = clerk.get(address("report", report_id))
    assert "accept" not in page.context
    assert f"?record=V{version_id}" in page.content.decode()
    chosen = clerk.get(address("report", report_id), {"record": f"V{version_id}"})
    form = form_of(chosen)
    assert (form["birth"], form["name"]) == ("18/05/1990", "Nguyễn Thị Hường")
    done = clerk.post(address("report_accept", report_id), {**form, "record": f"V{version_id}"})
    assert done.status_code == 302
    assert records.get_versions([version_id])[0].state == State.REPLACED


def test_a_record_out_of_reach_cannot_be_chosen(scene, clerk):
    beyond = dose_of(scene, 5, scene.other)
    report_id = filed(
        None, Wrong.SEX, full_name="Nguyễn Thị Hường", birth_date="17/05/1990", sex="1", facility_id=scene.facility
    )
    page = clerk.get(address("report", report_id), {"record": f"V{beyond}"})
    assert page.context["version"] is None


@pytest.mark.parametrize("code", ["CORRECTION_PROOF_BLURRED", "CORRECTION_PROOF_ALTERED"])
def test_refusing_with_a_reason(scene, clerk, code):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    page = clerk.get(address("report", report_id)).content.decode()
    assert page.count("formaction") == 0
    assert clerk.post(address("report_refuse", report_id), {"code": code, "note": "chụp lại"}).status_code == 302
    report = report_of(report_id)
    assert (report.status, report.refusal) == (ReportStatus.REFUSED, code)


def test_thirteen_reasons_stand_on_the_page_each_with_a_key_of_its_own(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    panels = {panel.name: panel for panel in clerk.get(address("report", report_id)).context["panels"]}
    keys = [choice.key for choice in panels["refuse"].choices]
    assert (len(keys), len(set(keys))) == (13, 13)
    assert all(choice.words != choice.code for panel in panels.values() for choice in panel.choices)


def test_a_reason_that_does_not_exist_is_refused_and_nothing_is_decided(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    answer = clerk.post(address("report_refuse", report_id), {"code": "BECAUSE", "note": "giữ lại"})
    assert answer.status_code == 422
    assert "giữ lại" in answer.content.decode()
    assert report_of(report_id).status is ReportStatus.OPEN


def test_asking_for_more_stops_the_clock(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    clerk.post(address("report_more", report_id), {"code": "REPORT_MORE_PHOTO_SHARPER", "note": ""})
    report = report_of(report_id)
    assert (report.status, report.due_at) == (ReportStatus.MORE_NEEDED, None)
    page = clerk.get(address("report", report_id))
    assert "accept" in page.context
    assert "panels" not in page.context


def test_asking_by_a_note_alone_needs_the_note(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    assert (
        clerk.post(address("report_more", report_id), {"code": "REPORT_MORE_SEE_NOTE", "note": ""}).status_code == 422
    )
    assert report_of(report_id).status is ReportStatus.OPEN


def test_a_colleagues_decision_is_told_and_nothing_typed_is_lost(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.BIRTH_DATE, birth_date="18/05/1990")
    form = form_of(clerk.get(address("report", report_id)))
    refusal = {"code": "CORRECTION_PROOF_BLURRED", "note": ""}
    signed_in("colleague").post(address("report_refuse", report_id), refusal)
    answer = clerk.post(address("report_accept", report_id), {**form, "note": "đã gọi điện hỏi"})
    assert answer.status_code == 409
    page = answer.content.decode()
    for text in ("Người khác đã trả lời trước", "Cơ sở 40A01 đã từ chối", "đã gọi điện hỏi", "18/05/1990", "Ảnh mờ"):
        assert text in page
    assert report_of(report_id).status is ReportStatus.REFUSED
    again = clerk.post(address("report_refuse", report_id), {"code": "CORRECTION_PROOF_ALTERED", "note": ""})
    assert again.status_code == 409
    assert report_of(report_id).refusal == "CORRECTION_PROOF_BLURRED"


def test_passing_on_offers_the_province_and_finds_others_by_name(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    page = clerk.get(address("report_forward", report_id)).content.decode()
    assert "T40" in page
    assert "40B02" not in page
    assert "40B02" in clerk.get(address("report_forward", report_id), {"q": "40b02"}).content.decode()
    assert clerk.post(address("report_forward", report_id), {"office": scene.other, "note": ""}).status_code == 302
    assert report_of(report_id).office_id == scene.other
    assert signed_in("other").get(address("report", report_id)).context["panels"]


@pytest.mark.parametrize("office", ["", "x", "999999", "ministry", "own"])
def test_what_is_no_office_to_pass_on_to_is_refused(scene, clerk, office):
    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    named = {"ministry": str(scene.ministry), "own": str(scene.facility)}.get(office, office)
    answer = clerk.post(address("report_forward", report_id), {"office": named, "note": "không phải của chúng tôi"})
    assert answer.status_code == 422
    assert "không phải của chúng tôi" in answer.content.decode()
    assert report_of(report_id).office_id == scene.facility


def test_a_wrong_facility_is_said_in_words_and_the_records_own_is_not_taken_for_it(scene, clerk):
    report_id = filed(dose_of(scene), Wrong.FACILITY, place="Bệnh viện tỉnh")
    compared = {one.name: one for one in clerk.get(address("report", report_id)).context["compared"]}
    assert (compared["facility"].stands, compared["facility"].said) == ("Cơ sở 40A01 (40A01)", "")
    assert (compared["place"].said, compared["place"].differs) == ("Bệnh viện tỉnh", True)


def test_a_record_that_ended_meanwhile_can_be_closed_for_that_reason(scene, clerk):
    version_id = dose_of(scene)
    report_id = filed(version_id, Wrong.SEX, sex="1")
    other = filed(version_id, Wrong.NOT_MINE_DOSE)
    clerk.post(address("report_accept", other), {"withdraw": "yes", "note": ""})
    form = form_of(clerk.get(address("report", report_id)))
    assert clerk.post(address("report_accept", report_id), form).status_code == 422
    closed = clerk.post(address("report_refuse", report_id), {"code": "CORRECTION_OVERTAKEN", "note": ""})
    assert closed.status_code == 302
    assert report_of(report_id).refusal == "CORRECTION_OVERTAKEN"


def test_something_else_wrong_may_end_the_dose(scene, clerk):
    version_id = dose_of(scene)
    report_id = filed(version_id, Wrong.OTHER, note="Tôi tiêm ở nước ngoài")
    page = clerk.get(address("report", report_id))
    assert page.context["end"]["key"] == "w"
    assert "Tôi tiêm ở nước ngoài" in page.content.decode()
    assert clerk.post(address("report_accept", report_id), {"withdraw": "yes", "note": ""}).status_code == 302
    assert records.get_versions([version_id])[0].state == State.WITHDRAWN


def test_earlier_reports_of_the_person_are_listed(scene, clerk):
    version_id = dose_of(scene)
    earlier = filed(version_id, Wrong.LOT, lot="FK0999")
    clerk.post(address("report_refuse", earlier), {"code": "CORRECTION_PROOF_BLURRED", "note": ""})
    report_id = filed(version_id, Wrong.SEX, sex="1")
    assert [one.url for one in clerk.get(address("report", report_id)).context["earlier"]] == [
        address("report", earlier)
    ]


def test_a_report_passed_on_out_of_reach_is_told_of_without_a_link(scene, clerk):
    report_id = filed(
        None, Wrong.SEX, full_name="Nguyễn Thị Hường", birth_date="17/05/1990", sex="1", facility_id=scene.facility
    )
    passed = {"office": scene.other, "note": ""}
    told = clerk.post(address("report_forward", report_id), passed, follow=True).content.decode()
    assert "đã chuyển đơn vị khác" in told
    for url in [address("report", report_id)] if address("report", report_id) in told else []:
        assert clerk.get(url).status_code == 200
