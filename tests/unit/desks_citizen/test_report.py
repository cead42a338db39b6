"""Reporting an error and following it, as a browser without a script does it."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.citizens import actions as citizens
from vaxpass.citizens import codes
from vaxpass.citizens.models import Challenge
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen import captcha, report_photos
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.desks.citizen.report_draft import Draft
from vaxpass.jobs.sessions import forget_expired
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.records import queries as records
from vaxpass.records.facts import Origin
from vaxpass.records.models import Person
from vaxpass.records.receiving import receive
from vaxpass.records.sealing import open_seal
from vaxpass.reports import actions as reports
from vaxpass.reports.models import Report, ReportPhoto
from vaxpass.reports.numbers import make_number
from vaxpass.reports.rules import MoreCode, ReporterProof, ReportStatus
from vaxpass.synth.papers import Paper, PaperDose, draw_photo

pytestmark = pytest.mark.django_db
PAPER = Paper(
    "Nguyễn Thị Hường", "17/05/1990", "Nữ", "040190000001", "", "", [PaperDose("01/09/2021", "Pfizer", "FK0112", "x")]
)
WHO = {"relation": "SELF", "full_name": "Nguyễn Thị Hường", "birth_date": "17/5/1990", "number": "040190000001"}
PAGES = ("report", "report_what", "report_right", "report_where", "report_photos", "report_check", "report_code")


@pytest.fixture
def facility():
    make_office("BYT", "ministry")
    make_office("40", "province")
    make_office("40C01", "commune", commune_code="16690")
    return make_office()


@pytest.fixture
def version_id(facility):
    clerk = make_officer("clerk", facility, "facility_clerk")
    receive([received()], Origin(facility, clerk, facility, datetime.now(UTC)))
    (version,) = records.versions_of_people([person_id()])
    return version.version_id


def person_id() -> int:
    return Person.objects.get().pk


@pytest.fixture
def citizen(version_id):
    """Somebody who showed by the code that the record is his."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = Citizen(frozenset({person_id()}), Proof.PHONE, datetime.now(UTC)).to_session()
    session.save()
    return client


def post(client: Client, name: str, **data: object):
    return client.post(reverse(f"citizen:{name}"), data)


def page(client: Client, name: str) -> str:
    answer = client.get(reverse(f"citizen:{name}"))
    assert answer.status_code == 200, answer.get("Location")
    return answer.content.decode()


def jpeg(side: int = 60) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.linear_gradient("L").resize((side, side)).save(written, "JPEG")
    return SimpleUploadedFile("photo.jpg", written.getvalue(), "image/jpeg")


def solved(client: Client) -> dict[str, str]:
    """The question's answer, found as a machine would: by trying."""
    asked = client.get(reverse("citizen:report_check")).context["captcha"]
    kept = captcha._SIGNER.unsign_object(asked.ticket)
    (answer,) = [str(n) for n in range(60) if captcha._answer_hash(kept["nonce"], str(n)) == kept["answer"]]
    return {"question": asked.ticket, "answer": answer}


def code_sent() -> str:
    challenge = Challenge.objects.latest("pk")
    codes.send_code(challenge.pk, citizens.search, datetime.now(UTC))
    return str(json.loads(open_seal(Notice.objects.get(key=f"code/{challenge.pk}").facts_sealed))["code"])


def until_photos(client: Client, facility: int, *wrongs: str, **right: str) -> None:
    assert post(client, "report", **WHO)["Location"] == reverse("citizen:report_what")
    assert post(client, "report_what", wrongs=list(wrongs))["Location"] == reverse("citizen:report_right")
    answer = post(client, "report_right", **{"note": "", **right})
    assert answer.status_code == 302, answer.content.decode()
    found = post(client, "report_where", kind="facility", province="40", text="co so 40a", office=facility)
    assert found["Location"] == reverse("citizen:report_photos")


