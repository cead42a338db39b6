"""A difficulty from the page where it arose to its solution, on desktop and phone; the public page without script."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_office, make_officer
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.console.demo_support import open_demo_support
from vaxpass.console.demo_walk import Demo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def platform(tmp_path):
    from datetime import UTC, datetime

    facility = make_office("40001")
    branch = make_office("CN40", "support", province_code="40")
    demo = Demo(tmp_path)
    demo.keep_officers(
        {
            "clerk": make_officer("clerk", facility, "facility_clerk"),
            "signer": make_officer("signer", facility, "facility_signer"),
            "support": make_officer("support", branch, "support_agent"),
            "it": make_officer("it", make_office("BYT", "ministry"), "it_officer"),
        }
    )
    open_demo_support(demo, datetime.now(UTC), lambda _: None)


def show(page, name: str) -> None:
    check_accessible(page)
    take_screenshot(page, f"support-{name}")


@pytest.mark.usefixtures("platform")
def test_told_from_a_page_answered_by_keys(page):
    sign_in(page, "clerk")
    page.goto("/facility/records/999999/")
    page.get_by_role("link", name="Hỏi bộ phận hỗ trợ về việc này").click()
    assert page.get_by_text("RECORD_UNKNOWN").is_visible()
    show(page, "new")
    page.locator("#id_kind").select_option("SIGNING")
    page.get_by_label("Dừng việc: không ai ở đây làm tiếp được").check()
    page.get_by_label("Tóm tắt một dòng").fill("Token báo mã PIN sai khi ký")
    page.get_by_label("Quý vị đã làm gì và kết quả ra sao?").fill("Ký lô thì báo mã PIN sai, gọi 0912345678.")
    page.get_by_role("button", name="Gửi").click()
    take_screenshot(page, "support-warned")
    page.get_by_role("button", name="Che số rồi gửi").click()
    assert page.get_by_text("●●●").is_visible()
    take_screenshot(page, "support-told")
    page.goto("/support/mine/")
    show(page, "mine")
    page.context.clear_cookies()
    sign_in(page, "support")
    show(page, "queue")
    page.get_by_role("link", name="Bắt đầu từ việc đầu tiên").click()
    page.wait_for_selector("html[data-keys=on]")
    page.keyboard.press("s")
    expect(page.locator("#solve-text")).to_be_focused()
    page.keyboard.type("Nhà cung cấp đã mở khóa token.")
    show(page, "answering")
    page.get_by_role("button", name="Giải quyết xong").click()
    assert page.get_by_text("Đã xong. Đơn vị được báo.").is_visible()
    for name in ("levels", "problems"):
        page.goto(f"/support/{name}/")
        show(page, name)


@pytest.mark.usefixtures("platform")
def test_the_public_page_on_a_phone_and_the_desk(no_script_page, phone):
    no_script_page.goto("/support/status/")
    take_screenshot(no_script_page, "support-status")
    assert no_script_page.get_by_text("Đối sánh dân cư trả lời chậm vào giờ cao điểm").is_visible()
    phone.goto("/support/status/")
    show(phone, "status-phone")
    sign_in(phone, "clerk")
    phone.goto("/support/new/?page=facility:batch")
    show(phone, "new-phone")
    phone.goto("/support/mine/")
    phone.get_by_role("link", name="KK-").first.click()
    show(phone, "difficulty-phone")
