"""The facility desk's pages over intake and records, by Django's client."""

import io
import re
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_office, make_officer
from tests.unit.intake.sheets import csv_file, row
from tests.unit.intake.test_uploads import mismatched, versions
from vaxpass.desks.facility.entry import DoseForm
from vaxpass.desks.facility.mending import _mark
from vaxpass.intake.models import Upload, UploadPart
from vaxpass.offices.models import Act, Officer
from vaxpass.offices.scope import Actor
from vaxpass.records import actions as records
from vaxpass.records.models import DoseVersion, Look, VersionState
from vaxpass.records.queries import get_versions
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
Step = Callable[..., UUID]


def signed_in(officer_id: int) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(pk=officer_id), "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def browser(clerk: Actor) -> Client:
    return signed_in(clerk.officer_id)


def upload(client: Client, content: bytes, name: str = "danh-sach.csv") -> str:
    answer = client.post(reverse("facility:upload_new"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def walk(client: Client, content: bytes, name: str = "danh-sach.csv") -> str:
    """Upload, keep the guessed columns, confirm; give the page's address."""
    address = have_checked(client, content, name)
    assert client.post(address + "confirm", {"stated": "yes"}).status_code == 302
    return address


def have_checked(client: Client, content: bytes, name: str = "danh-sach.csv") -> str:
    """Upload, keep the guessed columns; give the page's address."""
    address = upload(client, content, name)
    page = client.get(address).content.decode()
    chosen = {
        match[1]: match[2]
        for match in re.finditer(r'<select id="c-\w+" name="(\w+)".*?<option value="(\d+)" selected', page)
        if "</select>" not in match[0]
    }
    assert client.post(address + "columns", chosen).status_code == 302
    return address


def test_a_file_walks_through_the_desk(browser: Client) -> None:
    address = walk(browser, csv_file([row(1), row(2, lot="")]))
    page = browser.get(address).content.decode()
    assert "LOT_MISSING" in page
    assert "Thiếu số lô" in page
    assert DoseVersion.objects.count() == 1
    for name in ("facility:home", "facility:uploads", "facility:records", "facility:entry", "facility:upload_new"):
        assert browser.get(reverse(name)).status_code == 200


def test_refused_rows_come_back_mended(browser: Client) -> None:
    evil = '=HYPERLINK("http://x","y")'
    address = walk(browser, csv_file([row(1), row(2, lot=""), row(3, name=evil), row(4, day="31/02/2021")]))
    answer = browser.get(address + "refused.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0][-3:] == ["Dòng trong tệp cũ", "Lý do (tiếng Việt)", "Reason (English)"]
    assert [line[-3] for line in lines[1:]] == ["3", "4", "5"]
    assert lines[1][-1] == "Lot: The lot is missing. Enter it from the paper record."
    assert lines[2][1] == evil
    assert sheet.cell(3, 2).data_type == "s"
    sheet.cell(2, 12).value = "FK0112"
    sheet.cell(4, 10).value = date(2021, 9, 2)
    target = io.BytesIO()
    sheet.parent.save(target)
    again = walk(browser, target.getvalue(), "refused.xlsx")
    assert DoseVersion.objects.count() == 3
    assert "NAME_LETTERS" in browser.get(again).content.decode()
    answer = browser.get(again + "refused.xlsx")
    headers = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0][1]]
    assert headers.count("Reason (English)") == 1
    assert list(Act.objects.filter(verb="download_refused_rows").values_list("officer_id", flat=True))


@pytest.mark.parametrize(
    ("content", "words"), [(b" ", "trống"), (b"a,b\r\n1,2\r\n", "tiêu đề"), (b"%PDF-1.4", "Đây không phải bảng tính")]
)
def test_a_refused_file_is_said_beside_the_field(browser: Client, content: bytes, words: str) -> None:
    answer = browser.post(reverse("facility:upload_new"), {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


def test_missing_columns_are_said_and_the_choice_stays(browser: Client) -> None:
    address = upload(browser, csv_file([row(1)]))
    answer = browser.post(address + "columns", {"name": "1", "birth": "2"})
    assert answer.status_code == 422
    assert "Chưa chọn cột cho: Giới tính" in answer.content.decode()
    assert '<option value="2" selected>Ngày sinh' in answer.content.decode()


def test_a_clerk_of_another_facility_gets_404(browser: Client, other_clerk: Actor, checked: Step, stored: Step) -> None:
    stored(csv_file([row(1)]))
    (version_id,) = versions()
    upload_id = checked(csv_file([row(2, lot=""), row(3)]))
    stranger = signed_in(other_clerk.officer_id)
    for name, args in (
        ("upload", [upload_id]), ("upload_refused", [upload_id]), ("upload", [uuid4()]), ("record", [version_id]),
        ("mend", [version_id]), ("record", [version_id + 999]),
    ):  # fmt: skip
        assert stranger.get(reverse(f"facility:{name}", args=args)).status_code == 404, name
    for name, args in (
        ("upload_map", [upload_id]), ("upload_confirm", [upload_id]), ("upload_discard", [upload_id]),
        ("withdraw", [version_id]), ("mend", [version_id]),
    ):  # fmt: skip
        assert (
            stranger.post(reverse(f"facility:{name}", args=args), {"reason": "WITHDRAWN_NOT_GIVEN"}).status_code == 404
        )
    assert browser.get(reverse("facility:upload_map", args=[upload_id])).status_code == 405


ENTRY = {
    "name": "Nguyễn Thị Hường", "birth": "17/05/1990", "sex": "2", "number": "040190000001", "vaccine": "EU/1/20/1528",
    "lot": "FK1", "day": "01/09/2021",
}  # fmt: skip


def test_the_form_keeps_what_was_typed_and_names_the_field(browser: Client) -> None:
    answer = browser.post(reverse("facility:entry"), ENTRY | {"day": "31/02/2021", "address": "Xóm 3"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Không có ngày này trong lịch" in page
    assert 'value="31/02/2021"' in page
    assert 'value="Xóm 3"' in page
    assert browser.post(reverse("facility:entry"), ENTRY).status_code == 302
    assert DoseVersion.objects.count() == 1
    assert "đã có" in browser.post(reverse("facility:entry"), ENTRY).content.decode()


def test_a_record_is_mended_by_form_and_its_versions_are_linked(browser: Client, stored: Step) -> None:
    stored(csv_file([row(1, sex="Nam")]))
    (version_id,) = versions()
    assert browser.get(reverse("facility:mend", args=[version_id])).status_code == 422  # still being compared
    records.move_all([version_id], Verb.REPORT_UNSENDABLE, now=NOW, reason="IDENTITY_SEX_DIGIT")
    page = browser.get(reverse("facility:mend", args=[version_id])).content.decode()
    assert 'value="17/05/1990"' in page
    assert re.search(r'<select name="sex"[^>]*class="[^"]*suspect', page)
    answer = browser.post(reverse("facility:mend", args=[version_id]), ENTRY | {"lot": ""})
    assert answer.status_code == 422
    answer = browser.post(reverse("facility:mend", args=[version_id]), ENTRY)
    assert answer.status_code == 302
    (new_id,) = versions()
    assert VersionState.objects.get(pk=version_id).state == State.REPLACED
    page = browser.get(reverse("facility:record", args=[new_id])).content.decode()
    assert reverse("facility:record", args=[version_id]) in page
    assert browser.get(reverse("facility:record", args=[version_id])).status_code == 200
    purposes = set(Look.objects.values_list("purpose", flat=True))
    assert {"record", "mend"} <= purposes


def test_withdrawing_needs_a_reason(browser: Client, stored: Step) -> None:
    stored(csv_file([row(1)]))
    (version_id,) = versions()
    mismatched([version_id])
    assert browser.post(reverse("facility:withdraw", args=[version_id]), {}).status_code == 422
    answer = browser.post(
        reverse("facility:withdraw", args=[version_id]), {"reason": "WITHDRAWN_TYPED_TWICE"}, follow=True
    )
    assert "nhập hai lần" in answer.content.decode()
    assert VersionState.objects.get(pk=version_id).state == State.WITHDRAWN


def test_the_list_to_mend_goes_out_and_comes_back(browser: Client, stored: Step) -> None:
    stored(csv_file([row(1), row(2), row(3)]))
    ids = versions()
    mismatched(ids[:2])
    answer = browser.get(reverse("facility:mending_list"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert {sheet.cell(2, 1).value, sheet.cell(3, 1).value} == {f"V{ids[0]}", f"V{ids[1]}"}
    sheet.cell(2, 2).value = "Nguyễn Thị Hương"
    target = io.BytesIO()
    sheet.parent.save(target)
    page = browser.get(walk(browser, target.getvalue(), "mend.xlsx")).content.decode()
    assert "RECORD_UNCHANGED" in page
    changed = int(str(sheet.cell(2, 1).value)[1:])
    assert VersionState.objects.get(pk=changed).state == State.REPLACED
    assert [one.identity.full_name for one in get_versions(versions())].count("Nguyễn Thị Hương") == 1


def test_people_are_found_by_words_and_number_and_each_shown_is_a_look(browser: Client, stored: Step) -> None:
    stored(csv_file([row(1), row(2, name="Lê Văn Tám", sex="Nam"), row(3, vaccine="Moderna")]))
    address = reverse("facility:records")
    assert "Lê Văn Tám" in browser.post(address, {"words": "tam le"}).content.decode()
    page = browser.post(address, {"number": "040190000003"}).content.decode()
    assert "Nguyễn Thị Hường" in page
    assert "Lê Văn Tám" not in page
    assert "Lê Văn Tám" not in browser.get(address, {"product": "EU/1/20/1507"}).content.decode()
    assert (
        "Lê Văn Tám" in browser.get(address, {"state": "1", "day": "01/09/2021", "sort": "given_on"}).content.decode()
    )
    assert "Lê Văn Tám" not in browser.get(address, {"state": "2"}).content.decode()
    assert Look.objects.filter(purpose="records").count() == 1 + 1 + 1 + 3


def test_a_province_reads_the_list_but_mends_nothing(stored: Step) -> None:
    stored(csv_file([row(1)]))
    mismatched(versions())
    officer = make_officer("province", make_office("40P01", "province"), "provincial_officer")
    client = signed_in(officer)
    assert "Nguyễn Thị Hường" in client.get(reverse("facility:records")).content.decode()
    assert client.get(reverse("facility:mend", args=versions())).status_code == 403
    assert client.get(reverse("facility:uploads")).status_code == 403


def test_a_large_file_waits_for_its_job(browser: Client) -> None:
    from vaxpass.jobs import intake as jobs

    rows = [row(serial) for serial in range(1, jobs.AT_ONCE + 2)]
    address = have_checked(browser, csv_file(rows))
    one = Upload.objects.get()
    assert one.status == "CHECKING"
    assert "http-equiv" in browser.get(address).content.decode()
    jobs.check_upload.func(str(one.pk))
    assert "1.001" in browser.get(address).content.decode()
    browser.post(address + "confirm", {})
    assert Upload.objects.get().status == "STORING"
    assert browser.get(address).status_code == 200
    jobs.store_upload.func(str(one.pk))
    assert DoseVersion.objects.count() == 1001
    assert not UploadPart.objects.exists()
    jobs.expire_uploads.func(0)


def test_no_personal_data_in_the_log(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    walk(browser, csv_file([row(1), row(2, name="Trương Định 7", lot="")]))
    browser.post(reverse("facility:entry"), ENTRY | {"day": "x"})
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert not re.search("Trương|Hường|040190|FK0112", said)


def test_a_hint_more_begins_a_new_sentence() -> None:
    form = DoseForm()
    _mark(form, ("name", "birth", "sex"))
    hints = {name: str(form.fields[name].help_text) for name in ("name", "birth", "sex")}
    assert all(hint.endswith("Hãy đối chiếu ô này với giấy tờ.") for hint in hints.values())
    assert not [hint for hint in hints.values() if re.search(r"[^.] Hãy đối chiếu|\.\. ", hint)]