def report_missing(client: Client, facility: int) -> str:
    """Go the whole way as somebody unproven; give the number."""
    until_photos(client, facility, "MISSING_DOSE", given_on="1/9/2021", product="EU/1/20/1528", sex="2")
    assert post(client, "report_photos", photos=jpeg(), done="1")["Location"] == reverse("citizen:report_check")
    sent = post(client, "report_check", phone="0912 345 678", email="", **solved(client))
    assert sent["Location"] == reverse("citizen:report_code"), sent.content.decode()
    done = post(client, "report_code", code=code_sent())
    assert done["Location"] == reverse("citizen:receipt"), done.content.decode()
    return re.search(r"PA-[0-9A-Z-]+", page(client, "receipt"))[0]


def test_a_stranger_reports_a_missing_dose(client, facility):
    number = report_missing(client, facility)
    report = Report.objects.get()
    assert (report.proof, report.office_id, report.version_id) == (ReporterProof.NEW_PHONE, facility, None)
    assert report.person_ids == []
    assert ReportPhoto.objects.count() == 1
    assert Notice.objects.filter(template="REPORT_RECEIVED").count() == 1
    assert number.count("-") == 4
    assert "Cơ sở 40A01" in page(client, "receipt")


def test_the_draft_is_sealed_and_gone_when_it_was_sent(client, facility):
    post(client, "report", **WHO)
    kept = str(client.session.items())
    assert "Hường" not in kept
    assert "040190000001" not in kept
    report_missing(client, facility)
    assert "report_draft" not in client.session
    assert Session.objects.count() == 1  # the photo's own row went with the draft


def test_no_step_can_be_jumped_to(client, facility):
    for name in PAGES[1:]:
        assert client.get(reverse(f"citizen:{name}"))["Location"] == reverse("citizen:report"), name
        assert post(client, name)["Location"] == reverse("citizen:report"), name
    post(client, "report", **WHO)
    for name in PAGES[2:]:
        assert client.get(reverse(f"citizen:{name}"))["Location"] == reverse("citizen:report_what"), name


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"birth_date": "31/02/1990"}, "birth_date"),
        ({"birth_date": "soon"}, "birth_date"),
        ({"number": "123"}, "number"),
        ({"relation": "CHILD"}, "reporter_name"),
        ({"relation": "NEIGHBOUR"}, "relation"),
    ],
)
def test_who_is_checked(client, facility, changed, field):
    answer = post(client, "report", **{**WHO, **changed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_year_alone_is_a_birth_date(client, facility):
    assert post(client, "report", **{**WHO, "birth_date": "1990"}).status_code == 302


def test_what_stands_alone_stands_alone(client, facility):
    post(client, "report", **WHO)
    assert post(client, "report_what", wrongs=["MISSING_DOSE", "NAME"]).status_code == 422
    assert post(client, "report_what", wrongs=[]).status_code == 422
    assert post(client, "report_what", wrongs=["WEATHER"]).status_code == 422


def test_only_the_fields_concerned_are_asked(client, facility):
    post(client, "report", **WHO)
    post(client, "report_what", wrongs=["BIRTH_DATE"])
    asked = client.get(reverse("citizen:report_right")).context["form"].fields
    assert list(asked) == ["birth_date", "note"]
    post(client, "report_what", wrongs=["LOT"])
    asked = client.get(reverse("citizen:report_right")).context["form"].fields
    assert list(asked) == ["lot", "dose_number", "given_on", "product", "note"]
    assert post(client, "report_right", lot="", note="").status_code == 422
    post(client, "report_what", wrongs=["OTHER"])
    assert post(client, "report_right", note=" ").status_code == 422


def test_a_commune_takes_the_report_where_the_facility_is_unknown(client, facility):
    post(client, "report", **WHO)
    post(client, "report_what", wrongs=["MISSING_DOSE"])
    post(client, "report_right", given_on="1/9/2021", product="EU/1/20/1528", sex="2", note="")
    for button in ({}, {"search": "1"}):
        refused = post(client, "report_where", kind="facility", province="", text="", **button)
        assert (refused.status_code, "Hãy chọn tỉnh hoặc thành phố" in refused.content.decode()) == (422, True)
    assert post(client, "report_where", kind="facility", province="40", text="").status_code == 422
    assert post(client, "report_where", kind="commune", province="40", office=facility).status_code == 422
    shown = post(client, "report_where", kind="commune", province="40", text="", search="1")
    assert ("40", "Tỉnh Nghệ An") in shown.context["provinces"]
    assert [code for code, _name in shown.context["provinces"]][:2] == ["91", "24"]  # An Giang, Bắc Ninh: by name
    ((commune, _name),) = shown.context["offices"]
    post(client, "report_where", kind="commune", province="40", office=commune)
    post(client, "report_photos", done="1")
    post(client, "report_check", phone="0912345678", **solved(client))
    post(client, "report_code", code=code_sent())
    assert Report.objects.get().office_id == commune


def test_who_knows_no_place_is_the_provinces(client, facility):
    post(client, "report", **WHO)
    post(client, "report_what", wrongs=["OTHER"])
    post(client, "report_right", note="Hồ sơ của tôi có ghi chú lạ")
    assert post(client, "report_where", kind="facility", province="40", unknown="1").status_code == 302
    post(client, "report_photos", done="1")
    post(client, "report_check", phone="", email="hoa@example.org", **solved(client))
    post(client, "report_code", code=code_sent())
    assert Report.objects.get().province_code == "40"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.jpg", b"PK\x03\x04" + bytes(200), "tệp nén"),
        ("photo.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG"),
        ("giay.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>>>endobj", "mã lệnh"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(60_000_000), "15 MB"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(100), "bị hỏng"),
    ],
)
def test_bad_files_get_their_sentence_and_cost_no_good_one(client, facility, name, content, words):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    answer = post(client, "report_photos", photos=[SimpleUploadedFile(name, content), jpeg()], done="1")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list(answer.context["photos"]) == [0]


