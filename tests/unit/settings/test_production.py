"""Production refuses to start with what protects nobody: one thing wrong, one named refusal."""

import os
import subprocess
import sys

import pytest

WHOLE = {
    "VAXPASS_SECRET_KEY": "s" * 50,
    "VAXPASS_SEALING_KEYS": "0123456789abcdef" * 4,
    "VAXPASS_LOOKUP_KEY": "fedcba9876543210" * 4,
    "VAXPASS_HOSTS": "hochieu.example.org",
    "VAXPASS_MINISTRY_KEY": "pkcs11",
    "VAXPASS_PUBLISHER_KEY": "pkcs11",
    "VAXPASS_LOG_KEY": "pkcs12",
    "VAXPASS_LOG_ORIGIN": "log.example.org/vn",
    "VAXPASS_POPULATION_URL": "https://lgsp.example.org",
    "VAXPASS_POPULATION_TOKEN": "token",
    "VAXPASS_POPULATION_OFFICER_KEY": "key",
    "VAXPASS_EID_ISSUER": "https://eid.example.org",
    "VAXPASS_EID_CLIENT_ID": "vaxpass",
    "VAXPASS_EID_CLIENT_SECRET": "secret",
    "DATABASE_URL": "postgresql:///x",
}
NOT_ASKED_FOR = {
    "VAXPASS_MINISTRY_KEY", "VAXPASS_PUBLISHER_KEY", "VAXPASS_LOG_KEY", "VAXPASS_POPULATION_URL", "VAXPASS_EID_ISSUER",
}  # fmt: skip


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("VAXPASS_", "DATABASE_"))}
    code = "from vaxpass.settings import production as p; print(p.DEBUG, p.SOFTWARE_KEYS_ALLOWED)"
    environment = {**outside, **WHOLE, **changes}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_it_starts_when_everything_is_given() -> None:
    assert start().stdout.split() == ["False", "False"]


def test_debug_cannot_be_switched_on_from_outside() -> None:
    assert start(DEBUG="True", DJANGO_DEBUG="1", VAXPASS_DEBUG="1").stdout.split()[0] == "False"


@pytest.mark.parametrize("name", sorted(set(WHOLE) - NOT_ASKED_FOR))
def test_it_names_what_is_missing(name: str) -> None:
    answer = start(**{name: ""})
    assert answer.returncode
    assert f"Set before starting: {name}" in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VAXPASS_SECRET_KEY", "short"),
        ("VAXPASS_SEALING_KEYS", "no hex"),
        ("VAXPASS_SEALING_KEYS", "ab" * 16),
        ("VAXPASS_SEALING_KEYS", "11" * 32),
        ("VAXPASS_SEALING_KEYS", WHOLE["VAXPASS_LOOKUP_KEY"]),
        ("VAXPASS_HOSTS", "*"),
        ("VAXPASS_HOSTS", "hochieu.example.org,*.example.com"),
        ("VAXPASS_MINISTRY_KEY", "software"),
        ("VAXPASS_PUBLISHER_KEY", "software"),
        ("VAXPASS_LOG_KEY", "software"),
        ("VAXPASS_LOG_QUORUM", "1"),
    ],
)
def test_it_refuses_what_protects_nobody(name: str, value: str) -> None:
    answer = start(**{name: value})
    assert answer.returncode
    assert name in answer.stderr.splitlines()[-1]
    assert value not in answer.stderr.splitlines()[-1] or value in {"*", "software", "1"}


GATEWAY = {
    "VAXPASS_SMS_URL": "https://sms.example.org",
    "VAXPASS_SMS_TOKEN": "token",
    "VAXPASS_SMS_SENDER": "BOYTE",
}
MAIL = {
    "VAXPASS_SMTP_HOST": "mail.example.org",
    "VAXPASS_SMTP_SENDER": "a@example.org",
    "VAXPASS_SMTP_BOUNCES": "/var/mail/bounces",
    "VAXPASS_SMTP_BOUNCES_TO": "bounces@example.org",
}


def test_it_starts_with_a_whole_gateway_and_a_whole_mail_server() -> None:
    assert start(**GATEWAY, **MAIL).stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", [*GATEWAY, *MAIL])
def test_half_a_gateway_or_mail_server_is_refused_by_what_it_lacks(name: str) -> None:
    answer = start(**{**GATEWAY, **MAIL, name: ""})
    assert answer.returncode
    assert answer.stderr.strip().endswith(f"set as well: {name}")


@pytest.mark.parametrize(
    "changes",
    [
        {"VAXPASS_SMS_URL": "http://sms.example.org"},
        {"VAXPASS_SMTP_SECURITY": "none"},
        {"VAXPASS_SMTP_USER": "vaxpass"},
        {"VAXPASS_SMTP_PASSWORD": "secret"},
        {"VAXPASS_MESSAGES_FOLDER": "/var/messages"},
    ],
)
def test_messages_do_not_leave_in_the_open(changes: dict[str, str]) -> None:
    answer = start(**{**GATEWAY, **MAIL, **changes})
    assert answer.returncode
    assert "ImproperlyConfigured" in answer.stderr
    assert "secret" not in answer.stderr
