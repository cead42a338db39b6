"""The passport kept on the phone: by the holder's press alone, open in flight mode, told when ended, removable."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer
from vaxproof.log.leaf import cose_digest

from tests.factories.citizens import issue, let_in
from tests.factories.public_log import ORIGIN, PublicLog
from tests.factories.signing import attested_person, make_key, make_ministry
from tests.journeys.browser import check_accessible, take_screenshot
from vaxpass.passports import queries
from vaxpass.passports.facts import PassportFacts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEEP = "Lưu trên máy này để dùng khi không có mạng"
NAME = "Nguyễn Thị Hường"
SHELL = "/citizen/kept/"
PATIENCE = 60_000  # milliseconds: half a hundred files are installed, on whatever machine


@pytest.fixture
def passport(transactional_db: None) -> PassportFacts:
    ministry = make_ministry()
    attested_person(ministry, 1)
    return issue(ministry, make_key())[0]


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> PublicLog:
    """A public log of others, whose key the page pins; nothing is written yet."""
    settings.PUBLISH_DIR = tmp_path / "published"
    settings.LOG_ORIGIN = ORIGIN
    log = PublicLog(settings.PUBLISH_DIR / "log")
    settings.LOG_KEY = {**settings.LOG_KEY, "vkey": log.policy()["vkey"]}
    return log


def answer_questions(page: Page, log: PublicLog) -> list[str]:
    """Answer as the API does; gives what was asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.fulfill(body=log.bucket(asked[-1]), content_type="application/json")

    page.context.route("**/api/v1/log/issued/*", answer)
    return asked


def keep(page: Page, live_server: LiveServer, passport: PassportFacts) -> None:
    """Open the passport as its holder and press the button."""
    let_in(page, live_server, passport.person_id)
    page.goto("/citizen/passport/")
    page.get_by_role("button", name=KEEP).click()
    expect(page.get_by_text("Đã lưu trên máy này.")).to_be_visible(timeout=PATIENCE)


def open_kept(page: Page) -> None:
    page.goto(SHELL)
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=PATIENCE)


def test_it_opens_in_flight_mode_and_is_read_from_the_screen(
    phone: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts
) -> None:
    text = queries.hc1_text(passport)
    log.write([text], datetime.now(UTC))
    keep(phone, live_server, passport)
    check_accessible(phone)
    phone.context.clear_cookies()
    phone.context.set_offline(True)
    open_kept(phone)
    expect(phone.get_by_role("heading", name=NAME)).to_be_visible()
    (code,) = zxingcpp.read_barcodes(Image.open(take_screenshot(phone, "citizen-kept-phone")))
    assert code.text == text
    phone.get_by_text("Mười một trường thông tin").click()
    expect(phone.get_by_role("listitem").last).to_contain_text(passport.uvci)
    phone.reload()
    expect(phone.get_by_role("heading", name=NAME)).to_be_visible()


def test_nothing_is_kept_without_the_press(phone: Page, live_server: LiveServer, passport: PassportFacts) -> None:
    let_in(phone, live_server, passport.person_id)
    phone.goto("/citizen/passport/")
    expect(phone.get_by_role("button", name=KEEP)).to_be_visible()
    open_kept(phone)
    expect(phone.get_by_text("Chưa có hộ chiếu nào được lưu")).to_be_visible()
    check_accessible(phone)
    take_screenshot(phone, "citizen-kept-nothing-phone")


def test_the_question_tells_nobody_which_passport_is_meant(
    phone: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts
) -> None:
    text = queries.hc1_text(passport)
    log.write([text], datetime.now(UTC))
    asked = answer_questions(phone, log)
    keep(phone, live_server, passport)
    sent: list[Request] = []
    phone.on("request", lambda request: sent.append(request))  # noqa: PLW0108 -- playwright takes no builtin
    open_kept(phone)
    expect(phone.get_by_text("chưa hộ chiếu nào ở đây bị chấm dứt")).to_be_visible(timeout=PATIENCE)
    assert asked == [cose_digest(passport.cose).hex()[:1]]  # one digit: more than 32 others share it
    assert not [one for one in sent if one.method != "GET" or one.post_data]
    assert not [one.url for one in sent if passport.uvci in one.url or "HC1" in one.url]
    (question,) = [one for one in sent if "/log/issued/" in one.url]
    assert "cookie" not in question.all_headers()
    assert "referer" not in question.all_headers()


