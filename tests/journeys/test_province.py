"""A province sees who is behind, and has a central unit sign for one of its facilities."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_office, make_officer
from tests.factories.waiting import enter_and_check
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.oversight.tally import tally

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def province() -> None:
    """Three facilities of one province: doses that wait since nine days, since some hours, and none."""
    make_officer("province", make_office("T40", "province"), "provincial_officer")
    now = datetime.now(UTC)
    for place, (code, hours) in enumerate((("40A01", 9 * 24), ("40A02", 5), ("40A03", 0))):
        serials = range(place * 100, place * 100 + (12 if hours else 0))
        enter_and_check(
            make_office(code), serials, now - timedelta(hours=hours), known=range(place * 100, place * 100 + 5)
        )
    tally(now)


@pytest.mark.usefixtures("province")
def test_a_province_looks_and_names_a_signing_unit(page: Page) -> None:
    sign_in(page, "province")
    page.goto("/province/")
    check_accessible(page)
    take_screenshot(page, "province-home")
    page.get_by_role("link", name="Xem các cơ sở").first.click()
    expect(page.get_by_role("link", name="Cơ sở 40A01")).to_be_visible()
    expect(page.get_by_role("link", name="Cơ sở 40A02")).to_have_count(0)
    page.goto("/province/facilities/")
    check_accessible(page)
    take_screenshot(page, "province-facilities")
    page.get_by_role("link", name="Cơ sở 40A01").click()
    check_accessible(page)
    take_screenshot(page, "province-facility")
    page.get_by_role("link", name="Đổi đơn vị ký").click()
    check_accessible(page)
    page.get_by_label("Cơ sở T40").check()
    take_screenshot(page, "province-signer")
    page.get_by_role("button", name="Tiếp tục").click()
    take_screenshot(page, "province-signer-confirm")
    page.get_by_role("button", name="Đồng ý đổi").click()
    expect(page.get_by_text("Đã chỉ định đơn vị ký.")).to_be_visible()
    expect(page.locator("dl").first).to_contain_text("Cơ sở T40")


@pytest.mark.usefixtures("province")
def test_on_a_phone(phone: Page) -> None:
    sign_in(phone, "province")
    for address, name in (("/province/", "home"), ("/province/facilities/", "facilities")):
        phone.goto(address)
        check_accessible(phone)
        take_screenshot(phone, f"province-{name}-phone")
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
