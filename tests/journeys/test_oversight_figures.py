"""A province sees who is late, goes down to a facility and its records, by keyboard, without JavaScript, on a phone."""

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
        enter_and_check(make_office(code), serials, now - timedelta(hours=hours))
    tally(now)


@pytest.mark.usefixtures("province")
def test_from_who_is_late_down_to_the_records(page: Page) -> None:
    sign_in(page, "province")
    page.get_by_role("link", name="Theo dõi, kiểm tra").click()
    expect(page.get_by_role("heading", name="Ai đang chậm, cần làm gì tiếp")).to_be_visible()
    expect(page.get_by_role("button", name="Lưu thành ảnh (PNG)").first).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "oversight-home")
    page.get_by_role("link", name="Cơ sở 40A01").press("Enter")
    expect(page.get_by_role("heading", name="Cơ sở 40A01")).to_be_visible()
    check_accessible(page)
    page.get_by_role("link", name="Số không có trong CSDL dân cư").first.press("Enter")
    expect(page.get_by_role("heading", name="Hồ sơ", exact=True).first).to_be_visible()
    expect(page.get_by_label("Mã cơ quan").or_(page.get_by_label("Mã đơn vị")).first).to_have_value("40A01")


@pytest.mark.usefixtures("province")
def test_pages_are_accessible_and_fit_a_phone(phone: Page) -> None:
    sign_in(phone, "province")
    for name in ("", "units/", "causes/", "days/", "late/"):
        phone.goto(f"/oversight/{name}")
        check_accessible(phone)
        take_screenshot(phone, f"oversight-{name.strip('/') or 'home'}-phone")
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


@pytest.mark.usefixtures("province")
def test_without_javascript_the_tables_say_it_all(no_script_page: Page) -> None:
    sign_in(no_script_page, "province")
    no_script_page.goto("/oversight/units/?by=office&columns=identity")
    expect(no_script_page.get_by_role("cell", name="Cơ sở 40A01")).to_be_visible()
    no_script_page.get_by_role("link", name="Không khớp").click()
    expect(no_script_page.get_by_role("columnheader", name="Không khớp")).to_have_attribute("aria-sort", "ascending")
    no_script_page.goto("/oversight/days/")
    expect(no_script_page.get_by_role("table").first).to_be_visible()
