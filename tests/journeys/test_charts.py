"""Charts in a real browser: drawn from the tables beside them under the strict content policy, kept as pictures."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories import make_office, make_officer, received
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.jobs.weekly import make_reports
from vaxpass.oversight.tally import tally
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _nation() -> None:
    """Two provinces with doses, counted a moment ago, the weekly report of the country made."""
    now = datetime.now(UTC)
    for code, province in (("40A01", "40"), ("01A01", "01")):
        office = make_office(code, province_code=province)
        clerk = make_officer(f"clerk{code}", office, "facility_clerk")
        origin = Origin(office, clerk, office, now - timedelta(days=3))
        receive([received(int(province) * 100 + serial) for serial in range(12)], origin)
    make_officer("inspector", make_office("BYT", "ministry"), "ministry_inspector")
    tally(now)
    make_reports(now, only=("", "40"))


@pytest.mark.usefixtures("_nation")
def test_charts_are_drawn_and_kept_as_pictures(page: Page) -> None:
    sign_in(page, "inspector")
    page.goto("/oversight/?units=new")
    drawn = page.locator("figure.chart:has(canvas)")
    expect(drawn.first).to_be_visible()
    expect(drawn).to_have_count(page.locator("table[data-chart]").count())
    with page.expect_download() as kept:
        page.get_by_role("button", name="Lưu thành ảnh (PNG)").first.click()
    picture = Image.open(io.BytesIO(Path(kept.value.path()).read_bytes()))
    assert picture.format == "PNG"
    assert picture.width >= 1200
    check_accessible(page)
    take_screenshot(page, "oversight-charts")


@pytest.mark.usefixtures("_nation")
def test_weekly_reports_on_a_phone_and_tables_without_scripts(phone: Page, no_script_page: Page) -> None:
    sign_in(phone, "inspector")
    phone.goto("/oversight/weekly/")
    expect(phone.get_by_role("heading", name="Báo cáo tuần").first).to_be_visible()
    with phone.expect_download() as kept:
        phone.get_by_role("link", name="PDF").first.click()
    assert Path(kept.value.path()).read_bytes().startswith(b"%PDF-")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    check_accessible(phone)
    take_screenshot(phone, "oversight-weekly-phone")
    phone.goto("/oversight/?units=old")
    expect(phone.locator("figure.chart canvas").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    take_screenshot(phone, "oversight-charts-phone")
    sign_in(no_script_page, "inspector")
    no_script_page.goto("/oversight/?units=new")
    assert no_script_page.locator("table[data-chart]").count() > 0
    assert no_script_page.locator("canvas").count() == 0
