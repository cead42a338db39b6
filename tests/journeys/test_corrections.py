"""A clerk asks for a correction; the head of the facility decides."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import NOW, make_office, make_officer, received
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.records import actions as records
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version_id() -> int:
    office = make_office()
    clerk = make_officer("clerk", office, "facility_clerk")
    make_officer("head", office, "facility_head")
    (stored,) = receive([received(1)], Origin(office, clerk, office, NOW)).version_ids.values()
    records.move([stored], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    return stored


def test_asked_by_one_decided_by_another(page: Page, phone: Page, version_id: int) -> None:
    sign_in(page, "clerk")
    page.goto(f"/facility/records/{version_id}/correction")
    check_accessible(page)
    page.get_by_label("Ngày sinh").fill("18/05/1990")
    take_screenshot(page, "correction-ask")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Vì sao hồ sơ sai").first).to_be_visible()  # no cause was chosen: the form came back
    expect(page.get_by_label("Ngày sinh")).to_have_value("18/05/1990")
    check_accessible(page)
    take_screenshot(page, "correction-ask-error")
    page.get_by_label("Người dân đã khai sai").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Đã gửi yêu cầu.")).to_be_visible()
    sign_in(phone, "head")
    phone.goto("/facility/corrections/")
    check_accessible(phone)
    take_screenshot(phone, "corrections-phone")
    phone.get_by_role("link", name="Nguyễn Thị Hường").click()
    check_accessible(phone)
    take_screenshot(phone, "correction-phone")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.get_by_role("button", name="Chấp nhận").click()
    expect(phone.get_by_text("Đã thực hiện.")).to_be_visible()


def test_the_page_of_a_decision(page: Page, phone: Page, version_id: int) -> None:
    sign_in(phone, "clerk")
    phone.goto(f"/facility/records/{version_id}/correction")
    take_screenshot(phone, "correction-ask-phone")
    phone.get_by_text("Hồ sơ này lẽ ra không nên có").click()
    phone.get_by_label("Mũi này không được tiêm").check()
    phone.get_by_role("button", name="Yêu cầu rút hồ sơ").click()
    sign_in(page, "head")
    page.goto("/facility/corrections/")
    take_screenshot(page, "corrections")
    page.get_by_role("link", name="Nguyễn Thị Hường").click()
    page.get_by_text("Từ chối yêu cầu").click()
    check_accessible(page)
    take_screenshot(page, "correction")
    page.get_by_label("Ảnh mờ").check()
    page.get_by_role("button", name="Từ chối với lý do này").click()
    expect(page.get_by_text("Đã từ chối yêu cầu")).to_be_visible()
