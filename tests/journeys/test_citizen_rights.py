"""A citizen's rights in a real browser: the copy, a demand and its answer, consents; on a phone and without scripts."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import NOW, make_office, make_officer, received
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.jobs import rights as jobs
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive
from vaxpass.rights.rules import Kind, Matter, Wish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE_WIDTH = 390


@pytest.fixture
def citizen() -> Citizen:
    office, ministry = make_office(), make_office("BYT", "ministry")
    clerk = make_officer("clerk", office, "facility_clerk")
    make_officer("dpo", ministry, "data_protection_officer")
    (version,) = receive([received(1)], Origin(office, clerk, office, NOW)).version_ids.values()
    return Citizen(frozenset({get_versions([version])[0].person_id}), Proof.PHONE, datetime.now(UTC))


def let_in(page: Page, live_server: LiveServer, citizen: Citizen) -> None:
    session = SessionStore()
    session[SESSION_KEY] = citizen.to_session()
    session.save()
    page.context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": live_server.url}])


def looked_at(page: Page, name: str) -> None:
    """Accessible, no wider than its screen, and kept as a picture."""
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    take_screenshot(page, name)


def test_a_demand_on_the_phone_and_its_answer(
    page: Page, phone: Page, live_server: LiveServer, citizen: Citizen
) -> None:
    let_in(phone, live_server, citizen)
    phone.goto("/citizen/rights/")
    looked_at(phone, "rights-phone")
    phone.get_by_role("link", name="Phản đối việc xử lý").click()
    assert phone.get_by_role("checkbox", checked=True).count() == 0
    phone.get_by_role("button", name="Gửi yêu cầu").click()
    expect(phone.get_by_text("Hãy chọn ít nhất một mục.").first).to_be_visible()
    looked_at(phone, "rights-ask-error-phone")
    phone.get_by_label("Ai đã mở hồ sơ của tôi").check()
    phone.get_by_label("Lời của quý vị").fill("Tôi không hiểu vì sao trạm y tế xem hồ sơ của tôi.")
    phone.get_by_role("button", name="Gửi yêu cầu").click()
    expect(phone.get_by_text("Đã nhận yêu cầu của quý vị.")).to_be_visible()
    looked_at(phone, "rights-demand-phone")

    sign_in(page, "dpo")
    page.goto("/ministry/rights/")
    looked_at(page, "rights-officer-list")
    page.get_by_role("link", name="DL-").click()
    looked_at(page, "rights-officer-demand")
    page.get_by_label("Đã xem xét cùng đơn vị liên quan").check()
    page.get_by_label("Lời của quý vị").fill("Trạm y tế đã xem để bổ sung ngày sinh.")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã trả lời. Người dân được thông báo.")).to_be_visible()

    phone.goto("/citizen/rights/")
    phone.get_by_role("link", name="Phản đối việc xử lý").last.click()
    expect(phone.get_by_text("Trạm y tế đã xem để bổ sung ngày sinh.")).to_be_visible()
    looked_at(phone, "rights-answered-phone")


def test_the_copy_to_read_and_to_keep(page: Page, phone: Page, live_server: LiveServer, citizen: Citizen) -> None:
    for screen, name in ((page, "rights-copy"), (phone, "rights-copy-phone")):
        let_in(screen, live_server, citizen)
        screen.goto("/citizen/rights/")
        screen.get_by_role("link", name="Bản sao toàn bộ dữ liệu của tôi").click()
        expect(screen.get_by_text("Nguyễn Thị Hường")).to_be_visible()
        looked_at(screen, name)
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu thành tệp").click()
    content = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (content["format"], content["version"]) == ("vaxpass-personal-data", 1)
    assert content["sections"][0]["entries"][0]["number"] == "040190000001"


def test_everything_works_without_scripts(no_script_page: Page, live_server: LiveServer, citizen: Citizen) -> None:
    page = no_script_page
    let_in(page, live_server, citizen)
    page.goto("/citizen/rights/")
    page.get_by_role("link", name="Đồng ý của tôi").click()
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(page.get_by_text("Đã ghi nhận đồng ý của quý vị.")).to_be_visible()
    page.get_by_role("button", name="Rút lại đồng ý").click()
    expect(page.get_by_text("Đã rút lại đồng ý của quý vị.")).to_be_visible()
    page.goto("/citizen/rights/ask/deletion/")
    page.get_by_label("Ảnh tôi gửi kèm phản ánh").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Đã nhận yêu cầu của quý vị.")).to_be_visible()
    page.get_by_role("button", name="Rút lại yêu cầu").click()
    expect(page.get_by_text("Quý vị đã rút lại yêu cầu.")).to_be_visible()


def test_consents_and_a_deletion_look_right(page: Page, phone: Page, live_server: LiveServer, citizen: Citizen) -> None:
    let_in(phone, live_server, citizen)
    phone.goto("/citizen/rights/consents/")
    looked_at(phone, "rights-consents-phone")
    phone.goto("/citizen/rights/ask/deletion/")
    looked_at(phone, "rights-deletion-phone")
    now = datetime.now(UTC)
    found = jobs.file_demand(citizen, Wish(Kind.DELETION, tuple(Matter), "Xóa hết."), now=now)
    sign_in(page, "dpo")
    page.goto(f"/ministry/rights/{found.demand_id}/")
    looked_at(page, "rights-officer-deletion")
    page.get_by_role("button", name="Gửi trả lời").click()
    looked_at(page, "rights-officer-deletion-error")


def test_the_first_view_is_light(phone: Page, live_server: LiveServer, citizen: Citizen) -> None:
    sizes: list[int] = []
    phone.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", "0"))))
    let_in(phone, live_server, citizen)
    phone.goto("/citizen/rights/", wait_until="networkidle")
    assert 0 < sum(sizes) < 100_000
