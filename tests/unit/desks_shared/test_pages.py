import pytest
from django.test import Client

from tests.factories import make_office, make_officer

pytestmark = pytest.mark.django_db


def signed_in(client: Client, username: str = "clerk", kind: str = "facility", role: str = "facility_clerk") -> Client:
    from vaxpass.offices.models import Officer

    officer = make_officer(username, make_office("40A01" if kind == "facility" else "X1", kind), role)
    client.force_login(Officer.objects.get(pk=officer), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_start_page_speaks_vietnamese_first(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert '<html lang="vi">' in answer.text


def test_the_language_is_kept_and_the_page_too(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/citizen/"})
    assert answer["Location"] == "/citizen/"
    assert '<html lang="en">' in client.get("/citizen/").text


def test_an_officer_sees_own_account(client: Client) -> None:
    text = signed_in(client).get("/account/").text
    assert "Cán bộ clerk" in text
    assert "Nhân viên nhập liệu" in text
