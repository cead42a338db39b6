"""Who reaches a report: each page and verb, for an office elsewhere exactly as if the report did not exist."""

import pytest
from django.urls import reverse

from tests.factories.reports import dose_of, filed
from tests.unit.report_desks.conftest import signed_in
from vaxpass.records.queries import get_versions, looks_at
from vaxpass.reports.rules import Wrong

pytestmark = pytest.mark.django_db
PAGES = ("report", "report_photo", "report_forward")
VERBS = {
    "report_accept": {"name": "A"},
    "report_more": {"code": "REPORT_MORE_PHOTO_SHARPER", "note": ""},
    "report_refuse": {"code": "CORRECTION_PROOF_BLURRED", "note": ""},
    "report_forward": {"office": "1", "note": ""},
    "report_overturn": {"name": "A"},
    "report_uphold": {"code": "CORRECTION_PROOF_BLURRED", "note": ""},
    "report_send_back": {"note": ""},
}
OTHERS = (("other", "facility"), ("elsewhere", "province"))


@pytest.fixture
def version_id(scene):
    return dose_of(scene)


@pytest.fixture
def report_id(version_id):
    return filed(version_id, Wrong.SEX, sex="1", photos=(b"\xff\xd8jpeg",))


def address(desk, name, report_id):
    arguments = [report_id, 1] if name == "report_photo" else [report_id]
    return reverse(f"{desk}:{name}", args=arguments)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("who", "desk"), OTHERS)
def test_a_page_of_anothers_report_looks_like_that_of_none(scene, report_id, who, desk, name):
    client = signed_in(who)
    theirs = client.get(address(desk, name, report_id))
    absent = client.get(address(desk, name, 10**9))
    assert (theirs.status_code, absent.status_code) == (404, 404)
    assert "REPORT_UNKNOWN" in theirs.content.decode()
    assert theirs.content.split(b"<main")[1] == absent.content.split(b"<main")[1]


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize(("who", "desk"), OTHERS)
def test_a_verb_on_anothers_report_looks_like_that_on_none(scene, report_id, who, desk, name):
    client = signed_in(who)
    for pk in (report_id, 10**9):
        answer = client.post(address(desk, name, pk), VERBS[name])
        assert answer.status_code == 404
        assert "REPORT_UNKNOWN" in answer.content.decode()


def test_bulk_answers_do_not_reach_beyond_either(scene, report_id):
    from tests.unit.report_desks.test_answering import report_of

    client = signed_in("other")
    for name, data in (("report_group_accept", {}), ("report_group_refuse", {"code": "CORRECTION_PROOF_BLURRED"})):
        url = reverse(f"facility:{name}", args=["ab"])
        answer = client.post(url, {**data, "report": [report_id, 10**9], "note": ""})
        assert answer.status_code == 200
        assert answer.context["refused"] == 2
        assert len({one.refusal for one in answer.context["results"]}) == 1
    assert report_of(report_id).decided_at is None


@pytest.mark.parametrize("name", [name for name in VERBS if name != "report_forward"])
def test_a_verb_is_no_link(scene, report_id, name):
    assert signed_in("facility").get(address("facility", name, report_id)).status_code == 405


@pytest.mark.parametrize("name", VERBS)
def test_the_district_watches_and_changes_nothing(scene, report_id, name):
    client = signed_in("district")
    page = client.get(address("province", "report", report_id))
    assert page.status_code == 200
    assert not [name for name in ("panels", "accept", "end") if name in page.context]
    assert client.post(address("province", name, report_id), VERBS[name]).status_code == 403


@pytest.mark.parametrize(("who", "desk"), [("province", "province"), ("ministry", "ministry")])
def test_who_is_above_watches_until_it_comes_up(scene, report_id, who, desk):
    client = signed_in(who)
    page = client.get(address(desk, "report", report_id))
    assert page.status_code == 200
    assert "panels" not in page.context
    assert client.post(address(desk, "report_refuse", report_id), VERBS["report_refuse"]).status_code == 409


@pytest.mark.parametrize("desk", ["facility", "province", "ministry"])
@pytest.mark.parametrize("who", ["facility", "commune", "district", "province", "ministry", "inspector"])
def test_lists_open_for_everybody_who_sees_reports(scene, report_id, who, desk):
    answer = signed_in(who).get(reverse(f"{desk}:reports"))
    assert answer.status_code == 200
    assert "Nguyễn Thị Hường" not in answer.content.decode(), "a list names nobody"


@pytest.mark.parametrize("who", ["other", "elsewhere"])
def test_the_list_of_others_does_not_hold_it(scene, report_id, who):
    assert signed_in(who).get(reverse("facility:reports")).context["table"].count == 0


def test_the_photo_is_a_jpeg_that_nobody_keeps_and_the_look_is_written_down(scene, version_id, report_id):
    person = get_versions([version_id])[0].person_id
    before = len(looks_at(person))
    answer = signed_in("facility").get(address("facility", "report_photo", report_id))
    assert answer.content == b"\xff\xd8jpeg"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline;")
    looks = looks_at(person)
    assert len(looks) == before + 1
    assert looks[0].purpose == "report"


def test_a_photo_that_never_was_is_not_found(scene, report_id):
    assert signed_in("facility").get(reverse("facility:report_photo", args=[report_id, 7])).status_code == 404


def test_reading_a_report_is_a_look(scene, version_id, report_id):
    person = get_versions([version_id])[0].person_id
    before = len(looks_at(person))
    signed_in("province").get(address("province", "report", report_id))
    assert len(looks_at(person)) > before
