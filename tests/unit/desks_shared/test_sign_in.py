"""Sign-in as an attacker and as an officer meet it, over HTTP."""

import os
import subprocess
import sys
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from tests.factories import make_office, make_officer
from vaxpass.offices.models import Act, Officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def clerk() -> Officer:
    return Officer.objects.get(pk=make_officer("clerk", make_office(), "facility_clerk"))


def try_password(client: Client, password: str, username: str = "clerk") -> Any:
    return client.post("/account/login/", {"login": username, "password": password})


def code_of_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def verbs() -> list[str]:
    return list(Act.objects.exclude(verb="enrol").order_by("at", "id").values_list("verb", flat=True))


def test_the_right_password_leads_to_the_desk_and_is_written_down(client: Client, clerk: Officer) -> None:
    answer = try_password(client, "clerkclerk")
    assert answer.status_code == 302
    assert answer["Location"] == "/desk"
    client.post("/account/logout/")
    assert verbs() == ["sign_in", "sign_out"]
    assert Act.objects.get(verb="sign_in").officer_id == clerk.pk


def test_the_session_gets_a_new_number_at_sign_in(client: Client, clerk: Officer) -> None:
    client.get("/account/login/")
    session = client.session
    session["before"] = 1
    session.save()
    key_before = str(session.session_key)
    client.cookies["sessionid"] = key_before
    try_password(client, "clerkclerk")
    assert client.session.session_key != key_before


