"""A citizen reports an error from the phone, without a script, and by keyboard; and follows it by its number."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.factories import make_office, make_officer, received
from tests.journeys.browser import check_accessible, take_screenshot
from tests.unit.desks_citizen.test_report import PAPER, code_sent
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen import captcha, report_photos
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.records.facts import Origin
from vaxpass.records.models import Person
from vaxpass.records.receiving import receive
from vaxpass.reports import actions as reports
from vaxpass.reports.evidence import Evidence, read_evidence
from vaxpass.reports.models import Report, ReportPhoto
from vaxpass.reports.rules import MoreCode, ReporterProof
from vaxpass.synth.papers import draw_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def facility(transactional_db: None) -> int:
    make_office("BYT", "ministry")
    make_office("40", "province")
    make_office("40C01", "commune", commune_code="16690")
    return make_office()


@pytest.fixture
def clerk(facility: int) -> int:
    officer = make_officer("clerk", facility, "facility_head")
    receive([received()], Origin(facility, officer, facility, datetime.now(UTC)))
    return officer


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What of the photos really came over the line."""
    seen: list[bytes] = []

    def noted(name: str, data: bytes) -> list[Evidence]:
        seen.append(data)
        return read_evidence(name, data)

    monkeypatch.setattr(report_photos, "read_evidence", noted)
    return seen


def photo_file(name: str = "IMG_0001.JPG", size: tuple[int, int] = (4000, 3000)) -> FilePayload:
    """A phone's photo: large, held upright, with the place where it was taken."""
    small = Image.open(io.BytesIO(draw_photo(PAPER, located=True)))
    written = io.BytesIO()
    small.resize(size).save(written, "JPEG", quality=95, exif=small.getexif())
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


def go_on(view: Page, name: str = "Tiếp tục") -> None:
    view.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def look(view: Page, name: str) -> None:
    check_accessible(view)
    take_screenshot(view, f"report-{name}")


def say_who(view: Page, *, child: bool = False) -> None:
    view.goto("/citizen/report/")
    if child:
        view.get_by_label("Cho con tôi").check()
        view.get_by_label("Họ và tên của quý vị").fill("Trần Văn Mẹo")
    view.get_by_label("Họ và tên người được tiêm").fill("Nguyễn Thị Hường")
    view.get_by_label("Ngày sinh người được tiêm").fill("17/5/1990")


def tick(view: Page, wrong: str) -> None:
    view.locator(f"[name=wrongs][value={wrong}]").check()


def choose_facility(view: Page) -> None:
    view.get_by_label("Tỉnh hoặc thành phố").select_option("40")
    view.get_by_label("Tên nơi đó").fill("co so 40a")
    go_on(view, "Tìm")
    view.get_by_label("Cơ sở 40A01").check()


def answer_the_question(view: Page) -> None:
    """By trying, as a machine would; a person adds two numbers."""
    asked = captcha._SIGNER.unsign_object(view.locator("[name=question]").get_attribute("value") or "")
    for number in range(60):
        if captcha._answer_hash(asked["nonce"], str(number)) == asked["answer"]:
            view.locator("[name=answer]").fill(str(number))


