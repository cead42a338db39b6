"""The list of keys: WHO's own list comes in by one officer, is accepted by another; a stolen key is withdrawn."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from packages.vaxproof.tests.pki import YEAR, party
from tests.factories import make_office, make_officer
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.trust import actions, queries

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def who() -> Path:
    """WHO's production list, read from beside the checkout."""
    beside = Path(__file__).resolve().parents[3] / "shared/vectors"
    file = Path(os.environ.get("VAXPASS_VECTORS", beside)) / "trust/gdhcn-prod-dcc-dsc-did.json"
    if not file.exists() and not os.environ.get("CI"):
        pytest.skip("the test data of others are not on this machine")
    return file


@pytest.fixture
def ministry(transactional_db: None) -> None:
    office = make_office("BYT", "ministry")
    for role in ("operator", "approver"):
        make_officer(role, office, f"ministry_{role}")
    now = datetime.now(UTC).replace(microsecond=0)
    start, end = now - YEAR, now + YEAR
    csca = party("CSCA Bộ Y tế", "VN", authority=True, start=start, end=end)
    ours = [party(f"Bộ Y tế, khóa ký {number}", "VN", csca, start=start, end=end) for number in (1, 2)]
    actions.note_own_keys([one.der for one in ours], [csca.der], now=now)


def _fits(page: Page) -> None:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, page.url


def _look(page: Page, name: str) -> None:
    take_screenshot(page, name)
    _fits(page)
    check_accessible(page)


@pytest.mark.usefixtures("ministry")
def test_whos_list_is_accepted_by_two(page: Page, phone: Page, who: Path) -> None:
    sign_in(page, "operator")
    page.goto("/ministry/trust/")
    _look(page, "trust-keys-empty")
    page.get_by_role("link", name="Nhập danh sách khóa nước ngoài").click()
    page.get_by_label("Danh sách khóa").set_input_files({"name": "404.html", "mimeType": "", "buffer": b"<html>"})
    page.get_by_role("button", name="Đọc danh sách").click()
    expect(page.get_by_text("bị hỏng hoặc sai định dạng").first).to_be_visible()
    _look(page, "trust-import-refused")
    page.get_by_label("Danh sách khóa").set_input_files(who)
    page.get_by_role("button", name="Đọc danh sách").click()
    expect(page.get_by_text("438", exact=True)).to_be_visible()
    _look(page, "trust-import")
    page.get_by_label("SHA-256 của cả tệp: mọi chứng thư gốc trong tệp đều đúng").check()
    page.get_by_label("Quý vị đã đối chiếu bằng cách nào").fill(
        "Gọi tới số trên công văn của WHO, đọc từng nhóm bốn ký tự"
    )
    page.get_by_role("button", name="Gửi cán bộ thứ hai").click()
    expect(page.get_by_text("Đề nghị này do quý vị lập")).to_be_visible()
    _look(page, "trust-proposal-own")
    proposal = page.url

    sign_in(phone, "approver")
    phone.goto("/ministry/trust/")
    _look(phone, "trust-keys-phone")
    phone.goto(proposal.replace(page.url.split("/ministry")[0], ""))
    _look(phone, "trust-proposal-phone")
    phone.get_by_role("button", name="Chấp nhận và công bố").click()
    _look(phone, "trust-accept-phone")
    phone.get_by_role("button", name="Chấp nhận và công bố").click()
    expect(phone.get_by_text("Đã chấp nhận. Danh sách mới đang được công bố.")).to_be_visible()
    accepted = queries.accepted_keys()
    assert len(accepted) > 100
    phone.goto(proposal.replace("proposals", "imports"))
    _look(phone, "trust-import-phone")

    page.goto("/ministry/trust/")
    _look(page, "trust-keys")
    page.get_by_label("Nước (hai chữ cái)").fill("nl")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_text("Hà Lan (NL)").first).to_be_visible()
    page.locator("#table-keys tbody a").first.click()
    _look(page, "trust-key")


@pytest.mark.usefixtures("ministry")
def test_a_stolen_key_is_withdrawn_without_a_script(no_script_page: Page, phone: Page) -> None:
    page = no_script_page
    sign_in(page, "operator")
    page.goto("/ministry/trust/")
    page.get_by_role("link", name="Bộ Y tế, khóa ký 1").click()
    page.get_by_text("Đề nghị rút khóa này của Việt Nam").click()
    page.get_by_label("Khóa bị đánh cắp hoặc sao chép").check()
    page.get_by_label("Giấy có trong nhật ký công khai vẫn hợp lệ").check()
    page.get_by_label("Những gì đã biết").fill("Thẻ ký biến mất khỏi két ngày 20/11")
    page.get_by_role("button", name="Đề nghị rút", exact=True).click()
    expect(page.get_by_text("Đề nghị này do quý vị lập")).to_be_visible()

    sign_in(phone, "approver")
    phone.goto("/ministry/trust/proposals/")
    _look(phone, "trust-proposals-phone")
    phone.locator("tbody a").first.click()
    _look(phone, "trust-withdrawal-phone")
    phone.get_by_role("button", name="Chấp nhận và công bố").click()
    _look(phone, "trust-withdrawal-accept-phone")
    phone.get_by_role("button", name="Chấp nhận và công bố").click()
    expect(phone.get_by_text("Đã chấp nhận.")).to_be_visible()

    page.goto("/ministry/trust/")
    expect(page.get_by_text("Đã rút", exact=True)).to_be_visible()
    page.get_by_role("link", name="Bộ Y tế, khóa ký 1").click()
    _fits(page)
    take_screenshot(page, "trust-key-withdrawn")
