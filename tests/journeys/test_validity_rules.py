"""Validity rules: an operator brings in a file and writes a rule, tries them, another officer approves."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from packages.vaxproof.tests.rule_samples import VACCINATED, rule
from tests.factories.validity_rules import NOW, drafted, make_rule_officers, publish_starting_rules
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.offices.scope import Actor
from vaxpass.validity_rules import actions, queries

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officers(transactional_db: None) -> tuple[Actor, Actor]:
    return make_rule_officers()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def test_a_file_comes_in_and_another_officer_approves(
    page: Page, officers: tuple[Actor, Actor], tmp_path: Path
) -> None:
    publish_starting_rules(*officers)
    newer = rule(Identifier="VR-VN-0003", Version="1.1.0", ValidFrom="2026-06-10T00:00:00Z")
    wrong = rule(Identifier="VR-VN-0009", Logic={"or": [True, {"plusTime": ["2021", 1, "week"]}]})
    file = tmp_path / "rules.json"
    file.write_text(json.dumps([newer, wrong, rule(Identifier="TR-VN-0009")]), "utf-8")

    sign_in(page, "operator")
    page.get_by_role("link", name="Quy tắc hiệu lực").click()
    check_accessible(page)
    take_screenshot(page, "rules-home")
    page.get_by_role("link", name="Nhập tệp").click()
    check_accessible(page)
    page.get_by_label("Tệp", exact=True).set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_text("CertLogic không có phép toán “or”")).to_be_visible()
    expect(page.get_by_text("1.0.0 → 1.1.0")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "rules-proposal-draft")
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)
    here = page.url

    sign_out(page)
    sign_in(page, "approver")
    page.goto(here)
    check_accessible(page)
    take_screenshot(page, "rules-proposal-to-decide")
    page.get_by_role("button", name="Duyệt", exact=True).click()
    check_accessible(page)
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_text("Đã duyệt. Quy tắc đang được công bố")).to_be_visible()
    versions = {found.rule.version for found in queries.published("VN", "entry")}
    assert versions == {"1.0.0", "1.1.0"}


def test_a_rule_is_written_by_hand(page: Page, officers: tuple[Actor, Actor]) -> None:
    publish_starting_rules(*officers)
    sign_in(page, "operator")
    page.goto("/ministry/rules/VN/entry/")
    check_accessible(page)
    take_screenshot(page, "rules-set")
    page.get_by_role("link", name="VR-VN-0002").click()
    check_accessible(page)
    take_screenshot(page, "rule")
    page.get_by_role("link", name="Viết phiên bản mới").click()
    logic = page.get_by_label("Biểu thức (CertLogic, dạng JSON)")
    logic.fill('{"if": [{"var": "payload.v.0"},\n {">=": [{"var": "payload.v.0.dn"} 2]}, true]}')
    page.get_by_role("button", name="Lập bản nháp").click()
    expect(page.locator("#id_logic_error")).to_contain_text("sai ở dòng 2")
    check_accessible(page)
    take_screenshot(page, "rule-edit-mistake")
    logic.fill('{"if": [{"var": "payload.v.0"},\n {"=>": [{"var": "payload.v.0.dn"}, 2]}, true]}')
    page.get_by_role("button", name="Lập bản nháp").click()
    expect(page.locator("#id_logic_error")).to_contain_text("CertLogic không có phép toán “=>”")
    logic.fill('{"if": [{"var": "payload.v.0"},\n {">=": [{"var": "payload.v.0.dn"}, 2]}, true]}')
    page.get_by_role("button", name="Lập bản nháp").click()
    expect(page.get_by_text("1.0.0 → 1.0.1")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "rules-difference")
    page.get_by_role("link", name="Thử trên bàn thử").click()
    expect(page.get_by_text("Thử theo đề nghị")).to_be_visible()
    page.get_by_role("button", name="Thử", exact=True).click()
    expect(page.get_by_role("heading", name="Kết quả theo quy tắc")).to_be_visible()


def test_the_bench_explains_without_a_script(no_script_page: Page, officers: tuple[Actor, Actor]) -> None:
    page = no_script_page
    publish_starting_rules(*officers)
    sign_in(page, "approver")
    page.goto("/ministry/rules/bench/")
    page.get_by_label("Thời điểm kiểm tra").fill("2026-06-01T12:00")
    page.get_by_label("Giấy chứng nhận cần thử").fill(json.dumps(VACCINATED | {"v": [VACCINATED["v"][0] | {"dn": 1}]}))
    page.get_by_role("button", name="Thử", exact=True).click()
    expect(page.get_by_text("Số mũi đã tiêm: 1; Số mũi của liệu trình: 2").first).to_be_visible()
    expect(page.get_by_text("Giấy chứng nhận dán vào")).to_be_visible()


def test_the_bench_in_a_browser(page: Page, officers: tuple[Actor, Actor]) -> None:
    publish_starting_rules(*officers)
    sign_in(page, "operator")
    page.goto("/ministry/rules/bench/")
    check_accessible(page)
    page.get_by_label("Thời điểm kiểm tra").fill("2026-06-01T12:00")
    page.get_by_role("button", name="Thử", exact=True).click()
    check_accessible(page)
    take_screenshot(page, "rules-bench")


def test_on_a_phone(phone: Page, officers: tuple[Actor, Actor]) -> None:
    operator, approver = officers
    publish_starting_rules(operator, approver)
    proposal = drafted(operator, rule(Identifier="VR-VN-0003", Version="1.1.0"))
    actions.send(operator, proposal, now=NOW)
    sign_in(phone, "approver")
    for address, name in (
        ("/ministry/rules/", "rules-home-phone"),
        ("/ministry/rules/VN/entry/VR-VN-0003/", "rule-phone"),
        (f"/ministry/rules/proposals/{proposal}/", "rules-proposal-phone"),
    ):
        phone.goto(address)
        check_accessible(phone)
        take_screenshot(phone, name)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    phone.goto("/ministry/rules/bench/")
    phone.get_by_label("Thời điểm kiểm tra").fill("2026-06-01T12:00")
    phone.get_by_role("button", name="Thử", exact=True).click()
    check_accessible(phone)
    take_screenshot(phone, "rules-bench-phone")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
