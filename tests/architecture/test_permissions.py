"""Every address, visited as every role: what the guard says is what happens."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_office, make_officer
from vaxpass.offices.models import Officer
from vaxpass.offices.roles import ROLES

pytestmark = pytest.mark.django_db

OURS = re.compile(r"^vaxpass\.")
STANDING_IN = {"int": "999999", "uuid": "00000000-0000-4000-8000-000000000000", "str": "none", "slug": "none"}


def addresses(patterns: list[Any] | None = None, path: str = "/") -> list[tuple[str, Any]]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and OURS.match(getattr(pattern.callback, "__module__", "")):
            found.append((here, pattern.callback))
    return found


def filled(path: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: STANDING_IN.get(found[1] or "str", "none"), path)


def test_every_address_of_ours_has_a_guard() -> None:
    assert not [path for path, view in addresses() if not hasattr(view, "guard")]


@pytest.fixture
def officers() -> dict[str, Officer]:
    offices = {kind: make_office(f"{kind[:4].upper()}1", kind) for kind in (
        "facility", "commune", "district", "province", "ministry", "support",
    )}  # fmt: skip
    return {
        code: Officer.objects.get(pk=make_officer(code, offices[min(role.office_kinds)], code))
        for code, role in ROLES.items()
    }


def test_nobody_comes_in_without_signing_in(client: Client) -> None:
    for path, view in addresses():
        if view.guard not in {"open", "citizen"}:
            answer = client.get(filled(path))
            assert answer.status_code == 302, path
            assert "/account/login" in answer["Location"], path


def test_a_citizens_page_leads_whoever_has_not_shown_who_they_are_to_finding_the_record(
    client: Client, officers: dict[str, Officer]
) -> None:
    client.force_login(officers["ministry_operator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    for path, view in addresses():
        if view.guard == "citizen":
            for method in (client.get, client.post):
                answer = method(filled(path))
                assert (answer.status_code, answer.headers.get("Location")) == (302, "/citizen/find/"), path


@pytest.mark.parametrize("role", list(ROLES))
def test_every_address_as_this_role(client: Client, officers: dict[str, Officer], role: str) -> None:
    client.force_login(officers[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    for path, view in addresses():
        if view.guard in {"open", "citizen"}:
            continue
        allowed = not view.guard or bool(ROLES[role].permissions & set(view.guard))
        for method in (client.get, client.post):
            status = method(filled(path)).status_code
            assert status != 500, path
            if allowed:
                assert status != 403, (path, role)
            else:
                assert status == 403, (path, role, status)