def test_five_wrong_passwords_lock_and_the_right_one_is_then_refused(client: Client, clerk: Officer) -> None:
    make_officer("other", clerk.office_id, "facility_clerk")
    answers = [try_password(client, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    refused = try_password(client, "clerkclerk")
    assert refused.status_code == 429
    assert "15 phút" in refused.text
    assert "clerk" not in refused.text
    assert client.get("/desk").status_code == 302
    assert try_password(client, "other" * 2, "other").status_code == 302, "a colleague behind the same address"
    assert verbs().count("sign_in") == 1
    assert verbs().count("sign_in_locked") >= 1


def test_an_unknown_name_is_answered_like_a_known_one(clerk: Officer) -> None:
    known, unknown = (try_password(Client(), "wrong", name) for name in ("clerk", "nobody-of-that-name"))
    assert known.status_code == unknown.status_code
    assert known.text.count("không đúng") == unknown.text.count("không đúng") > 0
    assert not Act.objects.filter(verb="sign_in_failed", officer_id__isnull=False).exists()


def test_an_unknown_name_costs_a_hash_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(Officer, "set_password", lambda _, raw: hashed.append(raw))
    try_password(client, "wrong", "nobody-of-that-name")
    assert hashed == ["wrong"]


def test_an_unknown_name_is_locked_out_alike(client: Client) -> None:
    assert [try_password(client, "wrong", "nobody").status_code for _ in range(5)][-1] == 429


def test_a_switched_off_officer_does_not_come_in(client: Client, clerk: Officer) -> None:
    Officer.objects.update(is_active=False)
    try_password(client, "clerkclerk")
    assert client.get("/account/").status_code == 302


def test_without_the_waiver_a_password_alone_reaches_no_desk(client: Client, clerk: Officer, settings: Any) -> None:
    settings.SECOND_FACTOR_MAY_BE_WAIVED = False
    try_password(client, "clerkclerk")
    for address in ("/desk", "/account/", "/facility/"):
        answer = client.get(address)
        assert answer.status_code in {302, 404}
        if answer.status_code == 302:
            assert answer["Location"].startswith("/account/second-factor/app/")


def test_setting_up_a_code_opens_the_desk_and_is_asked_for_next_time(
    client: Client, clerk: Officer, settings: Any
) -> None:
    settings.SECOND_FACTOR_MAY_BE_WAIVED = False
    try_password(client, "clerkclerk")
    setting_up = "/account/second-factor/app/"
    secret = client.get(setting_up).context["form"].secret
    assert client.post(setting_up, {"code": code_of_now(secret)}).status_code == 302
    assert client.get("/account/").status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
    again = Client()
    cache.clear()  # the code of this half minute was used just now, and is good once
    assert try_password(again, "clerkclerk")["Location"] == "/account/second-factor/ask/"
    assert again.get("/account/").status_code == 302
    again.post("/account/second-factor/ask/", {"code": code_of_now(secret)})
    assert again.get("/account/").status_code == 200


def test_a_session_without_a_fresh_password_sets_up_no_factor(client: Client, clerk: Officer) -> None:
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    setting_up = "/account/second-factor/app/"
    asked_again = client.get(setting_up)["Location"]
    assert asked_again.startswith("/account/reauthenticate/")
    assert client.post(asked_again, {"password": "clerkclerk"})["Location"] == setting_up


def officer_with_code(clerk: Officer) -> str:
    secret: str = generate_totp_secret()
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": get_adapter().encrypt(secret)})
    return secret


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of one half minute, however late in it the test begins."""
    for module in ("allauth.mfa.totp.internal.auth", __name__):
        monkeypatch.setattr(sys.modules[module], "yield_hotp_counters_from_time", lambda: iter([58_000_000]))


@pytest.mark.usefixtures("standing_clock")
def test_a_code_is_good_once(clerk: Officer) -> None:
    secret = officer_with_code(clerk)
    code = code_of_now(secret)
    first, second = Client(), Client()
    for client in (first, second):
        try_password(client, "clerkclerk")
        client.post("/account/second-factor/ask/", {"code": code})
    assert first.get("/account/").status_code == 200
    assert second.get("/account/").status_code == 302


def test_guessing_codes_is_stopped(client: Client, clerk: Officer) -> None:
    secret = officer_with_code(clerk)
    try_password(client, "clerkclerk")
    for _ in range(5):
        client.post("/account/second-factor/ask/", {"code": "000000"})
    client.post("/account/second-factor/ask/", {"code": code_of_now(secret)})
    assert client.get("/account/").status_code == 302


def test_an_idle_session_ends_after_half_an_hour(client: Client, clerk: Officer, settings: Any) -> None:
    try_password(client, "clerkclerk")
    assert settings.SESSION_SAVE_EVERY_REQUEST
    assert client.session.get_expiry_age() <= 30 * 60
    assert client.session.get_expire_at_browser_close()


def test_no_browser_keeps_a_page_behind_the_guard(client: Client, clerk: Officer) -> None:
    try_password(client, "clerkclerk")
    assert client.get("/account/")["Cache-Control"] == "no-store"


def test_nothing_of_allauth_is_mounted_that_officers_do_not_need() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not names & {
        "account_signup", "account_email", "account_reset_password", "account_set_password",
        "account_confirm_email", "account_request_login_code", "mfa_login_webauthn", "socialaccount_login",
    }  # fmt: skip


def test_lock_outs_remember_no_more_than_they_need(client: Client, clerk: Officer) -> None:
    try_password(client, "wrong")
    attempt = AccessAttempt.objects.get()
    assert "clerk" not in attempt.post_data
    assert "wrong" not in attempt.post_data


def test_production_never_waives_the_second_factor() -> None:
    code = "from vaxpass.settings import production as p; print(p.SECOND_FACTOR_MAY_BE_WAIVED, p.DEMO)"
    environment = {
        **os.environ,
        "VAXPASS_SECRET_KEY": "x" * 50, "VAXPASS_SEALING_KEYS": "1a2b" * 16, "VAXPASS_LOOKUP_KEY": "3c4d" * 16,
        "VAXPASS_HOSTS": "example.org", "DATABASE_URL": "postgresql:///x", "VAXPASS_MINISTRY_KEY": "pkcs11",
        "VAXPASS_PUBLISHER_KEY": "pkcs11", "VAXPASS_LOG_KEY": "pkcs12", "VAXPASS_LOG_ORIGIN": "example.org/log",
        "SECOND_FACTOR_MAY_BE_WAIVED": "True", "VAXPASS_SECOND_FACTOR_MAY_BE_WAIVED": "1",
    }  # fmt: skip
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]
