"""The publisher's key in a token, the settings' keys, and what `vaxpass publish` says."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from django.core.management import CommandError, call_command
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.merkle import EMPTY_ROOT
from vaxproof.trust.publications import Pins

from tests.contract.signing.conftest import MODULE, PIN, TokenPlace
from tests.unit.publication.test_log import grow
from vaxpass import wiring
from vaxpass.adapters.signing.private_key import passport_key
from vaxpass.console.demo_keys import make_demo_keys
from vaxpass.jobs.publication import publish, publish_log
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.editions import Press
from vaxpass.publication.rules import Document

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return make_demo_keys(tmp_path_factory.mktemp("keys"), NOW, ())


@pytest.fixture
def demo(keys, settings, tmp_path, db):
    settings.KEY_DIR, settings.PUBLISH_DIR = keys.folder, tmp_path / "published"
    return settings


def ask(*arguments):
    out = StringIO()
    call_command("publish", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.hsm
def test_a_publisher_in_a_token_publishes(demo, tmp_path, monkeypatch):
    token = TokenPlace(tmp_path, ec.generate_private_key(ec.SECP256R1()), monkeypatch)
    key = token.open()
    press = Press(tmp_path / "published", passport_key(key))
    monkeypatch.setattr(wiring, "press", lambda: press)
    publish(NOW)
    for document in Document:
        Pins([token.certificate]).open((press.directory / f"{document}.jws").read_bytes(), at=NOW)
    key.close()


@pytest.mark.hsm
def test_a_token_that_is_gone_publishes_nothing_and_says_why(demo, tmp_path, monkeypatch):
    token = TokenPlace(tmp_path, ec.generate_private_key(ec.SECP256R1()), monkeypatch)
    key = token.open()
    monkeypatch.setattr(wiring, "press", lambda: Press(tmp_path / "published", passport_key(key)))
    key.close()
    with pytest.raises(Unavailable, match="SIGNING_DEVICE_FAILED"):
        publish(NOW)
    assert not list((tmp_path / "published").glob("*.jws"))


def test_publish_tells_names_numbers_and_times(demo):
    told = json.loads(ask("--json"))
    assert [one["document"] for one in told["documents"]] == [document.value for document in Document]
    assert {(one["number"], one["is_new"]) for one in told["documents"]} == {(1, True)}
    lines = ask().splitlines()
    assert lines[0].startswith("trust-list         number 1      next by ")
    assert lines[0].endswith("(unchanged)")
    assert lines[-1] == f"in {demo.PUBLISH_DIR}"


def test_publish_brings_the_log_too_and_mends_it_when_asked(demo):
    assert json.loads(ask("--json"))["log"] is None
    grow(300)
    assert json.loads(ask("--json"))["log"] == {"size": 300, "is_new": True}
    assert "log                size 300  (unchanged)" in ask().splitlines()
    tile = demo.PUBLISH_DIR / "log/tile/0/000"
    tile.unlink()
    ask()
    assert not tile.exists()
    ask("--mend-log")
    assert tile.exists()


def test_documents_are_published_while_the_log_cannot_be(demo):
    demo.LOG_KEY = {"kind": "pkcs12", "reference": "away.p12", "pin": "", "vkey": wiring.log_signer().vkey}
    out = StringIO()
    with pytest.raises(CommandError, match=r"^SIGNING_TOKEN_ABSENT$") as refused:
        call_command("publish", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (refused.value.returncode, told["log"]) == (1, {"trouble": "SIGNING_TOKEN_ABSENT"})
    assert {one["document"] for one in told["documents"]} == set(Document)


def test_check_is_silent_about_what_is_well_and_names_what_is_not(demo):
    with pytest.raises(CommandError, match="PUBLICATION_OVERDUE") as refused:
        ask("--check")
    assert refused.value.returncode == 1
    ask()
    assert ask("--check").strip() == "Everything keeps its promise."
    assert json.loads(ask("--check", "--json")) == {"ok": True, "late": []}
    (demo.PUBLISH_DIR / "rules.json").write_bytes(b"{}")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("publish", "--check", "--json", stdout=out)
    late = {(one["document"], one["code"]) for one in json.loads(out.getvalue())["late"]}
    assert late == {("rules", "PUBLICATION_ALTERED"), ("rules.json", "PUBLICATION_ALTERED")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "pkcs12", "reference": "absent.p12"}, "SIGNING_TOKEN_ABSENT"),
        ({"kind": "software", "reference": "../elsewhere"}, "KEY_REFERENCE_UNKNOWN"),
        ({"kind": "unheard of"}, "KEY_REFERENCE_UNKNOWN"),
        ({"pin": "wrong"}, "SIGNING_PIN_WRONG"),
    ],
)
@pytest.mark.parametrize("which", ["PUBLISHER_KEY", "LOG_KEY"])
def test_a_key_that_cannot_be_opened_is_told_by_its_code(demo, which, change, code):
    setattr(demo, which, {**getattr(demo, which), **change})
    with pytest.raises(CommandError, match=f"^{code}$"):
        ask()


def test_a_folder_that_cannot_be_used_is_told_by_its_code(demo, tmp_path):
    (tmp_path / "published").write_bytes(b"a file")
    with pytest.raises(CommandError, match=r"^PUBLISH_FOLDER_UNUSABLE$"):
        ask()


def bag(key) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"log", key, None, None, BestAvailableEncryption(PIN.encode()))


def test_the_logs_key_comes_from_pkcs12_without_any_certificate(demo, tmp_path):
    key = ed25519.Ed25519PrivateKey.generate()
    demo.KEY_DIR = tmp_path
    (tmp_path / "log.p12").write_bytes(bag(key))
    demo.LOG_KEY = {"kind": "pkcs12", "reference": "log.p12", "pin": PIN, "module": ""}
    assert wiring.log_signer().verifier.key == key.public_key().public_bytes_raw()


def test_a_log_key_of_another_kind_is_refused(demo, tmp_path):
    demo.KEY_DIR = tmp_path
    (tmp_path / "log.p12").write_bytes(bag(ec.generate_private_key(ec.SECP256R1())))
    demo.LOG_KEY = {"kind": "pkcs12", "reference": "log.p12", "pin": PIN, "module": ""}
    with pytest.raises(Refused, match="KEY_ALGORITHM_UNSUITABLE"):
        wiring.log_signer()


def test_a_software_log_key_opens_in_the_demo_alone(demo):
    demo.SOFTWARE_KEYS_ALLOWED = False
    with pytest.raises(Refused, match="SOFTWARE_KEY_OUTSIDE_DEMO"):
        wiring.log_signer()


def test_the_index_tells_of_the_log_and_its_witnesses(demo):
    publish(NOW)
    index = json.loads((demo.PUBLISH_DIR / "index.json").read_bytes())
    assert index["log"] == wiring.log_policy().to_values()
    assert index["log"]["countries"] == ["VN"]
    assert publish_log(NOW) is None


def test_documents_are_published_while_the_logs_key_is_away_if_its_vkey_is_told(demo):
    demo.LOG_KEY = {"kind": "pkcs12", "reference": "away.p12", "pin": "", "vkey": wiring.log_signer().vkey}
    publish(NOW)
    assert json.loads((demo.PUBLISH_DIR / "index.json").read_bytes())["log"]["vkey"] == demo.LOG_KEY["vkey"]


@pytest.mark.hsm
def test_the_logs_key_in_a_token_signs_checkpoints(demo, tmp_path, monkeypatch):
    key = ed25519.Ed25519PrivateKey.generate()
    TokenPlace(tmp_path, ec.generate_private_key(ec.SECP256R1()), monkeypatch)._run(*_import(tmp_path, key, "02"))
    demo.LOG_KEY = {"kind": "pkcs11", "reference": "pkcs11:token=facility;object=log", "pin": PIN, "module": MODULE}
    signer = wiring.log_signer()
    assert signer.verifier.key == key.public_key().public_bytes_raw()
    checkpoint = Checkpoint(demo.LOG_ORIGIN, 0, EMPTY_ROOT)
    assert LogPolicy(demo.LOG_ORIGIN, signer.verifier).open(checkpoint.sign(signer)) == checkpoint


@pytest.mark.hsm
def test_a_key_of_another_kind_in_a_token_is_no_log_key(demo, tmp_path, monkeypatch):
    TokenPlace(tmp_path, ec.generate_private_key(ec.SECP256R1()), monkeypatch)
    demo.LOG_KEY = {"kind": "pkcs11", "reference": "pkcs11:token=facility;object=signer", "pin": PIN, "module": MODULE}
    with pytest.raises(Refused, match="KEY_ALGORITHM_UNSUITABLE"):
        wiring.log_signer()


def _import(folder, key, number):
    plain = folder / "log.pem"
    plain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return "--import", str(plain), "--token", "facility", "--label", "log", "--id", number, "--pin", PIN
