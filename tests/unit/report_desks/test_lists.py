"""Lists: due first, time left in words, filters, groups; overviews of provinces and of the country."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.reports import dose_of, filed
from tests.unit.report_desks.conftest import signed_in
from tests.unit.report_desks.test_answering import report_of
from vaxpass.reports.actions import escalate_overdue, object_to
from vaxpass.reports.rules import Level, ReportStatus, Wrong

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2022, 4, 18, 2, 0, tzinfo=UTC)


def rows(answer):
    """The list's rows as texts."""
    return [[str(cell.value) for cell in row] for row in answer.context["table"].rows]


def links(answer):
    return [row[0].url for row in answer.context["table"].rows]


def page_of(desk, report_id):
    return reverse(f"{desk}:report", args=[report_id])


def test_due_first_overdue_in_words_decided_last(scene, clerk):
    fresh = filed(dose_of(scene), Wrong.SEX, sex="1")
    late = filed(dose_of(scene, 2), Wrong.SEX, sex="1", now=LONG_AGO)
    done = filed(dose_of(scene, 3), Wrong.SEX, sex="1", now=LONG_AGO)
    clerk.post(reverse("facility:report_refuse", args=[done]), {"code": "CORRECTION_PROOF_BLURRED", "note": ""})
    answer = clerk.get(reverse("facility:reports"))
    assert links(answer) == [page_of("facility", pk) for pk in (late, fresh, done)]
    assert "quá hạn" in rows(answer)[0][1]
    assert "còn" in rows(answer)[1][1]
    assert (answer.context["waiting"], answer.context["overdue"]) == (2, 1)
    assert answer.context["first_url"] == page_of("facility", late)


def test_filters_by_error_proof_and_status(scene, clerk):
    sex = filed(dose_of(scene), Wrong.SEX, sex="1")
    name = filed(None, Wrong.NAME, full_name="Nguyễn Thị Hường", birth_date="17/05/1990", facility_id=scene.facility)

    def found(**asked):
        return links(clerk.get(reverse("facility:reports"), asked))

    assert found(wrong="SEX") == [page_of("facility", sex)]
    assert found(proof="unproven") == [page_of("facility", name)]
    assert found(proof="proven", status="open") == [page_of("facility", sex)]
    assert found(status="updated") == []
    assert found(office="40a01") == found()


def test_every_error_has_its_word(scene, clerk):
    page = clerk.get(reverse("facility:reports")).content.decode()
    assert "REPORT_WRONG_" not in page


def test_previous_and_next_walk_the_queue_in_its_order(scene, clerk):
    ids = [filed(dose_of(scene, n), Wrong.SEX, sex="1", now=LONG_AGO + timedelta(hours=n)) for n in (3, 1, 2)]
    queue = clerk.get(page_of("facility", ids[2])).context["queue"]
    assert queue["previous_url"] == page_of("facility", ids[1])
    assert queue["next_url"] == page_of("facility", ids[0])


def test_the_last_answer_leads_to_the_list_which_says_that_nothing_waits(scene, clerk):
    only = filed(dose_of(scene), Wrong.SEX, sex="1")
    answer = clerk.post(
        reverse("facility:report_refuse", args=[only]), {"code": "CORRECTION_PROOF_BLURRED", "note": ""}, follow=True
    )
    assert answer.redirect_chain == [(reverse("facility:reports"), 302)]
    assert "Không có phản ánh nào chờ đơn vị" in answer.content.decode()


def same_error(scene, many):
    """Reports of one facility about one typed-wrong lot."""
    return [filed(dose_of(scene, n), Wrong.LOT, lot="FK0113") for n in range(1, many + 1)]


def group_address(clerk):
    (group,) = clerk.get(reverse("facility:reports")).context["groups"]
    return group.url


def test_a_group_is_accepted_at_once(scene, clerk):
    ids = same_error(scene, 3)
    page = clerk.get(group_address(clerk))
    assert page.context["count"] == 3
    assert page.content.decode().count("checked") == 3
    answer = clerk.post(page.context["accept_url"], {"report": ids, "note": ""})
    assert (answer.context["done"], answer.context["refused"]) == (3, 0)
    assert {report_of(pk).version.dose.lot for pk in ids} == {"FK0113"}


def test_in_a_group_what_cannot_be_done_is_named_and_the_rest_is_done(scene, clerk):
    ids = same_error(scene, 3)
    page = clerk.get(group_address(clerk))
    refusal = {"code": "CORRECTION_PROOF_BLURRED", "note": ""}
    signed_in("colleague").post(reverse("facility:report_refuse", args=[ids[1]]), refusal)
    answer = clerk.post(page.context["accept_url"], {"report": ids, "note": ""})
    assert (answer.context["done"], answer.context["refused"]) == (2, 1)
    assert answer.context["results"][0].url == page_of("facility", ids[1])
    assert answer.context["results"][0].refusal
    assert [report_of(pk).status for pk in ids] == [
        ReportStatus.UPDATED, ReportStatus.REFUSED, ReportStatus.UPDATED
    ]  # fmt: skip


