"""A clerk brings a spreadsheet in, mends what was refused, and mends a record; at a desk and on a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories import NOW, make_office, make_officer
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from tests.unit.intake.sheets import row, xlsx_file
from vaxpass.records import actions as records
from vaxpass.records.models import DoseVersion
from vaxpass.records.states import Verb

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = [
    row(1),
    row(2, name="Trần Văn Bảo", sex="Nam", number="040090000002"),
    row(3, name="Lê Thị Hoa", lot=""),
    row(4, name="Phạm Thị Lan", day="31/02/2021"),
    row(1),
    row(5, name="KIM MINJUN", sex="Nam", nationality="KOR", number="M12345678"),
    row(6, name="Đặng Thị Đào", number=40190000006),
]


@pytest.fixture(autouse=True)
def clerk() -> int:
    return make_officer("clerk", make_office(), "facility_clerk")


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    path = tmp_path / "Danh sách tiêm tháng 9.xlsx"
    path.write_bytes(xlsx_file(ROWS, above=2))
    return path


def bring_in(page: Page, path: Path) -> None:
    page.goto("/facility/uploads/new")
    page.get_by_label(re.compile("Tệp bảng tính")).set_input_files(path)
    page.get_by_role("main").get_by_role("button", name="Tải lên").click()
    page.get_by_role("button", name="Kiểm tra các dòng").click()


def test_a_spreadsheet_is_brought_in_and_its_refused_rows_come_back(
    page: Page, spreadsheet: Path, tmp_path: Path
) -> None:
    sign_in(page, "clerk")
    page.goto("/facility/")
    check_accessible(page)
    page.goto("/facility/uploads/new")
    check_accessible(page)
    page.get_by_label(re.compile("Tệp bảng tính")).set_input_files(spreadsheet)
    page.get_by_role("main").get_by_role("button", name="Tải lên").click()
    expect(page.get_by_role("heading", name="Cột nào chứa gì?")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "intake-columns")
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    expect(page.get_by_text("DOSE_TWICE_IN_FILE")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "intake-checked")
    assert not DoseVersion.objects.exists()
    page.get_by_role("button", name="Lưu 4 mũi tiêm").click()
    expect(page.get_by_role("alert")).to_contain_text("người nước ngoài")
    page.get_by_label(re.compile("chịu trách nhiệm về nhân thân")).check()
    page.get_by_role("button", name="Lưu 4 mũi tiêm").click()
    expect(page.get_by_text("Đã lưu 4 mũi tiêm.")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "intake-stored")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải các dòng bị từ chối kèm lý do").click()
    refused = tmp_path / "refused.xlsx"
    download.value.save_as(refused)
    bring_in(page, refused)
    expect(page.get_by_text("LOT_MISSING")).to_be_visible()
    assert DoseVersion.objects.count() == 4


def test_a_dose_is_typed_in_and_mended(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/facility/doses/new")
    check_accessible(page)
    page.get_by_label(re.compile("^Họ và tên")).fill("Nguyễn Thị Hường")
    page.get_by_label(re.compile("^Ngày sinh")).fill("17/05/1990")
    page.get_by_label(re.compile("^Giới tính")).select_option("1")
    page.get_by_label(re.compile("^Số CCCD")).fill("040190000001")
    page.get_by_label(re.compile("^Vắc xin")).select_option("EU/1/20/1528")
    page.get_by_label(re.compile("^Số lô")).fill("FK0112")
    page.get_by_label(re.compile("^Ngày tiêm")).fill("31/02/2021")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_label(re.compile("^Ngày tiêm"))).to_have_value("31/02/2021")
    check_accessible(page)
    take_screenshot(page, "intake-entry-refused")
    page.get_by_label(re.compile("^Ngày tiêm")).fill("01/09/2021")
    page.get_by_role("button", name="Lưu", exact=True).click()
    version_id = DoseVersion.objects.values_list("pk", flat=True).get()
    records.move_all([version_id], Verb.REPORT_UNSENDABLE, now=NOW, reason="IDENTITY_SEX_DIGIT")
    page.goto("/facility/")
    take_screenshot(page, "intake-home")
    page.locator(".waiting a.btn").click()
    check_accessible(page)
    take_screenshot(page, "intake-records")
    page.get_by_role("link", name="Nguyễn Thị Hường").click()
    check_accessible(page)
    take_screenshot(page, "intake-record")
    page.get_by_role("link", name="Sửa hoặc rút hồ sơ").click()
    check_accessible(page)
    take_screenshot(page, "intake-mend")
    page.get_by_label(re.compile("^Giới tính")).select_option("2")
    page.get_by_role("button", name="Lưu bản sửa").click()
    expect(page.get_by_text("Đã sửa hồ sơ.")).to_be_visible()
    expect(page.get_by_text("Các bản của mũi này")).to_be_visible()
    check_accessible(page)


def test_the_same_on_a_phone(phone: Page, spreadsheet: Path) -> None:
    sign_in(phone, "clerk")
    bring_in(phone, spreadsheet)
    expect(phone.get_by_text("DOSE_TWICE_IN_FILE")).to_be_visible()
    check_accessible(phone)
    take_screenshot(phone, "intake-checked-phone")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    phone.goto("/facility/")
    take_screenshot(phone, "intake-home-phone")
    phone.goto("/facility/records/")
    take_screenshot(phone, "intake-records-phone")
    phone.goto("/facility/doses/new")
    take_screenshot(phone, "intake-entry-phone")


def test_all_of_it_without_javascript(no_script_page: Page, spreadsheet: Path) -> None:
    sign_in(no_script_page, "clerk")
    bring_in(no_script_page, spreadsheet)
    no_script_page.get_by_label(re.compile("chịu trách nhiệm về nhân thân")).check()
    no_script_page.get_by_role("button", name="Lưu 4 mũi tiêm").click()
    expect(no_script_page.get_by_text("Đã lưu 4 mũi tiêm.")).to_be_visible()
