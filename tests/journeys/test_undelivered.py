"""A message that did not arrive, from the facility's list to the record that names the number; the demo's inbox."""

import pytest

from tests.factories import NOW, make_office, make_officer, received
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from tests.unit.notices.conftest import NOON, Office, notice
from vaxpass.adapters.messaging.folder import FolderChannel
from vaxpass.notices import actions
from vaxpass.notices.delivering import deliver_due, read_reports
from vaxpass.notices.facts import Channel, Recipient
from vaxpass.notices.models import Bounce
from vaxpass.records.actions import move
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wrong_number():
    facility = make_office()
    clerk = make_officer("clerk", facility, "facility_clerk")
    (version_id,) = receive([received()], Origin(facility, clerk, facility, NOW)).version_ids.values()
    move([version_id], Verb.REPORT_MISMATCH, now=NOW)
    office = Office()
    office.sms.phones.refused["+84900000001"] = "NUMBER_UNKNOWN"
    person_id = get_versions([version_id])[0].person_id
    actions.enqueue([notice(to=Recipient("0900000001"), person_id=person_id)], now=NOON)
    office.deliver()
    read_reports(office.post, clock=office.clock)


@pytest.mark.usefixtures("wrong_number")
def test_a_clerk_finds_the_wrong_number_and_the_record(page):
    sign_in(page, "clerk")
    page.get_by_role("link", name="Không đến nơi").click()
    check_accessible(page)
    take_screenshot(page, "undelivered")
    page.get_by_role("link", name="Sửa số").click()
    assert page.get_by_label("Số điện thoại").input_value() == "0900000001"


@pytest.mark.usefixtures("wrong_number")
def test_on_a_phone_a_row_is_taken_off_the_list(phone):
    sign_in(phone, "clerk")
    phone.goto("/facility/undelivered/")
    check_accessible(phone)
    take_screenshot(phone, "undelivered-phone")
    phone.get_by_role("link", name="Bỏ khỏi danh sách").click()
    check_accessible(phone)
    phone.get_by_role("button", name="Bỏ khỏi danh sách").click()
    assert phone.get_by_text("Mọi thông báo đều đã đến nơi.").is_visible()
    assert Bounce.objects.get().settled_by_id is not None


def test_the_demo_s_phones_and_mailboxes(phone, settings, tmp_path):
    settings.DEMO, settings.MESSAGES_FOLDER = True, str(tmp_path)
    office = Office()
    both = [notice("a"), notice("b", to=Recipient(email="huong@example.com"), language="en")]
    actions.enqueue(both, now=NOON)
    folders = {channel: FolderChannel(tmp_path, channel.value) for channel in Channel}
    deliver_due(type(office.post)(folders, "hochieu.example.vn"), clock=office.clock)
    phone.goto("/citizen/demo-inbox/")
    check_accessible(phone)
    take_screenshot(phone, "demo-inbox-phone")
    assert phone.get_by_role("heading", name="Tin nhắn tới 0912345678").is_visible()
