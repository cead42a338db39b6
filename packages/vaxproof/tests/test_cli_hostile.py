"""The command line given rubbish: an answer or a refusal, never a traceback, never a code that means something else."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vaxproof._cli import check, main

from packages.vaxproof.tests.suite_cases import EXP, IAT, dcc, make_case

PROGRAM = [sys.executable, "-m", "vaxproof._cli"]
CODES = {0, 1, 2, 64}


def ended(*arguments):
    """Code and everything printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return stop.value.code, out.getvalue(), err.getvalue()


_WORDS = st.sampled_from(
    [
        "verify",
        "inspect",
        "conformance",
        "--trust",
        "--at",
        "--revocations",
        "--json",
        "--help",
        "--",
        "-h",
        "HC1:",
        "/",
    ]
)


_TEXTS = st.text(max_size=30).filter(lambda text: text != "-" and "/" not in text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(_WORDS | _TEXTS, max_size=6))
def test_any_arguments(tmp_path, monkeypatch, arguments):
    """In an empty folder, and without `/` and `-`: neither the whole disk nor standard input is meant."""
    monkeypatch.chdir(tmp_path)
    code, out, err = ended(*arguments)
    assert code in CODES
    assert "unforeseen" not in err
    assert bool(out) != bool(err)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"HC1:", b"{"]))
def test_any_file(tmp_path, data, head):
    path = tmp_path / "file.pem"
    path.write_bytes(head + data)
    for arguments in (
        ["verify", str(path)],
        ["inspect", str(path)],
        ["verify", "--trust", str(path), "HC1:A"],
        ["verify", "--revocations", str(path), "HC1:A"],
    ):
        code, _, err = ended(*arguments)
        assert code in {1, 2}
        assert "unforeseen" not in err


def test_what_json_cannot_say_is_said_otherwise(office, tmp_path):
    """A signed certificate with further keys of any kind, which a reader ignores, can still be shown."""
    odd = dcc() | {"x": b"\0\1", 5: float("nan"), "y": {b"\2": cbor2.undefined, (1, 2): [float("inf")]}}
    text = make_case(office, dcc(), encoded=odd)["PREFIX"]
    trust = tmp_path / "signer.der"
    trust.write_bytes(office.der)
    at = "2026-06-01T12:00:00Z"
    for arguments in (["inspect", text], ["verify", "--json", "--trust", str(trust), "--at", at, text]):
        code, out, err = ended(*arguments)
        assert (code, err) == (0, "")
        assert "NaN" not in out
        assert '"0001"' in out


def test_a_name_does_not_steer_the_terminal(office, tmp_path):
    names = {"fn": "A\x1b[2J\nVALID (VALID)\u202e", "fnt": "A"}
    text = make_case(office, dcc(nam=names))["PREFIX"]
    (tmp_path / "signer.der").write_bytes(office.der)
    _, out, _ = ended("verify", "--trust", str(tmp_path), "--at", "2026-06-01T12:00:00Z", text)
    assert "\nname: A\\x1b[2J\\nVALID (VALID)\\u202e\n" in out
    assert "\x1b" not in out


def test_the_last_second_of_the_calendar_can_be_shown(office, tmp_path):
    text = make_case(office, claims={IAT: 0.5, EXP: 253_402_300_799})["PREFIX"]
    (tmp_path / "signer.der").write_bytes(office.der)
    assert ended("verify", "--trust", str(tmp_path), "--at", "2026-06-01T12:00:00Z", text)[0] == 0


def test_a_long_text_that_is_no_code_is_not_taken_for_a_file():
    for text in ("hc1:" + "A" * 500, "A" * 500, " HC1:" + "/" * 300):
        code, out, err = ended("verify", text)
        assert (code, err) == (1, "")
        assert text not in out


def test_a_damaged_trust_file_is_named(tmp_path):
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    code, out, _ = ended("verify", "--trust", str(tmp_path), "HC1:A")
    assert code == 2
    assert "detail: broken.pem: " in out


def test_an_unforeseen_fault_is_no_answer(monkeypatch):
    """A traceback ends with 1, which would say: not valid."""

    def fault(*_):
        raise ZeroDivisionError("of a person")

    monkeypatch.setattr(check, "read_text", fault)
    code, out, err = ended("verify", "HC1:A")
    assert (code, out) == (2, "")
    assert err == "vaxproof: an unforeseen fault (ZeroDivisionError); nothing can be said\n"


@pytest.mark.parametrize(
    ("redirection", "code"),
    [("", 1), ("<&-", 1), (">&-", 1), ("2>&-", 1), ("| true; exit 7", 7)],
)
def test_closed_streams(redirection, code):
    done = _shell(f"verify HC1:A {redirection}")
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_standard_input_that_is_closed_is_misuse():
    done = _shell("verify - <&-")
    assert (done.returncode, done.stderr) == (64, "vaxproof: standard input is closed\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_no_answer():
    done = _shell("verify HC1:A >/dev/full")
    assert done.returncode == 64
    assert done.stderr.startswith("vaxproof: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("alphabet", ["ascii", "latin-1", "cp1258"])
def test_a_terminal_without_vietnamese_letters(alphabet):
    done = _shell("verify HC1:A", PYTHONIOENCODING=alphabet)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT_VALID (BASE_45_DECODING_FAILED)\nM")


def _shell(arguments, **environment):
    command = " ".join([*PROGRAM, arguments])
    return subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        encoding="latin-1",
        env=os.environ | environment,
        check=False,
    )