def test_one_that_was_ended_is_told_and_its_code_is_not_shown(
    phone: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts
) -> None:
    text = queries.hc1_text(passport)
    log.write([text], datetime.now(UTC), revoked=[text])
    answer_questions(phone, log)
    keep(phone, live_server, passport)
    open_kept(phone)
    expect(phone.get_by_text("Hộ chiếu này đã bị thay thế hoặc thu hồi")).to_be_visible(timeout=PATIENCE)
    expect(phone.locator(".show-code")).to_have_count(0)
    expect(phone.get_by_role("link", name="Lấy bản mới")).to_have_attribute("href", "/citizen/passport/")
    check_accessible(phone)
    take_screenshot(phone, "citizen-kept-ended-phone")
    phone.context.set_offline(True)  # what was learnt once is known without a network too
    phone.reload()
    expect(phone.get_by_text("Hộ chiếu này đã bị thay thế hoặc thu hồi")).to_be_visible()


def test_a_log_that_another_key_signed_is_not_believed(
    phone: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts, settings: Any
) -> None:
    text = queries.hc1_text(passport)
    forged = PublicLog(settings.PUBLISH_DIR / "log")
    forged.write([text], datetime.now(UTC), revoked=[text])
    asked = answer_questions(phone, forged)
    keep(phone, live_server, passport)
    open_kept(phone)
    expect(phone.get_by_text("Hiện không hỏi được nhật ký công khai")).to_be_visible(timeout=PATIENCE)
    expect(phone.locator(".show-code svg")).to_be_visible()
    assert not asked
    assert log.policy() != forged.policy()


def test_it_leaves_the_phone_by_two_presses(
    phone: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts
) -> None:
    log.write([queries.hc1_text(passport)], datetime.now(UTC))
    answer_questions(phone, log)
    keep(phone, live_server, passport)
    open_kept(phone)
    phone.get_by_role("button", name="Xóa khỏi máy này").click()
    check_accessible(phone)
    phone.get_by_role("button", name="Giữ lại").click()
    phone.get_by_role("button", name="Xóa khỏi máy này").click()
    phone.get_by_role("button", name="Đúng, xóa khỏi máy này").click()
    expect(phone.get_by_text("Đã xóa khỏi máy này.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Chưa có hộ chiếu nào được lưu")).to_be_visible()


def test_in_english_on_a_wide_screen(
    page: Page, live_server: LiveServer, log: PublicLog, passport: PassportFacts
) -> None:
    log.write([queries.hc1_text(passport)], datetime.now(UTC))
    answer_questions(page, log)
    keep(page, live_server, passport)
    open_kept(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passports kept on this phone")
    expect(page.locator(".show")).to_contain_text("Valid until")
    check_accessible(page)
    take_screenshot(page, "citizen-kept-english")


def test_it_opens_in_the_language_in_which_it_was_kept(
    phone: Page, live_server: LiveServer, passport: PassportFacts
) -> None:
    let_in(phone, live_server, passport.person_id)
    phone.goto("/citizen/passport/")
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("button", name="Keep on this phone").click()
    expect(phone.get_by_text("It is kept on this phone.")).to_be_visible(timeout=PATIENCE)
    open_kept(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Passports kept on this phone")


def test_without_javascript_the_way_is_told(no_script_page: Page) -> None:
    no_script_page.goto(SHELL)
    expect(no_script_page.get_by_role("main")).to_contain_text("Trang này cần JavaScript")
    expect(no_script_page.get_by_role("link", name="Hộ chiếu của tôi")).to_be_visible()