def test_only_the_ticked_ones_are_refused(scene, clerk):
    ids = same_error(scene, 3)
    url = clerk.get(group_address(clerk)).context["panel"].url
    clerk.post(url, {"report": ids[:2], "code": "CORRECTION_PROOF_BLURRED", "note": ""})
    assert [report_of(pk).status for pk in ids] == [
        ReportStatus.REFUSED, ReportStatus.REFUSED, ReportStatus.OPEN
    ]  # fmt: skip


def test_ticking_none_says_so(scene, clerk):
    same_error(scene, 2)
    page = clerk.get(group_address(clerk))
    answer = clerk.post(page.context["accept_url"], {"note": ""})
    assert answer.status_code == 422
    assert "Đánh dấu ít nhất một phản ánh" in answer.content.decode()


def test_a_group_that_is_gone_is_unknown(scene, clerk):
    assert clerk.get(reverse("facility:report_group", args=["abc"])).status_code == 404


def test_what_the_facility_left_goes_up_and_the_province_answers(scene, clerk):
    late = filed(dose_of(scene), Wrong.SEX, sex="1", now=LONG_AGO)
    escalate_overdue(datetime.now(UTC))
    assert report_of(late).level is Level.PROVINCE
    province = signed_in("province")
    listed = province.get(reverse("province:reports"))
    assert listed.context["waiting"] == 1
    assert province.get(page_of("province", late)).context["panels"]
    url = reverse("province:report_refuse", args=[late])
    assert province.post(url, {"code": "CORRECTION_PROOF_BLURRED", "note": ""}).status_code == 302
    assert report_of(late).status is ReportStatus.REFUSED


def test_how_the_offices_stand(scene, clerk):
    late = filed(dose_of(scene), Wrong.SEX, sex="1", now=LONG_AGO)
    escalate_overdue(datetime.now(UTC))
    fresh = filed(dose_of(scene, 2), Wrong.SEX, sex="1")
    refusal = {"code": "CORRECTION_PROOF_BLURRED", "note": ""}
    clerk.post(reverse("facility:report_refuse", args=[late]), refusal)
    clerk.post(reverse("facility:report_refuse", args=[fresh]), refusal)
    filed(dose_of(scene, 3), Wrong.SEX, sex="1")
    (row,) = rows(signed_in("province").get(reverse("province:report_offices")))
    assert row[:2] == ["Cơ sở 40A01", "40A01"]
    assert row[2:4] == ["1", "0"]
    assert row[7:9] == ["2", "50 %"]
    (province,) = rows(signed_in("ministry").get(reverse("ministry:report_provinces")))
    assert province[1:4] == ["40", "1", "0"]
    offices = signed_in("inspector").get(reverse("ministry:report_offices", args=["40"]))
    assert rows(offices) == [row]


def objected(scene, clerk: Client):
    """A refused report to which the citizen objected; its id."""
    from vaxpass.reports.queries import contacts

    report_id = filed(dose_of(scene), Wrong.SEX, sex="1")
    clerk.post(reverse("facility:report_refuse", args=[report_id]), {"code": "CORRECTION_PROOF_BLURRED", "note": ""})
    object_to(contacts([report_id])[0].number, "Ảnh của tôi rõ", now=datetime.now(UTC))
    return report_id


def test_an_objection_is_the_provinces(scene, clerk):
    report_id = objected(scene, clerk)
    assert "panels" not in clerk.get(page_of("facility", report_id)).context
    province = signed_in("province")
    assert rows(province.get(reverse("province:reports"), {"status": "objected"}))
    page = province.get(page_of("province", report_id))
    assert [panel.name for panel in page.context["panels"]] == ["uphold"]
    assert "Ảnh của tôi rõ" in page.content.decode()
    url = reverse("province:report_uphold", args=[report_id])
    assert province.post(url, {"code": "CORRECTION_PROOF_COVERED", "note": ""}).status_code == 302
    assert report_of(report_id).refusal == "CORRECTION_PROOF_COVERED"


def test_an_objection_found_right_is_sent_back_and_cannot_be_refused_again(scene, clerk):
    report_id = objected(scene, clerk)
    url = reverse("province:report_send_back", args=[report_id])
    assert signed_in("province").post(url, {"note": "Ảnh đọc được"}).status_code == 302
    page = clerk.get(page_of("facility", report_id))
    assert [panel.name for panel in page.context["panels"]] == ["more"]
    assert "phải được thực hiện và không được từ chối lần nữa" in page.content.decode()
    watching = signed_in("district").get(page_of("province", report_id)).content.decode()
    assert "Đơn vị trả lời: Cơ sở 40A01." in watching
    answer = clerk.post(
        reverse("facility:report_refuse", args=[report_id]), {"code": "CORRECTION_PROOF_BLURRED", "note": ""}
    )
    assert answer.status_code == 422


def test_an_objection_found_right_is_carried_out_by_the_province(scene, clerk):
    from tests.unit.report_desks.test_answering import form_of

    report_id = objected(scene, clerk)
    province = signed_in("province")
    page = province.get(page_of("province", report_id))
    done = province.post(reverse("province:report_overturn", args=[report_id]), form_of(page))
    assert done.status_code == 302
    assert report_of(report_id).version.identity.sex == 1
