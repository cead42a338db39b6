"""The list of messages that did not arrive: who sees it, why it stands there, where the number is mended."""

import pytest
from django.test import Client

from tests.factories import NOW, make_office, make_officer, received
from tests.unit.notices.conftest import NOON, Office, notice
from vaxpass.notices import actions
from vaxpass.notices.delivering import read_reports
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Bounce
from vaxpass.offices.models import Officer
from vaxpass.records.actions import move
from vaxpass.records.facts import Origin
from vaxpass.records.models import Look
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

pytestmark = pytest.mark.django_db
WRONG = "+84900000001"


@pytest.fixture
def facility():
    return make_office()


@pytest.fixture
def clerk(facility):
    return make_officer("clerk", facility, "facility_clerk")


def enter(username):
    client = Client(headers={"accept-language": "vi"})
    client.force_login(
        Officer.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def version_id(request, facility, clerk):
    (stored,) = receive([received()], Origin(facility, clerk, facility, NOW)).version_ids.values()
    for verb in getattr(request, "param", [Verb.REPORT_MISMATCH]):
        move([stored], verb, now=NOW)
    return stored


@pytest.fixture
def undelivered(version_id):
    office = Office()
    office.sms.phones.refused[WRONG] = "NUMBER_UNKNOWN"
    person_id = get_versions([version_id])[0].person_id
    actions.enqueue([notice(to=Recipient("0900000001"), person_id=person_id)], now=NOON)
    office.deliver()
    read_reports(office.post, clock=office.clock)
    return Bounce.objects.get().pk


def page(client):
    answer = client.get("/facility/undelivered/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_clerk_sees_who_why_and_where_to_mend_and_never_the_number(undelivered, version_id, clerk):
    shown = page(enter("clerk"))
    assert "Nguyễn Thị Hường" in shown
    assert "Số điện thoại không có người dùng" in shown
    assert f"/facility/records/{version_id}/mend" in shown
    assert "0900000001" not in shown
    assert Look.objects.filter(purpose="undelivered", officer_id=clerk).count() == 1


@pytest.mark.parametrize("version_id", [[Verb.CONFIRM_IDENTITY, Verb.ATTEST]], indirect=True)
def test_a_signed_record_is_mended_by_a_request(undelivered, version_id, clerk):
    shown = page(enter("clerk"))
    assert f"/facility/records/{version_id}/correction" in shown
    assert "/mend" not in shown


def test_a_record_that_has_ended_meanwhile_offers_nothing_to_mend(undelivered, version_id, clerk):
    move([version_id], Verb.REPLACE, now=NOW)
    shown = page(enter("clerk"))
    assert "/mend" not in shown
    assert "Số điện thoại không có người dùng" in shown


def test_another_facility_sees_nothing_and_ends_nothing(undelivered):
    make_officer("stranger", make_office("40A02"), "facility_clerk")
    stranger = enter("stranger")
    assert "Mọi thông báo đều đã đến nơi." in page(stranger)
    for answer in (
        stranger.get(f"/facility/undelivered/{undelivered}/done"),
        stranger.post(f"/facility/undelivered/{undelivered}/done", {"confirmed": "yes"}),
    ):
        assert answer.status_code == 404
    assert Bounce.objects.get().settled_at is None


def test_it_is_asked_once_more_before_a_row_is_taken_off(undelivered, clerk):
    client = enter("clerk")
    address = f"/facility/undelivered/{undelivered}/done"
    assert "Bỏ thông báo này khỏi danh sách?" in client.get(address).content.decode()
    assert client.post(address).status_code == 200
    assert Bounce.objects.get().settled_at is None
    assert client.post(address, {"confirmed": "yes"}).status_code == 302
    assert Bounce.objects.get().settled_by_id == clerk
    assert client.post(address, {"confirmed": "yes"}).status_code == 404


def test_a_signer_is_not_offered_the_list(undelivered, facility):
    make_officer("signer", facility, "facility_signer")
    assert enter("signer").get("/facility/undelivered/").status_code == 403
