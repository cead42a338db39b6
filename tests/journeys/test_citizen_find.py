"""Finding one's record in a real browser: with and without JavaScript, on a phone, by keyboard, in both languages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bench.citizen_page import transferred
from tests.contract.eid.conftest import SECRET, start_provider, stop_provider
from tests.journeys.browser import check_accessible, take_screenshot
from tests.unit.citizens.conftest import NUMBER, NUMBERS, Recorded
from vaxpass.citizens.models import Challenge
from vaxpass.jobs.citizens import send_code
from vaxpass.notices.models import Notice
from vaxpass.records.sealing import open_seal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def recorded(transactional_db: None) -> Recorded:
    """One person with a dose and a phone."""
    found = Recorded()
    found.dose()
    return found


def work() -> str:
    """Do what the worker does; give the code that came to the phone."""
    for challenge in Challenge.objects.filter(settled_at=None):
        send_code(challenge_id=challenge.pk)
    newest = Notice.objects.filter(template="CODE").order_by("pk").last()
    return str(json.loads(open_seal(newest.facts_sealed))["code"]) if newest else ""


def fill(page: Page, number: str = NUMBER) -> None:
    page.get_by_label("Họ và tên").fill("nguyen thi huong")
    page.get_by_label("Ngày sinh").fill("17/5/1990")
    page.get_by_label("Số giấy tờ hoặc số điện thoại").fill(number)


def answer_in_words(page: Page) -> None:
    question = page.locator("label[for=captcha-answer]").inner_text()
    words = re.fullmatch(r"(.*) cộng (.*) bằng bao nhiêu\? .*", question).groups()
    page.get_by_label(question).fill(str(sum(NUMBERS.index(word.lower()) + 2 for word in words)))


def test_on_a_phone_the_work_is_done_by_itself_and_the_code_opens_the_record(recorded: Recorded, phone: Page) -> None:
    phone.goto("/citizen/find/")
    expect(phone.locator("[data-captcha-words]")).to_be_hidden()
    check_accessible(phone)
    fill(phone)
    expect(phone.locator("[data-captcha-status]")).to_contain_text("Đã kiểm tra xong")
    take_screenshot(phone, "citizen-find-phone")
    phone.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nhập mã")
    check_accessible(phone)
    take_screenshot(phone, "citizen-find-code-phone")
    code = work()
    phone.get_by_label("Mã sáu số").fill(f"{(int(code) + 1) % 1_000_000:06}")
    phone.get_by_role("button", name="Mở hồ sơ của tôi").click()
    expect(phone.get_by_role("alert")).to_contain_text("Quý vị còn nhập được 4 lần")
    check_accessible(phone)
    take_screenshot(phone, "citizen-find-code-wrong-phone")
    phone.get_by_label("Mã sáu số").fill(code)
    phone.get_by_role("button", name="Mở hồ sơ của tôi").click()
    phone.wait_for_url("**/citizen/record/")
    assert code not in phone.url


def test_sent_before_the_work_is_done_it_goes_by_itself_as_soon_as_it_is(recorded: Recorded, phone: Page) -> None:
    phone.goto("/citizen/find/")
    fill(phone)
    phone.get_by_label("Số giấy tờ hoặc số điện thoại").press("Enter")
    phone.wait_for_url("**/citizen/find/code/")
    assert work()


def test_without_javascript_a_question_in_words_is_answered(recorded: Recorded, no_script_page: Page) -> None:
    page = no_script_page
    page.goto("/citizen/find/")
    fill(page)
    take_screenshot(page, "citizen-find-no-script")
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa có câu trả lời")
    expect(page.get_by_label("Họ và tên")).to_have_value("nguyen thi huong")
    answer_in_words(page)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.get_by_label("Mã sáu số").fill(work())
    page.get_by_role("button", name="Mở hồ sơ của tôi").click()
    page.wait_for_url("**/citizen/record/")


def test_by_keyboard_alone(recorded: Recorded, page: Page) -> None:
    page.goto("/citizen/find/")
    expect(page.locator("[data-captcha-status]")).to_contain_text("Đã kiểm tra xong")
    page.get_by_label("Họ và tên").focus()
    for text in ("NGUYỄN THỊ HƯỜNG", "1990", "0912 345 678"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_label("Tin nhắn đến số điện thoại trong hồ sơ của tôi")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Gửi mã cho tôi")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/citizen/find/code/")
    page.get_by_label("Mã sáu số").focus()
    page.keyboard.type(work())
    page.keyboard.press("Enter")
    page.wait_for_url("**/citizen/record/")


def test_who_is_not_there_sees_the_same_page(recorded: Recorded, page: Page) -> None:
    page.goto("/citizen/find/")
    fill(page, "040190999999")
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("heading", name="Sau hai phút chưa có mã?")).to_be_visible()
    take_screenshot(page, "citizen-find-code")
    check_accessible(page)
    assert work() == ""


def test_in_english_and_with_mistakes(recorded: Recorded, page: Page) -> None:
    page.goto("/citizen/find/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find my record")
    page.get_by_label("Full name").fill("Nguyen Thi Huong")
    page.get_by_label("Date of birth").fill("31/2/1990")
    page.get_by_label("ID number or phone number").fill("12")
    page.get_by_role("button", name="Send me the code").click()
    expect(page.get_by_role("alert")).to_contain_text("This birth date cannot be read")
    check_accessible(page)
    take_screenshot(page, "citizen-find-mistakes-en")


def test_the_first_page_is_light(recorded: Recorded, phone: Page, live_server: LiveServer) -> None:
    assert sum(transferred(phone, f"{live_server.url}/citizen/find/").values()) < 100_000


def test_with_the_electronic_identity(
    recorded: Recorded, page: Page, live_server: LiveServer, tmp_path: Path, settings: Any
) -> None:
    people = tmp_path / "people.json"
    who = {"name": "Nguyễn Thị Hường", "birth_date": "1990-05-17", "sex": "F", "number": NUMBER}
    people.write_text(json.dumps([who]), encoding="utf-8")
    process, url = start_provider(people)
    settings.EID = {"issuer": url, "client_id": "vaxpass", "client_secret": SECRET, "scope": "openid", "claims": {}}
    try:
        page.goto("/citizen/find/")
        take_screenshot(page, "citizen-find")
        page.get_by_role("link", name="Vào bằng VNeID").click()
        page.get_by_role("button", name="Hủy").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Chưa vào được bằng VNeID")
        check_accessible(page)
        page.get_by_role("link", name="Về trang tìm hồ sơ").click()
        page.get_by_role("link", name="Vào bằng VNeID").click()
        page.get_by_role("button", name=re.compile("Nguyễn Thị Hường")).click()
        page.wait_for_url("**/citizen/record/")
    finally:
        stop_provider(process)
    assert Notice.objects.filter(template="VISIT_WARNING").count() == 1