@pytest.mark.usefixtures("db")
def test_files_too_heavy_to_decode_end_soon(monkeypatch, tmp_path):
    """Each holds up a thread for many seconds; ten from one address within an hour, and nothing is decoded any more."""
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", str(killed))
    request: Any = RequestFactory().post("/", REMOTE_ADDR="203.0.113.9")
    request.now = NOW
    for _time in range(10):
        assert refused_photo(request) == "EVIDENCE_TOO_HEAVY"
    monkeypatch.undo()
    assert refused_photo(request) == "ASKED_TOO_OFTEN_HERE"
    elsewhere: Any = RequestFactory().post("/", REMOTE_ADDR="203.0.113.10")
    elsewhere.now = NOW
    assert refused_photo(elsewhere) == ""


def refused_photo(request):
    draft = Draft()
    try:
        report_photos._take(request, draft, jpeg())
    except Refused as refused:
        return refused.code
    return "" if draft.photos else "nothing taken"


def test_photos_are_shown_back_removed_and_limited(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    for _time in range(6):
        post(client, "report_photos", photos=jpeg(), add="1")
    assert "không quá 6 ảnh" in post(client, "report_photos", camera=jpeg(), add="1").content.decode()
    shown = client.get(reverse("citizen:report_photo", args=[5]))
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/jpeg", "no-store")
    post(client, "report_photos", remove="0")
    assert client.get(reverse("citizen:report_photo", args=[5])).status_code == 404
    assert Client().get(reverse("citizen:report_photo", args=[0])).status_code == 404
    assert post(client, "report_give_up")["Location"] == reverse("citizen:home")
    assert Session.objects.count() == 1


def test_an_unfinished_report_is_forgotten_with_its_photos(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    post(client, "report_photos", photos=jpeg(), add="1")
    forget_expired(timestamp=0)
    assert Session.objects.count() == 2
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    forget_expired(timestamp=0)
    assert not Session.objects.exists()


def test_files_beyond_the_last_are_named_not_dropped(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    answer = post(client, "report_photos", photos=[jpeg(50 + side) for side in range(8)], add="1")
    assert len(answer.context["problems"]) == 2
    assert len(answer.context["photos"]) == 6


def test_a_landline_takes_no_code(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    post(client, "report_photos", done="1")
    for typed in ({"phone": "02438462154"}, {"phone": "12"}, {"email": "no"}, {}):
        assert post(client, "report_check", **typed, **solved(client)).status_code == 422
    assert not Challenge.objects.exists()


def test_without_the_question_answered_no_code_is_sent(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    post(client, "report_photos", done="1")
    assert post(client, "report_check", phone="0912345678").status_code == 422
    assert not Challenge.objects.exists()


def test_a_wrong_code_files_nothing(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    post(client, "report_photos", done="1")
    post(client, "report_check", phone="0912345678", **solved(client))
    right = code_sent()
    for _time in range(5):
        assert post(client, "report_code", code=f"{(int(right) + 1) % 1_000_000:06}").status_code == 422
    assert post(client, "report_code", code=right).status_code == 422
    assert not Report.objects.exists()


def test_a_proven_citizen_needs_no_code_and_names_his_record(citizen, version_id, facility):
    shown = page(citizen, "report")
    assert "Mũi tiêm ngày 01/09/2021" in shown
    assert post(citizen, "report", line=f"dose-{version_id}", relation="SELF").status_code == 302
    assert post(citizen, "report_what", wrongs=["LOT"]).status_code == 302
    assert "FK0112" in page(citizen, "report_right")
    assert post(citizen, "report_right", lot="FK0113", note="")["Location"] == reverse("citizen:report_photos")
    post(citizen, "report_photos", photos=jpeg(), done="1")
    assert "0900000001" not in page(citizen, "report_check")
    assert post(citizen, "report_check")["Location"] == reverse("citizen:receipt")
    report = Report.objects.get()
    assert (report.proof, report.version_id, report.office_id) == (ReporterProof.PHONE, version_id, facility)
    assert report.person_ids == [person_id()]


def test_ten_reports_of_one_error_are_one(citizen, version_id):
    for _time in range(3):
        post(citizen, "report", line=f"dose-{version_id}", relation="SELF")
        post(citizen, "report_what", wrongs=["LOT"])
        post(citizen, "report_right", lot="FK0113", note="")
        post(citizen, "report_photos", done="1")
        post(citizen, "report_check")
    assert Report.objects.count() == 1
    assert "trước đây" in page(citizen, "receipt")


def test_nobody_elses_record_can_be_chosen(citizen, version_id):
    assert post(citizen, "report", line=f"dose-{version_id + 1}", relation="SELF").status_code == 422
    assert post(citizen, "report", line="person-999", relation="SELF").status_code == 422
    assert post(citizen, "report", line="x", relation="SELF").status_code == 422


def test_when_the_visit_is_over_nothing_of_the_record_is_shown(citizen, version_id):
    post(citizen, "report", line=f"dose-{version_id}", relation="SELF")
    post(citizen, "report_what", wrongs=["LOT"])
    session = citizen.session
    then = datetime.now(UTC) - timedelta(hours=1)
    session[SESSION_KEY] = Citizen(frozenset({person_id()}), Proof.PHONE, then).to_session()
    session.save()
    assert citizen.get(reverse("citizen:report_right"))["Location"] == reverse("citizen:report")
    assert "FK0112" not in page(citizen, "report")


def test_a_stranger_is_shown_nothing_of_the_record_he_describes(client, version_id, facility):
    until_photos(client, facility, "LOT", lot="FK0199")
    post(client, "report_photos", done="1")
    for name in PAGES[:6]:
        shown = page(client, name)
        assert "FK0112" not in shown
        assert "01/09/2021" not in shown
    post(client, "report_check", phone="0912345678", **solved(client))
    post(client, "report_code", code=code_sent())
    assert "FK0112" not in page(client, "receipt")
    assert Report.objects.get().person_ids == []


def answering(facility: int):
    return get_actor(Officer.objects.get(pk=make_officer("answers", facility, "facility_head")))


def test_a_report_is_followed_by_its_number_in_any_browser(client, facility):
    number = report_missing(client, facility)
    other = Client()
    assert post(other, "receipt", number=number.lower().replace("-", " ")).status_code == 302
    assert number in page(other, "receipt")
    assert number not in str(other.session.items())
    post(other, "receipt", leave="1")
    assert number not in page(other, "receipt")


def test_guessing_numbers_ends(client, facility):
    assert post(client, "receipt", number="PA-1").status_code == 422
    for _time in range(20):
        assert post(client, "receipt", number=make_number()).context["form"].errors
    last = post(client, "receipt", number=make_number())
    assert last.status_code == 422
    assert "RECEIPT_TRIES_LIMIT" not in last.content.decode()  # a sentence, not a code


def test_what_is_asked_is_answered_with_words_and_photos(client, facility):
    report_missing(client, facility)
    report = Report.objects.get()
    reports.ask_more(answering(facility), report.pk, MoreCode.PHOTO_SHARPER, "Chụp lại mặt sau", now=datetime.now(UTC))
    assert "Chụp lại mặt sau" in page(client, "receipt")
    bad = post(client, "receipt_answer", text="Đây", photos=SimpleUploadedFile("a.jpg", b"PK\x03\x04"))
    assert bad.status_code == 422
    assert "Đây" in bad.content.decode()
    assert post(client, "receipt_answer", text="Đây", photos=[jpeg(70), jpeg(80)]).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.OPEN
    assert ReportPhoto.objects.count() == 3
    assert Session.objects.count() == 1
    assert post(client, "receipt_answer", text="Nữa").status_code == 422


def test_a_refusal_says_why_and_is_objected_to_once(client, facility):
    report_missing(client, facility)
    report = Report.objects.get()
    reports.refuse(answering(facility), report.pk, "CORRECTION_PROOF_BLURRED", now=datetime.now(UTC))
    shown = page(client, "receipt")
    assert "Khiếu nại" in shown
    assert post(client, "receipt_objection", text="").status_code == 422
    assert post(client, "receipt_objection", text="Ảnh rõ mà").status_code == 302
    report.refresh_from_db()
    assert report.objected_at is not None
    assert "<dt>Đến lượt ai</dt><dd>Sở Y tế</dd>" in page(client, "receipt")  # not who refused
    assert post(client, "receipt_objection", text="Ảnh rõ mà").status_code == 422


def test_a_report_is_taken_back_after_one_question(client, facility):
    report_missing(client, facility)
    assert "PA-" in page(client, "receipt_withdraw")
    assert post(client, "receipt_withdraw", confirmed="yes").status_code == 302
    assert Report.objects.get().status == ReportStatus.WITHDRAWN
    assert post(client, "receipt_withdraw", confirmed="yes").status_code == 422


def test_without_a_number_nothing_is_followed(client, facility):
    for name in ("receipt_answer", "receipt_objection", "receipt_withdraw"):
        assert post(client, name, text="x")["Location"] == reverse("citizen:receipt")


def test_a_photo_of_the_synthetic_paper_arrives_upright(client, facility):
    until_photos(client, facility, "NAME", full_name="Nguyễn Thị Hường")
    post(client, "report_photos", photos=SimpleUploadedFile("IMG.JPG", draw_photo(PAPER, located=True)), add="1")
    shown = Image.open(io.BytesIO(client.get(reverse("citizen:report_photo", args=[0])).content))
    assert shown.height > shown.width
    assert not dict(shown.getexif())


def test_a_broken_or_older_draft_begins_anew(client, facility):
    post(client, "report", **WHO)
    session = client.session
    session["report_draft"] = "AQID"
    session.save()
    assert client.get(reverse("citizen:report_what"))["Location"] == reverse("citizen:report")
