"""An inspector works a sample off by keyboard and writes a finding; the head answers; somebody complains on a phone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_office, make_officer, received
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.inspections import actions, drawing
from vaxpass.inspections.models import Complaint, RiskRow, RiskTally, Sampled
from vaxpass.inspections.rules import QUESTIONS, Population, Subject, Wish
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.risks import RiskKind
from vaxpass.records.facts import Origin
from vaxpass.records.models import Look
from vaxpass.records.receiving import receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspection() -> int:
    """A sample of three of six records of one facility; and something that stands out."""
    now = datetime.now(UTC)
    make_officer("inspector", make_office("BYT", "ministry"), "ministry_inspector")
    facility = make_office("40A01")
    make_officer("head", facility, "facility_head")
    clerk = make_officer("clerk", facility, "facility_clerk")
    receive([received(n) for n in range(6)], Origin(facility, clerk, facility, now - timedelta(days=2)))
    tally = RiskTally.objects.create(counted_at=now, since=now - timedelta(days=30), until=now)
    RiskRow.objects.create(
        tally=tally, kind=RiskKind.NIGHT_WORK.value, office_id=facility, officer_id=clerk, count=60, base=200,
        value=0.3, usual=0.01,
    )  # fmt: skip
    today = now.astimezone(VIETNAM).date()
    day = timedelta(days=1)
    wish = Wish("Kiểm tra hồ sơ tháng này", Population.RECORDS, today - 5 * day, today - day, 3, today + 20 * day,
                facility, questions=QUESTIONS[Subject.RECORD])  # fmt: skip
    inspector = get_actor(Officer.objects.get(username="inspector"))
    inspection_id = actions.begin(inspector, wish, now=now)
    drawing.draw_sample(inspection_id, now=now)
    return inspection_id


def look_at(page: Page, address: str, name: str) -> None:
    page.goto(address)
    check_accessible(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    take_screenshot(page, name)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    take_screenshot(page, f"{name}-phone")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_sample_is_worked_off_by_keyboard_and_a_finding_goes_its_way(page: Page, inspection: int) -> None:
    sign_in(page, "inspector")
    for name in ("inspections", "inspections/new", "risks", "complaints", "acts", f"inspections/{inspection}"):
        look_at(page, f"/oversight/{name}/", f"inspect-{name.replace('/', '-')}".replace(f"-{inspection}", "-one"))
    page.goto(f"/oversight/inspections/{inspection}/rows/1/")
    page.locator("html[data-keys=on]").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("a")
    take_screenshot(page, "inspect-row-answered")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rows/2/")
    look_at(page, f"/oversight/inspections/{inspection}/rows/2/", "inspect-row")
    page.locator("html[data-keys=on]").wait_for()
    page.keyboard.press("f")
    page.wait_for_url("**/finding/?row=2")
    assert list(Sampled.objects.filter(done_at__isnull=False).values_list("place", flat=True)) == [1]
    assert Look.objects.filter(purpose="inspection").exists()
    page.get_by_label("Sai ở đâu").fill("Số lô không khớp sổ xuất nhập.")
    page.get_by_label("Hạn khắc phục").fill(f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    look_at_filled(page)
    page.get_by_role("button", name="Ghi kết luận này").click()
    finding = page.url
    expect(page.get_by_text("Số lô không khớp")).to_have_count(2)
    page.goto("/oversight/acts/")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_text("Ghi kết luận")).not_to_have_count(0)
    look_at(page, page.url, "inspect-acts-found")
    page.context.clear_cookies()
    sign_in(page, "head")
    look_at(page, "/oversight/findings/", "inspect-findings")
    look_at(page, finding, "inspect-finding")
    page.get_by_label("Nội dung").fill("Đã đối chiếu lại và sửa.")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Thanh tra sẽ xem xét")).to_be_visible()


def look_at_filled(page: Page) -> None:
    check_accessible(page)
    take_screenshot(page, "inspect-finding-new")


def test_somebody_tells_the_inspectors_without_a_script(no_script_page: Page) -> None:
    page = no_script_page
    page.set_viewport_size({"width": 390, "height": 844})
    make_office("40A01")
    page.goto("/citizen/complaint/")
    take_screenshot(page, "complaint-phone")
    page.get_by_label("Có người đòi tiền").check()
    page.get_by_label("Ở tỉnh, thành phố nào?").select_option("40")
    page.get_by_label("Việc gì đã xảy ra").fill("Nhân viên đòi tiền.")
    page.get_by_role("button", name="Hiện các đơn vị").click()
    page.get_by_label("Tại đơn vị nào?").select_option(label="Cơ sở 40A01")
    expect(page.get_by_label("Việc gì đã xảy ra")).to_have_value("Nhân viên đòi tiền.")
    page.get_by_role("button", name="Gửi cho thanh tra").click()
    expect(page.get_by_text("Xin kiểm tra lại").first).to_be_visible()
    take_screenshot(page, "complaint-asked-phone")
    assert not Complaint.objects.exists(), "the question was not answered"
