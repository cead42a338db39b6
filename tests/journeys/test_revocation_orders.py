"""Doses that nobody gave: listed, marked, proposed, approved on a phone, carried out by the worker."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.signing import Ministry, approved_run, make_key, sign_and_record
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from tests.journeys.test_ministry import ministry, work
from vaxpass.ministry_signing import standing
from vaxpass.ministry_signing.models import Run
from vaxpass.ministry_signing.rules import RunKind
from vaxpass.offices.queries import find_actor
from vaxpass.passports.models import Passport, RevocationOrder
from vaxpass.passports.rules import Status
from vaxpass.records.models import Look

__all__ = ["ministry"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issued(ministry: Ministry) -> Ministry:
    """Six people with live passports."""
    key = make_key()
    sign_and_record(approved_run(ministry, key)[1], key)
    return ministry


def _fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, page.url


def _looked_at(page: Page, name: str) -> None:
    _fits(page)
    check_accessible(page)
    take_screenshot(page, name)


def _new_order(page: Page) -> None:
    page.goto("/ministry/")
    page.get_by_role("link", name="Lệnh thu hồi", exact=False).first.click()
    _looked_at(page, "revocation-orders-empty")
    page.get_by_role("link", name="Lập lệnh mới").click()
    _looked_at(page, "revocation-new")
    page.get_by_label("Các mũi tiêm tại một cơ sở trong một số ngày").check()
    page.get_by_label("Cụ thể là").fill("40Z99")
    page.get_by_label("Ghi nhận mũi tiêm không có thật.").check()
    page.get_by_label("Mũi tiêm sai sự thật", exact=True).check()
    page.get_by_role("button", name="Lập danh sách").click()
    expect(page.get_by_text("Thiếu khoảng ngày.").first).to_be_visible()
    page.get_by_label("Từ ngày").fill("2021-10-06")
    page.get_by_label("Đến hết ngày").fill("2021-10-06")
    page.get_by_role("button", name="Lập danh sách").click()
    expect(page.get_by_text("Không tìm thấy.").first).to_be_visible()
    check_accessible(page)
    page.get_by_label("Cụ thể là").fill("40a01")
    page.get_by_role("button", name="Lập danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lệnh thu hồi")


def _mark_and_propose(page: Page) -> int:
    expect(page.get_by_text("Nguyễn Thị Hường")).to_be_visible()
    _looked_at(page, "revocation-draft")
    for name in ("Trần Văn Dũng", "Lê Ngọc Ánh"):
        page.get_by_label(f"Chọn {name}").check()
    page.get_by_role("button", name="Những người đã chọn: người ngay tình").click()
    expect(page.get_by_text("Đã đánh dấu: 2.", exact=True)).to_be_visible()
    page.get_by_label("Đánh dấu là").select_option("HONEST")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("button", name="Trình cán bộ khác duyệt").click()
    expect(page.get_by_text("Quý vị đã lập lệnh này")).to_be_visible()
    _looked_at(page, "revocation-proposed")
    return int(page.url.partition("?")[0].rstrip("/").rpartition("/")[2])


def test_two_officers_end_false_doses_and_honest_holders_go_on(
    issued: Ministry, page: Page, phone: Page, tmp_path: Path
) -> None:
    sign_in(page, "operator")
    _new_order(page)
    work(tmp_path)
    page.reload()
    order_id = _mark_and_propose(page)
    sign_in(phone, "approver")
    phone.goto("/ministry/")
    expect(phone.get_by_text("lệnh thu hồi chờ quý vị quyết định")).to_be_visible()
    phone.goto(f"/ministry/revocations/{order_id}/")
    _looked_at(phone, "revocation-decide-phone")
    phone.get_by_role("button", name="Duyệt và thực hiện").click()
    _looked_at(phone, "revocation-approve-phone")
    phone.get_by_role("button", name="Duyệt và thực hiện").click()
    expect(phone.get_by_text("Đã duyệt. Lệnh đang được thực hiện.")).to_be_visible()
    work(tmp_path)
    phone.goto(f"/ministry/revocations/{order_id}/")
    expect(phone.locator("td", has_text="Đã thu hồi và cấp mới")).to_have_count(2)
    _looked_at(phone, "revocation-done-phone")
    page.goto(f"/ministry/revocations/{order_id}/")
    _looked_at(page, "revocation-done")
    page.goto("/ministry/revocations/")
    _looked_at(page, "revocation-orders")
    assert RevocationOrder.objects.get().state == "DONE"
    assert Passport.objects.filter(status=Status.LIVE).count() == 2
    assert set(Look.objects.filter(purpose="revocation").values_list("officer_id", flat=True)) == {
        issued.operator.officer_id,
        issued.approver.officer_id,
    }


def test_an_order_is_refused_without_a_script(
    issued: Ministry, no_script_page: Page, page: Page, tmp_path: Path
) -> None:
    """And nobody's passport has changed."""
    sign_in(page, "operator")
    page.goto("/ministry/revocations/new/")
    page.get_by_label("Một người, theo số giấy tờ").check()
    page.get_by_label("Cụ thể là").fill("040190000003")
    page.get_by_label("Mã QR của hộ chiếu đã lộ cho người khác.").check()
    page.get_by_label("Người ngay tình", exact=True).check()
    page.get_by_role("button", name="Lập danh sách").click()
    work(tmp_path)
    page.reload()
    assert "040190000003" not in page.url + page.content()
    page.get_by_role("button", name="Trình cán bộ khác duyệt").click()
    url = page.url
    sign_in(no_script_page, "approver")
    no_script_page.goto(url)
    no_script_page.get_by_text("Từ chối lệnh này").click()
    no_script_page.get_by_role("button", name="Từ chối", exact=True).click()
    expect(no_script_page.get_by_text("Hãy chọn một trong các lý do từ chối lệnh.").first).to_be_visible()
    no_script_page.get_by_label("Lý do chưa được chứng minh").check()
    no_script_page.get_by_role("button", name="Từ chối", exact=True).click()
    expect(no_script_page.get_by_text("Đã từ chối lệnh")).to_be_visible()
    assert set(Passport.objects.values_list("status", flat=True)) == {Status.LIVE}


def test_runs_that_prepare_themselves(issued: Ministry, page: Page, phone: Page) -> None:
    sign_in(page, "operator")
    page.goto("/ministry/runs/")
    page.get_by_role("link", name="Đợt ký tự lập").click()
    _looked_at(page, "standing-off")
    page.get_by_role("button", name=re.compile("Cho tự lập dưới tên tôi.*Người có dữ liệu đã sửa")).click()
    expect(page.get_by_text("Từ nay các đợt này tự lập dưới tên quý vị.")).to_be_visible()
    order = standing.standing_orders()[RunKind.CORRECTED]
    operator: Any = find_actor("operator")
    assert order is not None
    assert order.officer_id == operator.officer_id
    sign_in(phone, "approver")
    phone.goto("/ministry/runs/standing/")
    _looked_at(phone, "standing-on-phone")
    phone.get_by_role("button", name=re.compile("Chấm dứt việc tự lập")).click()
    expect(phone.get_by_text("Các đợt này không còn tự lập nữa.")).to_be_visible()
    assert standing.standing_orders()[RunKind.CORRECTED] is None
    assert not Run.objects.exclude(kind=RunKind.ORDINARY).exists()
