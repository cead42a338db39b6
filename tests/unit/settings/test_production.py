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
    "DATABASE_URL": "postgresql:///x",
}
NOT_ASKED_FOR = {"VAXPASS_MINISTRY_KEY", "VAXPASS_PUBLISHER_KEY", "VAXPASS_LOG_KEY", "VAXPASS_POPULATION_URL"}


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
