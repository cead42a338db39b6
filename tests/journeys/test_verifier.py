"""A border officer whose browser runs no JavaScript checks on the server: by text and by picture."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.passports import Ministry, make_ministry
from tests.factories.published import make_folder
from tests.journeys.browser import check_accessible, take_screenshot
from tests.journeys.verifier_pages import CANNOT_TELL, HOLDER, NOT_VALID, TEXT, VALID, expect_answer, flipped, photo_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def _published(ministry: Ministry, tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_DIR = tmp_path / "published"
    make_folder(settings.PUBLISH_DIR, [ministry], NOW).write(NOW - timedelta(minutes=20))


def send(page: Page, text: str) -> None:
    page.goto("/verify/on-server/")
    page.get_by_label(TEXT).fill(text)
    page.get_by_role("button", name="Gửi chuỗi ký tự để kiểm tra").click()


def test_the_page_leads_to_the_server_and_says_that_the_text_is_sent(no_script_page: Page) -> None:
    no_script_page.goto("/verify/")
    expect(no_script_page.get_by_text("Trình duyệt này không kiểm tra được trên thiết bị")).to_be_visible()
    take_screenshot(no_script_page, "offline-no-script")
    no_script_page.get_by_role("link", name="Kiểm tra trên máy chủ").click()

    expect(no_script_page.get_by_text("Những gì quý vị đưa vào đây sẽ được gửi đi.")).to_be_visible()


def test_the_three_answers_by_text(no_script_page: Page, ministry: Ministry) -> None:
    text = ministry.issue(EARLIER)
    stranger = make_ministry(NOW).issue(EARLIER)
    for handed, answer in ((text, VALID), (flipped(text), NOT_VALID), (stranger, CANNOT_TELL)):
        send(no_script_page, handed)
        expect_answer(no_script_page, answer)
        expect(no_script_page.get_by_text(HOLDER)).to_have_count(int(answer == VALID))
        no_script_page.get_by_role("link", name="Người tiếp theo").click()
        expect(no_script_page.get_by_label(TEXT)).to_have_value("")


def test_the_answers_by_picture(no_script_page: Page, ministry: Ministry, tmp_path: Path) -> None:
    no_picture = tmp_path / "b.png"
    no_picture.write_bytes(b"not a picture")
    for file, answer in ((photo_of(ministry.issue(EARLIER), tmp_path / "a.jpg", 20), VALID), (no_picture, CANNOT_TELL)):
        no_script_page.goto("/verify/on-server/")
        no_script_page.get_by_label("Hình chụp mã QR").set_input_files(file)
        no_script_page.get_by_role("button", name="Gửi hình để kiểm tra").click()
        expect_answer(no_script_page, answer)


def test_five_megabytes_are_answered(page: Page) -> None:
    send(page, "A" * 5_000_000)

    expect_answer(page, NOT_VALID, "TEXT_TOO_LONG")


def test_with_javascript_one_key_press_clears_the_answer(page: Page, ministry: Ministry) -> None:
    for key in ("Enter", "Escape"):
        send(page, ministry.issue(EARLIER))
        expect_answer(page, VALID)
        page.keyboard.press(key)
        expect(page.get_by_label(TEXT)).to_have_value("")
        expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_the_pages_look_right(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        view.goto("/verify/on-server/")
        check_accessible(view)
        take_screenshot(view, "verifier-on-server" + suffix)
        send(view, ministry.issue(EARLIER))
        check_accessible(view)
        take_screenshot(view, "verifier-on-server-valid" + suffix)
