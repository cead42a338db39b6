"""The way to one's desk, and to the desks beside it."""

import pytest
from django.test import Client

from tests.factories import make_office, make_officer
from vaxpass.offices.models import Officer

pytestmark = pytest.mark.django_db


def signed_in(client: Client, kind: str, role: str) -> Client:
    officer = make_officer("who", make_office("X1", kind), role)
    client.force_login(Officer.objects.get(pk=officer), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    ("kind", "role", "address"),
    [
        ("facility", "facility_clerk", "/facility/"),
        ("commune", "commune_officer", "/facility/"),
        ("district", "district_officer", "/province/"),
        ("province", "provincial_officer", "/province/"),
        ("province", "provincial_signer", "/facility/sign/"),
        ("ministry", "ministry_inspector", "/ministry/"),
        ("ministry", "data_protection_officer", "/ministry/rights/"),
        ("ministry", "system_administrator", "/officers/"),
        ("ministry", "it_officer", "/oversight/"),
    ],
)
def test_each_role_is_led_to_a_page_that_it_may_open(client: Client, kind: str, role: str, address: str) -> None:
    assert signed_in(client, kind, role).get("/desk")["Location"] == address
    assert client.get(address).status_code == 200


def test_a_support_agent_lands_on_a_page_that_opens(client: Client) -> None:
    answer = signed_in(client, "support", "support_agent").get("/desk", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].startswith(("/support/", "/oversight/"))


def test_the_header_offers_the_desks_that_may_be_opened(client: Client) -> None:
    page = signed_in(client, "province", "provincial_officer").get("/province/").text
    header = page[: page.index("<main")]
    assert 'href="/oversight/"' in header
    assert 'href="/officers/"' not in header


def test_whoever_has_no_right_at_a_desk_is_not_offered_it(client: Client) -> None:
    page = signed_in(client, "facility", "facility_clerk").get("/facility/").text
    assert 'href="/oversight/"' not in page[: page.index("<main")]
