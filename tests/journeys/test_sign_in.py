"""An officer signs in, sets up a second factor, and an administrator gives an account: in a real browser."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.factories import make_office, make_officer
from tests.journeys.browser import check_accessible, sign_in, take_screenshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_PAGE = "Khó khăn, vướng mắc trong tỉnh"
"""The heading of a support agent's first page."""


@pytest.fixture(autouse=True)
def _people() -> None:
    cache.clear()
    make_officer("clerk", make_office(), "facility_clerk", "facility_head")
    make_officer("root", make_office("MOH", "ministry"), "system_administrator")
    make_officer("agent", make_office("SUP", "support"), "support_agent")


def code_of_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_the_own_account_says_what_the_roles_allow(page: Page, phone: Page) -> None:
    sign_in(page, "agent")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST_PAGE)
    check_accessible(page)
    page.goto("/account/")
    expect(page.get_by_text("Trả lời khó khăn, vướng mắc của cơ sở")).to_be_visible()
    for view, name in ((page, "account"), (phone, "account-phone")):
        if view is phone:
            sign_in(view, "agent")
            view.goto("/account/")
        check_accessible(view)
        take_screenshot(view, name)


def test_signing_out_from_the_menu(page: Page) -> None:
    sign_in(page, "agent")
    page.locator(".officer summary").click()
    check_accessible(page)
    take_screenshot(page, "officer-menu")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))


def test_wrong_passwords_say_so_and_then_lock(page: Page) -> None:
    sign_in(page, "clerk", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("clerk")
    check_accessible(page)
    take_screenshot(page, "sign-in-wrong")
    for _ in range(4):
        sign_in(page, "clerk", "wrong")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tạm khóa đăng nhập")
    check_accessible(page)
    take_screenshot(page, "sign-in-locked")
    sign_in(page, "clerk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tạm khóa đăng nhập")


def test_a_second_factor_from_nothing_to_the_desk(page: Page, phone: Page, settings: Any) -> None:
    settings.SECOND_FACTOR_MAY_BE_WAIVED = False
    sign_in(page, "agent")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thiết lập xác thực lớp thứ hai")
    check_accessible(page)
    take_screenshot(page, "second-factor-set-up")
    secret = page.locator("code").first.inner_text()
    page.get_by_label("Mã từ ứng dụng").fill(code_of_now(secret))
    page.get_by_role("button", name="Bật").click()
    expect(page.locator(".codes li")).to_have_count(10)
    check_accessible(page)
    take_screenshot(page, "second-factor-codes")
    page.goto("/account/second-factor/")
    check_accessible(page)
    take_screenshot(page, "second-factor")
    cache.clear()  # the code of this half minute was used just now, and is good once
    sign_in(phone, "agent")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bước thứ hai")
    check_accessible(phone)
    take_screenshot(phone, "second-step-phone")
    phone.get_by_label("Mã", exact=True).fill(code_of_now(secret))
    phone.get_by_role("button", name="Đăng nhập").last.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(FIRST_PAGE)


def test_an_administrator_gives_an_account_without_a_script(no_script_page: Page) -> None:
    page = no_script_page
    sign_in(page, "root")
    page.get_by_role("link", name="Cấp tài khoản mới").first.click()
    page.get_by_label("Họ và tên").fill("Lê Thị Bình")
    page.get_by_label("Tên đăng nhập").fill("binh")
    page.get_by_label("Mã đơn vị").fill("NONE9")
    page.get_by_label("Nhân viên nhập liệu").check()
    page.get_by_role("button", name="Cấp tài khoản").click()
    expect(page.get_by_role("alert")).to_contain_text("NONE9")
    expect(page.get_by_label("Họ và tên")).to_have_value("Lê Thị Bình")
    take_screenshot(page, "officers-enrol-refused")
    page.get_by_label("Mã đơn vị").fill("40A01")
    page.get_by_role("button", name="Cấp tài khoản").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trao mật khẩu đầu tiên")
    password = page.locator("dd code").last.inner_text()
    page.locator(".officer summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "binh", password)
    expect(page).to_have_url(re.compile("/account/second-factor/app/"))


def test_the_officers_table_narrows_without_a_reload(page: Page, phone: Page) -> None:
    sign_in(page, "root")
    expect(page.locator("#table-officers tbody tr")).to_have_count(3)
    check_accessible(page)
    take_screenshot(page, "officers")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Loại đơn vị").select_option("facility")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("#table-officers tbody tr")).to_have_count(1)
    assert page.evaluate("window.sameDocument")
    assert "kind=facility" in page.url
    page.get_by_role("link", name="Tên đăng nhập").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Tên đăng nhập")
    assert page.evaluate("window.sameDocument")
    page.get_by_role("link", name="Cán bộ clerk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cán bộ clerk")
    check_accessible(page)
    take_screenshot(page, "officer")
    page.get_by_role("button", name="Tắt tài khoản").click()
    check_accessible(page)
    take_screenshot(page, "officer-switch-off")
    sign_in(phone, "root")
    check_accessible(phone)
    take_screenshot(phone, "officers-phone")


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Đến nội dung chính")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("agent")
    page.keyboard.press("Tab")
    page.keyboard.type("agentagent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST_PAGE)


def test_the_language_changes_the_page_and_stays(page: Page) -> None:
    page.goto("/citizen/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vaccination record and your vaccine passport")
    page.goto("/")
    check_accessible(page)
    take_screenshot(page, "open-en")


def test_a_security_key_is_added_and_opens_the_desk(page: Page, settings: Any) -> None:
    settings.SECOND_FACTOR_MAY_BE_WAIVED = False
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_in(page, "agent")
    page.get_by_role("link", name="Tôi muốn dùng khóa bảo mật").click()
    check_accessible(page)
    page.get_by_role("main").get_by_role("button", name="Thêm khóa").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/account/second-factor/keys/")
    check_accessible(page)
    take_screenshot(page, "security-keys")
    page.locator(".officer summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "agent")
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST_PAGE)


def test_the_demo_shows_that_it_is_one(page: Page, phone: Page, settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.STATE_DIR = True, tmp_path
    listed = [
        {
            "username": "clerk",
            "password": "clerkclerk",
            "office": "Trạm y tế phường Mẫu",
            "role": "Nhân viên nhập liệu",
        },
        {"username": "root", "password": "rootroot", "office": "Bộ Y tế", "role": "Quản trị hệ thống"},
    ]
    (tmp_path / "demo-sign-ins.json").write_text(json.dumps(listed))
    for view, name in ((page, "demo-start"), (phone, "demo-start-phone")):
        view.goto("/")
        expect(view.get_by_text("Dữ liệu giả lập")).to_be_visible()
        expect(view.get_by_text("clerkclerk")).to_be_visible()
        check_accessible(view)
        take_screenshot(view, name)
