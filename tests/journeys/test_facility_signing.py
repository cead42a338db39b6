"""A signer reads the sample, signs with a PIN, and takes the proof away."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from tests.unit.facility_signing.conftest import House, demo_keys, house  # noqa: F401 -- fixtures
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.facility_signing.models import Batch
from vaxpass.records.models import Look
from vaxpass.records.queries import get_versions
from vaxpass.records.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session")
def key_time() -> datetime:
    """Today: the pages know no other time."""
    return datetime.now(UTC)


def read_sample(page: Page) -> None:
    page.get_by_role("link", name="Đọc hồ sơ tiếp theo").click()
    while page.get_by_role("button", name="Đúng", exact=True).is_visible():
        page.get_by_role("button", name="Đúng", exact=True).click()


def prepare(page: Page) -> None:
    page.goto("/facility/sign/")
    page.get_by_role("button", name="Lập lô").click()


def type_pin(page: Page, pin: str) -> None:
    page.get_by_label("Mã PIN của khóa").fill(pin)
    page.get_by_role("main").get_by_role("button", name="Ký", exact=True).click()


@pytest.mark.parametrize("view", ["page", "phone", "no_script_page"])
def test_from_the_queue_to_the_proof(view: str, request: pytest.FixtureRequest, house: House, tmp_path: Path) -> None:  # noqa: F811 -- the fixture
    page: Page = request.getfixturevalue(view)
    ids = house.store(7)
    house.store(2, by="signer", first=50)

    def seen(name: str) -> None:
        if view != "no_script_page":
            check_accessible(page)
            take_screenshot(page, f"signing-{name}{'-phone' if view == 'phone' else ''}")

    sign_in(page, "signer")
    page.goto("/facility/sign/")
    expect(page.get_by_role("main")).to_contain_text("Phải do người ký khác ký")
    seen("ready")
    prepare(page)
    seen("prepared")
    page.get_by_role("link", name="Đọc hồ sơ tiếp theo").click()
    seen("sampled")
    page.go_back()
    read_sample(page)
    page.get_by_role("link", name="Ký 7 mũi").click()
    type_pin(page, "000000")
    expect(page.get_by_role("main")).to_contain_text("Mã PIN không đúng")
    expect(page.get_by_label("Mã PIN của khóa")).to_have_value("")
    expect(page.get_by_label("Mã PIN của khóa")).to_have_attribute("autocomplete", "off")
    seen("sign")
    type_pin(page, DEMO_PIN)
    expect(page.get_by_role("status")).to_contain_text("Đã ký")
    seen("signed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bằng chứng").click()
    proof = json.loads(Path(download.value.path()).read_text())
    assert len(proof["leafHashes"]) == 7
    page.get_by_role("link", name="Kiểm tra ngay").click()
    expect(page.get_by_role("main")).to_contain_text("Mọi thứ đều đúng")
    seen("checked")
    page.goto("/facility/batches/")
    seen("batches")
    assert {version.state for version in get_versions(ids)} == {State.ATTESTED}
    assert Look.objects.filter(officer_id=house.signer, purpose="sample").count() >= 5


def test_a_wrong_record_drops_the_batch(page: Page, house: House) -> None:  # noqa: F811 -- the fixture
    house.store(3)
    sign_in(page, "signer")
    prepare(page)
    page.get_by_role("link", name="Đọc hồ sơ tiếp theo").click()
    page.get_by_role("button", name="Sai: bỏ lô").click()
    expect(page.get_by_role("status")).to_contain_text("giữ lại")
    page.get_by_role("link", name="Xem hồ sơ bị giữ lại").click()
    check_accessible(page)
    take_screenshot(page, "signing-held-back")
    page.get_by_role("button", name="Thực ra đúng").click()
    expect(page.get_by_role("main")).to_contain_text("Không có hồ sơ nào bị giữ lại")


def test_a_batch_is_dropped_after_asking(page: Page, house: House) -> None:  # noqa: F811 -- the fixture
    house.store(3)
    sign_in(page, "signer")
    prepare(page)
    page.get_by_role("button", name="Bỏ lô").click()
    page.get_by_role("main").get_by_role("button", name="Bỏ lô").click()
    page.wait_for_url("**/facility/sign/")
    assert Batch.objects.get().status == "abandoned"


def test_without_a_certificate_the_page_says_who_must_act(page: Page, house: House) -> None:  # noqa: F811 -- the fixture
    from vaxpass.facility_signing.credentials import withdraw_credential

    withdraw_credential(house.actor("admin"), house.credentials["signer"], now=datetime.now(UTC))
    house.store(2)
    sign_in(page, "signer")
    prepare(page)
    read_sample(page)
    page.get_by_role("link", name="Ký 2 mũi").click()
    expect(page.get_by_role("main")).to_contain_text("Chưa có chứng thư nào đăng ký cho quý vị")