def test_from_the_phone_with_the_camera(phone: Page, facility: int, bodies: list[bytes]) -> None:
    say_who(phone)
    look(phone, "who-phone")
    go_on(phone)
    tick(phone, "BIRTH_DATE")
    look(phone, "what-phone")
    go_on(phone)
    phone.get_by_label("Ngày sinh").fill("18/5/1990")
    look(phone, "right-phone")
    go_on(phone)
    choose_facility(phone)
    look(phone, "where-phone")
    go_on(phone)
    sent = photo_file()
    assert b"Exif" in sent["buffer"]
    assert phone.get_by_label("Chụp ảnh").get_attribute("capture") == "environment"
    phone.get_by_label("Chụp ảnh").set_input_files(sent)
    expect(phone.get_by_text("Sẵn sàng gửi")).to_be_visible()
    look(phone, "photos-chosen-phone")
    go_on(phone, "Thêm các ảnh này")
    expect(phone.get_by_role("img", name="Ảnh 1")).to_be_visible()
    look(phone, "photos-phone")
    (body,) = bodies
    arrived = Image.open(io.BytesIO(body))
    assert b"Exif" not in body
    assert not dict(arrived.getexif())
    assert arrived.size == (1500, 2000)  # upright: the camera's turn was applied on the device
    assert len(body) < len(sent["buffer"]) / 3
    go_on(phone)
    phone.get_by_label("Số điện thoại của quý vị").fill("0912 345 678")
    expect(phone.locator("[data-captcha-work]")).not_to_have_value("", timeout=30_000)
    look(phone, "check-phone")
    go_on(phone, "Gửi mã cho tôi")
    expect(phone.get_by_role("heading", name="Mã xác nhận")).to_be_visible()
    look(phone, "code-phone")
    phone.get_by_label("Mã", exact=True).fill(code_sent())
    go_on(phone, "Gửi phản ánh")
    expect(phone.get_by_text("đã được tiếp nhận")).to_be_visible()
    look(phone, "receipt-phone")
    number = phone.get_by_text(re.compile(r"^PA-")).inner_text()
    assert number.replace("-", "")[2:] not in phone.url
    report = Report.objects.get()
    assert (report.proof, report.office_id) == (ReporterProof.NEW_PHONE, facility)
    assert ReportPhoto.objects.count() == 1
    follow_by_number(phone, number, facility)


def follow_by_number(view: Page, number: str, facility: int) -> None:
    """In the same browser after closing it: asked, answered, refused, objected."""
    go_on(view, "Xong, rời trang này")
    look(view, "follow-phone")
    officer = get_actor(Officer.objects.get(pk=make_officer("answers", facility, "facility_head")))
    report = Report.objects.get()
    reports.ask_more(officer, report.pk, MoreCode.PHOTO_SHARPER, "Chụp lại mặt sau", now=datetime.now(UTC))
    view.get_by_label("Mã hồ sơ phản ánh").fill(number.lower())
    go_on(view, "Xem phản ánh")
    expect(view.get_by_text("Chụp lại mặt sau").first).to_be_visible()
    look(view, "asked-phone")
    view.get_by_label("Nội dung trả lời").fill("Đây là mặt sau")
    view.get_by_label("Chọn ảnh").set_input_files([photo_file("mat-sau.jpg", (1200, 900)), a_zip()])
    go_on(view, "Gửi trả lời")
    expect(view.get_by_role("alert")).to_contain_text("tệp nén")
    assert view.get_by_label("Nội dung trả lời").input_value() == "Đây là mặt sau"
    look(view, "asked-refused-phone")
    view.get_by_label("Chọn ảnh").set_input_files(photo_file("mat-sau.jpg", (1200, 900)))
    go_on(view, "Gửi trả lời")
    expect(view.get_by_text("Đang xử lý")).to_be_visible()
    assert ReportPhoto.objects.count() == 2
    reports.refuse(officer, report.pk, "CORRECTION_PROOF_BLURRED", now=datetime.now(UTC))
    view.reload()
    look(view, "refused-phone")
    view.get_by_label("Vì sao việc từ chối là không đúng").fill("Ảnh thứ hai rõ")
    go_on(view, "Gửi khiếu nại")
    expect(view.get_by_text("Đang xử lý")).to_be_visible()
    assert not view.get_by_text("Gửi khiếu nại").is_visible()


def a_zip() -> FilePayload:
    return {"name": "anh.jpg", "mimeType": "application/zip", "buffer": b"PK\x03\x04" + bytes(200)}


