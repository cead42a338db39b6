import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.corrections.rules import Refusal
from vaxpass.offices.models import Officer
from vaxpass.records import actions as records
from vaxpass.records import queries
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
RIGHT = {
    "mend-name": "Nguyễn Thị Hường",
    "mend-birth": "18/05/1990",
    "mend-sex": "2",
    "mend-nationality": "VN",
    "mend-number": "040190000001",
    "mend-phone": "0900000001",
    "mend-address": "",
    "mend-vaccine": "EU/1/20/1528",
    "mend-lot": "FK0112",
    "mend-day": "01/09/2021",
    "mend-dose": "1",
    "mend-place": "",
    "mend-cause": "CORRECTION_TYPED_WRONG",
    "mend-note": "Theo thẻ căn cước",
    "ask_mend": "yes",
}
WITHDRAW = {"withdraw-cause": "CORRECTION_NOT_GIVEN", "withdraw-note": "", "ask_withdraw": "yes"}


@pytest.fixture
def facility():
    return make_office()


def sign_in(name, office, *roles):
    officer = Officer.objects.get(pk=make_officer(name, office, *roles))
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def clerk(facility):
    return sign_in("clerk", facility, "facility_clerk")


@pytest.fixture
def head(facility):
    return sign_in("head", facility, "facility_head")


@pytest.fixture
def version_id(facility, clerk):
    officer = Officer.objects.get(username="clerk")
    (stored,) = receive([received(1)], Origin(facility, officer.pk, facility, NOW)).version_ids.values()
    records.move([stored], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    return stored


def address(name, *arguments):
    return reverse(f"facility:{name}", args=arguments)


def asked(client, version_id, **changes):
    return client.post(address("correction_ask", version_id), {**RIGHT, **changes})


def report_of(version_id):
    from vaxpass.corrections.queries import open_report_of

    return open_report_of(version_id)


def state(version_id):
    return queries.get_versions([version_id])[0].state


def test_the_form_stands_filled_with_the_record(clerk, version_id):
    page = clerk.get(address("correction_ask", version_id)).content.decode()
    for text in ("Nguyễn Thị Hường", "17/05/1990", "040190000001", "FK0112"):
        assert text in page


def test_from_asking_to_a_new_version_whose_identity_is_checked(clerk, head, version_id):
    assert asked(clerk, version_id).status_code == 302
    report_id = report_of(version_id)
    page = head.get(address("correction", report_id)).content.decode()
    assert "<del>17/05/1990</del>" in page
    assert "<ins>18/05/1990</ins>" in page
    assert page.count("<ins>") == 1
    assert head.post(address("correction_accept", report_id)).status_code == 302
    assert state(version_id) == State.REPLACED
    assert ProcrastinateJob.objects.filter(task_name="identity.check").count() == 1


def test_what_was_typed_stays_and_is_judged_by_the_rules_of_intake(clerk, version_id):
    answer = asked(clerk, version_id, **{"mend-day": "31/02/2021", "mend-lot": "LOT-7"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "LOT-7" in page
    assert "31/02/2021" in page
    assert report_of(version_id) is None


def test_asking_for_nothing_new_is_refused_on_the_page(clerk, version_id):
    answer = asked(clerk, version_id, **{"mend-birth": "17/05/1990"})
    assert answer.status_code == 422
    assert report_of(version_id) is None


def test_a_withdrawal_is_asked_accepted_and_done(clerk, head, version_id):
    assert clerk.post(address("correction_ask", version_id), WITHDRAW).status_code == 302
    head.post(address("correction_accept", report_of(version_id)))
    assert state(version_id) == State.WITHDRAWN
    assert not ProcrastinateJob.objects.filter(task_name="identity.check").exists()


def test_a_refusal_needs_a_reason_and_who_asked_reads_it(clerk, head, version_id):
    asked(clerk, version_id)
    report_id = report_of(version_id)
    assert head.post(address("correction_refuse", report_id), {}).status_code == 422
    assert head.post(address("correction_refuse", report_id), {"code": Refusal.PROOF_BLURRED.value}).status_code == 302
    page = clerk.get(address("correction", report_id)).content.decode()
    assert "Ảnh mờ" in page
    assert state(version_id) == State.MISMATCHED


def test_who_asked_sees_no_button_and_is_refused_without_one(facility, version_id):
    both = sign_in("both", facility, "facility_clerk", "facility_head")
    asked(both, version_id)
    report_id = report_of(version_id)
    assert "correction_accept" not in both.get(address("correction", report_id)).content.decode()
    assert both.post(address("correction_accept", report_id)).status_code == 422
    assert state(version_id) == State.MISMATCHED


def test_another_facility_finds_nothing(clerk, version_id):
    stranger = sign_in("stranger", make_office("40A09"), "facility_head", "facility_clerk")
    asked(clerk, version_id)
    report_id = report_of(version_id)
    assert stranger.get(address("correction_ask", version_id)).status_code == 404
    assert stranger.get(address("correction", report_id)).status_code == 404
    assert stranger.post(address("correction_accept", report_id)).status_code == 404
    assert "Hường" not in stranger.get(address("corrections")).content.decode()


def test_the_list_filters_by_status(clerk, head, version_id):
    asked(clerk, version_id)
    listed = address("corrections")
    assert "Nguyễn Thị Hường" in head.get(listed).content.decode()
    head.post(address("correction_accept", report_of(version_id)))
    assert "Nguyễn Thị Hường" not in head.get(listed, {"status": "1"}).content.decode()
    assert "Nguyễn Thị Hường" in head.get(listed, {"status": "2"}).content.decode()


def test_asking_twice_leads_to_the_open_request(clerk, version_id):
    asked(clerk, version_id)
    page = clerk.get(address("correction_ask", version_id)).content.decode()
    assert address("correction", report_of(version_id)) in page
    assert "mend-name" not in page


def test_decisions_are_never_made_by_a_link(clerk, head, version_id):
    asked(clerk, version_id)
    for name in ("correction_accept", "correction_refuse"):
        assert head.get(address(name, report_of(version_id))).status_code == 405


def test_the_looks_are_written_down(clerk, version_id):
    clerk.get(address("correction_ask", version_id))
    person = queries.get_versions([version_id])[0].person_id
    assert [look.purpose for look in queries.looks_at(person)] == ["correction"]
