"""Who was switched off may do nothing: not by a page, and not by a job that goes on in the officer's name."""

import pytest
from django.test import Client

from tests.factories import NOW, make_office, make_officer
from vaxpass.offices.models import Officer, OfficerRole
from vaxpass.offices.queries import get_actor_by_id

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def officer() -> Officer:
    return Officer.objects.get(pk=make_officer("signer", make_office(), "facility_signer"))


def test_a_job_finds_no_right_of_who_was_switched_off(officer: Officer) -> None:
    assert get_actor_by_id(officer.pk).permissions
    Officer.objects.filter(pk=officer.pk).update(is_active=False)
    actor = get_actor_by_id(officer.pk)
    assert (actor.permissions, actor.signs_for) == (frozenset(), frozenset())


def test_a_session_ends_with_the_account(officer: Officer, client: Client) -> None:
    client.force_login(officer, backend=BACKEND)
    assert client.get("/facility/sign/").status_code == 200
    Officer.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/facility/sign/").headers["Location"].startswith("/account/login/")


def test_a_role_that_ends_ends_in_the_running_session(officer: Officer, client: Client) -> None:
    client.force_login(officer, backend=BACKEND)
    OfficerRole.objects.filter(officer=officer).update(until=NOW)
    assert client.get("/facility/sign/").status_code == 403
