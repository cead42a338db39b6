"""A province registers a signer's certificate and withdraws it; an administrator finds it too."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.factories import make_office, make_officer
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.console.demo_keys import DemoKeys, make_demo_keys
from vaxpass.console.demo_offices import DemoOfficer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGNER = DemoOfficer("signer", "Người ký", "40A01", "facility_signer")


@pytest.fixture
def keys(tmp_path, settings) -> DemoKeys:
    made = make_demo_keys(tmp_path / "keys", datetime.now(UTC), (SIGNER,))
    settings.KEY_DIR = made.folder
    make_officer("signer", make_office("40A01"), "facility_signer")
    make_officer("province", make_office("T40", "province"), "provincial_officer")
    make_officer("admin", make_office("BYT", "ministry"), "system_administrator")
    return made


def _file(content: str) -> FilePayload:
    return {"name": "signer.pem", "mimeType": "application/x-pem-file", "buffer": content.encode()}


def test_a_certificate_is_registered_and_withdrawn(page: Page, keys: DemoKeys) -> None:
    sign_in(page, "province")
    page.goto("/province/")
    page.get_by_role("link", name="Chứng thư ký số").click()
    check_accessible(page)
    page.get_by_role("link", name="Đăng ký chứng thư").click()
    check_accessible(page)
    take_screenshot(page, "certificates-signers")
    page.locator("tbody").get_by_role("link").first.click()
    page.get_by_label("Tệp chứng thư").set_input_files(_file("no certificate"))
    page.get_by_label("Tệp mã hóa").check()
    page.get_by_label("Tên khóa tại đó").fill("signer.p12")
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    expect(page.get_by_text("Tệp chứng thư không đọc được").first).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "certificates-refused")
    page.get_by_label("Tệp chứng thư").set_input_files(_file(keys.signers[0].certificates_pem))
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    expect(page.get_by_text("Đã đăng ký chứng thư.")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "certificates-one")
    page.get_by_role("button", name="Thu hồi chứng thư này").click()
    check_accessible(page)
    page.get_by_role("button", name="Đồng ý thu hồi").click()
    expect(page.get_by_text("Đã thu hồi chứng thư.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Chứng thư ký số").click()
    expect(page.get_by_role("table").get_by_text("đã thu hồi")).to_be_visible()
    take_screenshot(page, "certificates-list")


@pytest.mark.usefixtures("keys")
def test_an_administrator_on_a_phone(phone: Page) -> None:
    sign_in(phone, "admin")
    for number, address in enumerate(("/officers/certificates/", "/officers/certificates/new/")):
        phone.goto(address)
        check_accessible(phone)
        take_screenshot(phone, f"certificates-phone-{number}")
    phone.locator("tbody").get_by_role("link").first.click()
    check_accessible(phone)
    take_screenshot(phone, "certificates-phone-register")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
