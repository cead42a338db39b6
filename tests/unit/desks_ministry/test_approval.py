"""What the approver's page takes from a form that somebody has tampered with, and from whom."""

import pytest
from django.test import Client

from tests.factories.signing import Ministry, attested_person, make_key, make_ministry, prepared_run
from vaxpass.ministry_signing.queries import get_run
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.models import Officer, OfficerRole

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def run_id(ministry: Ministry) -> int:
    attested_person(ministry, 1)
    return prepared_run(ministry, make_key())


def sign_in(client: Client, officer_id: int) -> Client:
    client.force_login(Officer.objects.get(pk=officer_id), BACKEND)
    return client


@pytest.mark.parametrize("item", ["9" * 5_000, "9" * 30, "-1", "x", "1;DROP TABLE x", "\u0661"])
def test_a_number_that_is_none_of_ours_decides_nothing(
    client: Client, ministry: Ministry, run_id: int, item: str
) -> None:
    posted = {"item": item, "decision": "release"}
    answer = sign_in(client, ministry.approver.officer_id).post(f"/ministry/runs/{run_id}/holds/", posted)
    assert answer.status_code == 302


def test_who_prepared_does_not_approve_with_a_role_granted_later(
    client: Client, ministry: Ministry, run_id: int
) -> None:
    preparer = ministry.operator.officer_id
    OfficerRole.objects.filter(officer_id=ministry.approver.officer_id).update(officer_id=preparer)
    answer = sign_in(client, preparer).post(f"/ministry/runs/{run_id}/approve/", {"confirmed": "yes"})
    assert answer.status_code == 422
    assert "RUN_OWN" in answer.text
    assert get_run(run_id).state == RunState.PREPARED