def test_without_a_script_for_a_child(no_script_page: Page, facility: int) -> None:
    view = no_script_page
    say_who(view, child=True)
    go_on(view)
    tick(view, "MISSING_DOSE")
    go_on(view)
    go_on(view)
    expect(view.get_by_role("alert")).to_be_visible()
    take_screenshot(view, "report-right-refused")
    view.get_by_label("Ngày tiêm").fill("1/9/2021")
    view.get_by_label("Vắc xin").select_option("EU/1/20/1528")
    view.get_by_label("Giới tính").select_option("2")
    go_on(view)
    view.get_by_label("Chỉ biết xã, phường").check()
    view.get_by_label("Tỉnh hoặc thành phố").select_option("40")
    go_on(view, "Tìm")
    take_screenshot(view, "report-where")
    view.get_by_label("Cơ sở 40C01").check()
    go_on(view)
    view.get_by_label("Chọn ảnh").set_input_files([photo_file(size=(1600, 1200)), a_zip()])
    go_on(view, "Thêm và tiếp tục")
    expect(view.get_by_role("alert")).to_contain_text("tệp nén")
    take_screenshot(view, "report-photos")
    go_on(view)
    view.get_by_label("Số điện thoại của quý vị").fill("0912345678")
    answer_the_question(view)
    take_screenshot(view, "report-check")
    go_on(view, "Gửi mã cho tôi")
    view.get_by_label("Mã", exact=True).fill(code_sent())
    go_on(view, "Gửi phản ánh")
    expect(view.get_by_text("đã được tiếp nhận")).to_be_visible()
    take_screenshot(view, "report-receipt")
    assert ReportPhoto.objects.count() == 1
    assert Report.objects.get().relation == "CHILD"
    view.get_by_role("link", name="Rút phản ánh").click()
    go_on(view, "Rút phản ánh")
    expect(view.get_by_text("Đã rút").first).to_be_visible()


def come_in(view: Page, live_url: str) -> None:
    """The session of somebody who showed by a code that the record is his."""
    session = SessionStore()
    session[SESSION_KEY] = Citizen(frozenset({Person.objects.get().pk}), Proof.PHONE, datetime.now(UTC)).to_session()
    session.create()
    view.context.add_cookies([
        {"name": "sessionid", "value": str(session.session_key), "url": live_url},
        {"name": "django_language", "value": "en", "url": live_url},
    ])  # fmt: skip


def test_a_proven_citizen_by_keyboard_in_english(page: Page, clerk: int, live_server) -> None:
    come_in(page, live_server.url)
    page.goto("/citizen/report/")
    look(page, "who-proven")
    page.get_by_label(re.compile("dose of 01/09/2021")).focus()
    page.keyboard.press("Space")
    press_button(page, "Continue")
    page.locator("[name=wrongs][value=LOT]").focus()
    page.keyboard.press("Space")
    look(page, "what-proven")
    press_button(page, "Continue")
    expect(page.get_by_text("FK0112")).to_be_visible()
    page.get_by_label("Lot").focus()
    page.keyboard.type("FK0113")
    look(page, "right-proven")
    page.keyboard.press("Enter")
    press_button(page, "Add and continue")
    expect(page.get_by_text("•••• 0001")).to_be_visible()
    look(page, "check-proven")
    press_button(page, "Send the report")
    expect(page.get_by_text("Your report has been received.")).to_be_visible()
    look(page, "receipt-proven")
    report = Report.objects.get()
    assert report.proof == ReporterProof.PHONE
    assert report.version_id is not None


def press_button(view: Page, name: str) -> None:
    view.get_by_role("main").get_by_role("button", name=name, exact=True).focus()
    view.keyboard.press("Enter")


def test_an_old_browser_that_turns_nothing_is_helped(phone: Page, facility: int, bodies: list[bytes]) -> None:
    """This browser turns photos itself, so that the script's own turn, forced here, shows as one turn more."""
    phone.add_init_script("CSS.supports = () => false")
    to_the_photos(phone)
    phone.get_by_label("Chọn ảnh").set_input_files(photo_file())
    go_on(phone, "Thêm các ảnh này")
    expect(phone.get_by_role("img", name="Ảnh 1")).to_be_visible()
    (body,) = bodies
    assert Image.open(io.BytesIO(body)).size == (2000, 1500)


def to_the_photos(view: Page) -> None:
    say_who(view)
    go_on(view)
    tick(view, "NAME")
    go_on(view)
    go_on(view)
    choose_facility(view)
    go_on(view)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(phone: Page, facility: int) -> None:
    to_the_photos(phone)
    huge: FilePayload = {"name": "giay.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4" + bytes(16_000_000)}
    phone.get_by_label("Chọn ảnh").set_input_files(huge)
    go_on(phone, "Thêm các ảnh này")
    expect(phone.get_by_role("status").filter(has_text="16 MB")).to_be_visible()
