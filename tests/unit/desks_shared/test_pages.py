import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
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
    assert '<html lang="en"' in client.get("/citizen/").text


def test_an_officer_sees_own_account(client: Client) -> None:
    text = signed_in(client).get("/account/").text
    assert "Cán bộ clerk" in text
    assert "Nhân viên nhập liệu" in text


def test_demo_sign_ins_are_shown_in_the_demo_alone(client: Client, settings: Any, tmp_path: Path) -> None:
    listed = [{"username": "thu", "password": "thu-thu-thu", "office": "Trạm y tế", "role": "Nhân viên nhập liệu"}]
    (tmp_path / "demo-sign-ins.json").write_text(json.dumps(listed))
    settings.STATE_DIR = tmp_path
    assert "thu-thu-thu" not in client.get("/").text
    settings.DEMO = True
    assert "thu-thu-thu" in client.get("/").text
    assert "Dữ liệu giả lập" in client.get("/citizen/").text


def static(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


def test_the_first_page_is_small(client: Client) -> None:
    """Compressed bytes of everything that the start page loads, fonts included: below 100 kB."""
    text = client.get("/").text
    files = set(re.findall(r'/static/([^"]+)', text))
    fonts = set(re.findall(r"vendor/[^\"]+woff2", static("desk/theme.css").decode()))
    contents = [static(name) for name in files | fonts]
    assert len(contents) > 10
    assert sum(len(brotli.compress(content)) for content in [text.encode(), *contents]) < 100_000


def test_an_unknown_address_and_a_bad_form_tell_nothing_personal(client: Client) -> None:
    assert client.get("/none").status_code == 404
    assert "Không có trang này" in client.get("/none").text
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/language", {"language": "en"}).status_code == 403


def test_the_language_of_an_officer_comes_back_on_another_machine(client: Client) -> None:
    make_officer("binh", make_office(), "facility_clerk")
    client.post("/account/login/", {"login": "binh", "password": "binhbinh"})
    client.post("/language", {"language": "en", "next": "/account/"})
    elsewhere = Client()
    elsewhere.post("/account/login/", {"login": "binh", "password": "binhbinh"})
    assert '<html lang="en">' in elsewhere.get("/account/").text


def test_no_other_language_is_remembered(client: Client) -> None:
    answer = client.post("/language", {"language": "xx", "next": "https://example.org/"})
    assert answer["Location"] == "/"
