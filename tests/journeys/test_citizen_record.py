"""A citizen looks at the record, shows the passport, takes it along: by phone, by keyboard, without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import NOW
from tests.factories.citizens import issue, let_in
from tests.factories.signing import DAYS, Key, Ministry, attest, attested_person, enter, make_key, make_ministry
from tests.journeys.browser import check_accessible, take_screenshot
from vaxpass.passports import queries
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.rules import Revocation
from vaxpass.records import actions
from vaxpass.records.access import access_version
from vaxpass.records.series import people_of
from vaxpass.records.states import Verb

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Nguyễn Thị Hường"


@pytest.fixture
def ministry(transactional_db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


@pytest.fixture
def passport(ministry: Ministry, key: Key) -> PassportFacts:
    attested_person(ministry, 1)
    (issued,) = issue(ministry, key)
    access_version(ministry.clerk, issued.version_id, purpose="record", now=NOW)
    return issued


@pytest.fixture
def child(ministry: Ministry) -> int:
    """A child whose first dose is signed and whose second does not match."""
    columns: dict[str, Any] = {"full_name": "Trần Bé Na", "birth_date": "2012", "phone": "0900000001"}
    first = enter(ministry, 2, DAYS[0], **columns)
    attest(first)
    second = enter(ministry, 2, DAYS[1], **columns)
    actions.move_all([second], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    return people_of([first])[first]


def test_each_dose_is_a_line_on_its_way(
    page: Page, phone: Page, live_server: LiveServer, passport: PassportFacts, child: int
) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        let_in(view, live_server, passport.person_id, child)
        view.goto("/citizen/record/")
        expect(view.get_by_role("heading", level=2)).to_have_text([NAME, "Trần Bé Na"])
        mine = view.get_by_role("region", name=NAME)
        expect(mine.locator(".dose-done")).to_have_count(8)
        theirs = view.get_by_role("region", name="Trần Bé Na")
        expect(theirs).to_contain_text("không khớp với cơ sở dữ liệu quốc gia về dân cư")
        expect(theirs).to_contain_text("Hãy xem mũi kia")
        check_accessible(view)
        take_screenshot(view, "citizen-record" + suffix)


def test_the_passport_is_read_from_the_screen(
    page: Page, phone: Page, live_server: LiveServer, passport: PassportFacts
) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        let_in(view, live_server, passport.person_id)
        view.emulate_media(color_scheme="dark")
        view.goto("/citizen/passport/")
        expect(view.get_by_role("heading", name=NAME)).to_be_visible()
        check_accessible(view)
        (code,) = zxingcpp.read_barcodes(Image.open(take_screenshot(view, "citizen-passport" + suffix)))
        assert code.text == queries.hc1_text(passport)
        side = view.locator(".show-code svg").bounding_box()
        assert side["width"] >= 340
        corner = view.evaluate("getComputedStyle(document.querySelector('.show-code')).backgroundColor")
        assert corner == "rgb(255, 255, 255)"


def test_the_earlier_one_says_why_it_ended(
    phone: Page, live_server: LiveServer, ministry: Ministry, passport: PassportFacts
) -> None:
    revoke_of_versions([passport.version_id], reason=Revocation.DOSE_REPLACED, now=NOW)
    let_in(phone, live_server, passport.person_id)
    phone.goto("/citizen/passport/")
    expect(phone.get_by_role("main")).to_contain_text("Không có hộ chiếu đang có hiệu lực")
    check_accessible(phone)
    take_screenshot(phone, "citizen-passports-revoked-phone")
    phone.get_by_role("link", name="Hộ chiếu cấp ngày").click()
    expect(phone.get_by_role("main")).to_contain_text("Đã thu hồi vì hồ sơ của quý vị được sửa")
    expect(phone.locator(".show-code")).to_have_count(0)
    check_accessible(phone)
    take_screenshot(phone, "citizen-passport-revoked-phone")
    assert ministry.facility


def test_several_people_choose_whose(
    page: Page, live_server: LiveServer, ministry: Ministry, key: Key, passport: PassportFacts
) -> None:
    other = people_of(versions := attested_person(ministry, 3, full_name="Trần Văn An", sex=1))[versions[0]]
    issue(ministry, key)
    let_in(page, live_server, passport.person_id, other)
    page.goto("/citizen/passport/")
    check_accessible(page)
    take_screenshot(page, "citizen-passports")
    page.get_by_role("link", name="Xem hộ chiếu của Trần Văn An").click()
    expect(page.get_by_role("heading", name="Trần Văn An")).to_be_visible()
    expect(page.get_by_role("link", name=f"Xem hộ chiếu của {NAME}")).to_be_visible()


def test_who_has_looked(page: Page, phone: Page, live_server: LiveServer, passport: PassportFacts) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        let_in(view, live_server, passport.person_id)
        view.goto("/citizen/looks/")
        expect(view.get_by_role("row").last).to_contain_text("Cơ sở 40A01")
        check_accessible(view)
        take_screenshot(view, "citizen-looks" + suffix)


def test_without_javascript_everything_but_keeping_works(
    no_script_page: Page, live_server: LiveServer, passport: PassportFacts
) -> None:
    page = no_script_page
    let_in(page, live_server, passport.person_id)
    page.goto("/citizen/")
    page.get_by_role("main").get_by_role("link", name="Tìm hồ sơ của tôi").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(NAME)
    page.get_by_role("main").get_by_role("link", name="Mở hộ chiếu").click()
    expect(page.locator(".show-code svg")).to_be_visible()
    expect(page.get_by_role("button", name="Lưu trên máy này")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Bản PDF để in").click()
    assert download.value.suggested_filename == "vaccine-passport.pdf"
    page.get_by_role("link", name="Gửi qua thư điện tử").click()
    page.get_by_role("button", name="Gửi qua thư điện tử").click()
    expect(page.locator(".field-error").first).to_be_visible()
    take_screenshot(page, "citizen-mail")


def test_by_keyboard_alone(page: Page, live_server: LiveServer, passport: PassportFacts) -> None:
    let_in(page, live_server, passport.person_id)
    page.goto("/citizen/record/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Mở hộ chiếu":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".show-code svg")).to_be_visible()


def test_large_print_on_every_page(phone: Page, live_server: LiveServer, passport: PassportFacts) -> None:
    let_in(phone, live_server, passport.person_id)
    phone.goto("/citizen/")
    small = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    phone.get_by_role("button", name="Chữ to").click()
    for address in ("/citizen/", "/citizen/record/", "/citizen/passport/"):
        phone.goto(address)
        assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > small * 1.3
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.evaluate("[...document.querySelectorAll('.facts dd')].every((one) => one.clientWidth > 100)")
        check_accessible(phone)
        take_screenshot(phone, "citizen-large" + address.replace("/", "-").rstrip("-"))
    phone.get_by_role("button", name="Chữ thường").click()


def test_the_first_page_on_every_width(
    page: Page, phone: Page, live_server: LiveServer, measure: Callable[[Page, str], int]
) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        assert measure(view, f"{live_server.url}/citizen/") <= 100_000
        expect(view.get_by_role("main").get_by_role("link", name="Tìm hồ sơ của tôi")).to_be_visible()
        check_accessible(view)
        take_screenshot(view, "citizen-home" + suffix)
        view.goto("/citizen/passport/fields/")
        check_accessible(view)
        take_screenshot(view, "citizen-fields" + suffix)


@pytest.fixture
def measure() -> Callable[[Page, str], int]:
    from bench.citizen_page import transferred

    return lambda page, address: sum(transferred(page, address).values())


def test_in_english(phone: Page, live_server: LiveServer, passport: PassportFacts, child: int) -> None:
    let_in(phone, live_server, passport.person_id, child)
    phone.goto("/citizen/")
    phone.get_by_role("button", name="English").click()
    phone.goto("/citizen/record/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("My record")
    expect(phone.get_by_role("main")).to_contain_text("do not agree with the population database")
    check_accessible(phone)
    take_screenshot(phone, "citizen-record-english-phone")
