"""The ministry sees an alarm, one officer takes it on, and it is gone when the monitor says so."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.signing import Ministry, make_ministry
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.publication.alarms import Finding, report, standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORGED = Finding("SIGNATURE_WITHOUT_LEAF", "passport/900001", {"passport": 900001})
LATE = Finding("PUBLICATION_OVERDUE", "trust-list", {"since": "2026-11-22T02:00:00+00:00"})


@pytest.fixture
def ministry(transactional_db: None) -> Ministry:
    found = make_ministry()
    report([FORGED, LATE], looked_for=frozenset(), now=datetime.now(UTC))
    return found


def test_an_alarm_is_seen_taken_on_and_gone(page: Page, ministry: Ministry) -> None:
    assert ministry
    sign_in(page, "operator")
    page.goto("/ministry/alarms/")
    navigation = page.get_by_role("navigation").get_by_role("link", name="Báo động")
    expect(navigation).to_contain_text("2")
    expect(page.get_by_role("row")).to_have_count(3)
    check_accessible(page)
    take_screenshot(page, "ministry-alarms")

    row = page.get_by_role("row").filter(has_text="passport/900001")
    expect(row).to_contain_text("nhật ký không ghi")
    row.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("SIGNATURE_WITHOUT_LEAF")
    check_accessible(page)
    page.get_by_role("button", name="Tôi đã xem và nhận xử lý").click()
    expect(page.get_by_role("main")).to_contain_text("Người nhận xử lý")
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    expect(navigation).to_contain_text("1")
    take_screenshot(page, "ministry-alarm")

    report([LATE], looked_for=frozenset({FORGED.kind}), now=datetime.now(UTC))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Đã hết")
    page.goto("/ministry/alarms/?state=gone")
    expect(page.get_by_role("row")).to_have_count(2)


def test_an_inspector_reads_alarms_on_a_phone_and_takes_none_on(phone: Page, ministry: Ministry) -> None:
    assert ministry
    sign_in(phone, "inspector")
    phone.goto("/ministry/alarms/")
    check_accessible(phone)
    take_screenshot(phone, "ministry-alarms-phone")
    phone.goto(f"/ministry/alarms/{standing()[0].id}/")
    expect(phone.get_by_role("main").get_by_role("button")).to_have_count(0)
    check_accessible(phone)
    take_screenshot(phone, "ministry-alarm-phone")


def test_who_may_not_see_them_does_not(page: Page, ministry: Ministry) -> None:
    assert ministry
    sign_in(page, "clerk")
    answer: Any = page.goto("/ministry/alarms/")
    assert answer.status == 403
