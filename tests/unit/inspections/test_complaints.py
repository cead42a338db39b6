"""Complaints under dispatch 2228: nameless, past the unit, to inspectors; taken up once, limited like other forms."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import NOW
from tests.unit.inspections.conftest import LATER, Scene, refusal
from vaxpass.desks.citizen import captcha
from vaxpass.inspections import complaints
from vaxpass.inspections.complaints import NewComplaint
from vaxpass.inspections.models import Complaint
from vaxpass.inspections.rules import COMPLAINED_HERE, ComplaintKind, ComplaintStatus
from vaxpass.offices.models import Act

pytestmark = pytest.mark.django_db
MONEY = "Nhân viên quầy 3 đòi 500.000 đồng để ký."


def filed(office_id: int | None = None, **columns) -> int:
    new = NewComplaint(ComplaintKind.DEMANDS_MONEY, MONEY, office_id=office_id, **columns)
    return complaints.file(new, visitor=b"somebody", now=NOW)


def sees(actor, complaint_id: int) -> bool:
    return complaints.inbox(actor).filter(pk=complaint_id).exists()


def test_inspectors_alone_read_it_and_never_the_unit(scene: Scene) -> None:
    one = filed(scene.facility)
    assert [sees(actor, one) for actor in (scene.inspector, scene.provincial)] == [True, True]
    assert not any(sees(actor, one) for actor in (scene.head, scene.clerk, scene.hanoi))
    assert refusal(complaints.read, scene.head, one, now=LATER) == "RIGHT_MISSING"
    assert refusal(complaints.read, scene.hanoi, one, now=LATER) == "COMPLAINT_UNKNOWN"


def test_about_the_province_or_for_the_ministry_alone_goes_past_the_province(scene: Scene) -> None:
    about_it, alone, unknown = filed(scene.province), filed(scene.facility, ministry_only=True), filed()
    assert not any(sees(scene.provincial, one) for one in (about_it, alone, unknown))
    assert all(sees(scene.inspector, one) for one in (about_it, alone, unknown))


def test_the_text_is_sealed_and_reading_it_is_an_act(scene: Scene) -> None:
    one = filed(scene.facility, contact="0900000001")
    row = Complaint.objects.get(pk=one)
    assert MONEY.encode() not in bytes(row.text_sealed)
    facts = complaints.read(scene.inspector, one, now=LATER)
    assert (facts.text, facts.contact) == (MONEY, "0900000001")
    assert Act.objects.get(verb="see_complaint").subject == f"complaint/{one}"
    assert not complaints.facts_of([row])[0].text, "a list shows nothing that was written"


def test_it_is_taken_up_once_and_closed_with_words(scene: Scene) -> None:
    one = filed(scene.facility)
    assert refusal(complaints.close, scene.inspector, one, "Đã xử lý.", now=LATER) == "COMPLAINT_MOVED_ON"
    complaints.take_up(scene.inspector, one, now=LATER)
    assert refusal(complaints.take_up, scene.second, one, now=LATER) == "COMPLAINT_MOVED_ON"
    assert refusal(complaints.close, scene.inspector, one, " ", now=LATER) == "FINDING_TEXT_MISSING"
    complaints.close(scene.second, one, "Đã xử lý.", now=LATER)
    assert Complaint.objects.get(pk=one).status == ComplaintStatus.CLOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=one).update(ministry_only=True)


def test_one_address_tells_a_few_times_an_hour(scene: Scene) -> None:
    for _ in range(COMPLAINED_HERE[0].most):
        filed(scene.facility)
    new = NewComplaint(ComplaintKind.OTHER, MONEY)
    assert refusal(complaints.file, new, visitor=b"somebody", now=NOW) == "COMPLAINED_TOO_OFTEN"
    assert complaints.file(new, visitor=b"somebody else", now=NOW)


@pytest.mark.parametrize(
    ("text", "contact", "code"),
    [
        (" ", "", "COMPLAINT_EMPTY"),
        ("x" * 2001, "", "COMPLAINT_TOO_LONG"),
        ("x", "0" * 121, "COMPLAINT_CONTACT_TOO_LONG"),
    ],
)
def test_what_cannot_be_told_is_refused(scene: Scene, text: str, contact: str, code: str) -> None:
    assert refusal(complaints.check, NewComplaint(ComplaintKind.OTHER, text, contact=contact)) == code


@pytest.fixture
def no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha, "check", lambda *_a, **_n: captcha.Way.WORK)  # its own tests are elsewhere


@pytest.mark.usefixtures("no_machine")
def test_anybody_may_tell_without_a_script(scene: Scene, client: Client) -> None:
    said = {"kind": "DEMANDS_MONEY", "province": "40", "text": MONEY}
    page = client.post("/citizen/complaint/", {**said, "show": "yes"}).content.decode()
    assert f'value="{scene.facility}"' in page
    assert MONEY in page, "what was typed is still there"
    assert not Complaint.objects.exists()
    answer = client.post("/citizen/complaint/", {**said, "office": str(scene.facility), "ministry_only": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/citizen/complaint/sent/")
    row = Complaint.objects.get()
    assert (row.office_id, row.province_code, row.ministry_only) == (scene.facility, "40", True)
    assert client.post("/citizen/complaint/", {"kind": "OTHER"}).status_code == 422
    cache.clear()


def test_a_machine_is_not_heard(scene: Scene, client: Client) -> None:
    answer = client.post("/citizen/complaint/", {"kind": "OTHER", "text": MONEY})
    assert answer.status_code == 422
    assert not Complaint.objects.exists()
