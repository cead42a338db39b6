"""What only tokens and HSMs can do wrong."""

import threading
from pathlib import Path

import pytest
from pkcs11 import exceptions

from vaxpass.adapters.signing.pkcs11 import Pkcs11Place, open_pkcs11, parse_address
from vaxpass.adapters.signing.pkcs11_session import code_of
from vaxpass.facility_signing.jws import is_signed_by
from vaxpass.offices.scope import Refused, Unavailable

from .conftest import PIN, TokenPlace

pytestmark = pytest.mark.hsm


@pytest.fixture
def token(tmp_path, ec_key, monkeypatch):
    return TokenPlace(tmp_path, ec_key, monkeypatch)


def test_unknown_token_is_unavailable(token):
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        token.open(token="elsewhere")


def test_missing_key_is_refused(token):
    with pytest.raises(Refused, match="SIGNING_KEY_ABSENT"):
        token.open(key="nobody")


def test_key_without_any_certificate_is_refused(token):
    with pytest.raises(Refused, match="SIGNING_KEY_ABSENT"):
        token.open(certificates=())


def test_missing_module_is_unavailable_for_good():
    with pytest.raises(Unavailable, match="SIGNING_MODULE_ABSENT") as caught:
        open_pkcs11(Pkcs11Place("/nowhere/module.so", "facility", "signer"), PIN)
    assert caught.value.permanent


def test_token_removed_while_open_is_unavailable(token):
    key = token.open()
    token.take_away()
    with pytest.raises(Unavailable):
        token.open()
    key.close()


def test_dead_session_is_unavailable_and_stays_so(token):
    key = token.open()
    key._session.process.kill()
    for _ in range(2):
        with pytest.raises(Unavailable, match="SIGNING_DEVICE_FAILED"):
            key.sign(b"message")


def test_silent_device_is_unavailable(token):
    with pytest.raises(Unavailable, match="SIGNING_DEVICE_SILENT"):
        token.open(patience=0.0)


def test_closing_ends_the_process(token):
    key = token.open()
    key.close()
    assert key._session.process.returncode is not None


def test_the_vendors_module_does_not_see_our_secrets(token, monkeypatch):
    monkeypatch.setenv("VAXPASS_SEALING_KEYS", "secret")
    monkeypatch.setenv("DATABASE_URL", "secret")
    key = token.open()
    seen = Path(f"/proc/{key._session.process.pid}/environ").read_bytes()
    assert b"VAXPASS_" not in seen
    assert b"DATABASE_URL" not in seen


def test_threads_share_one_session_unharmed(token):
    key = token.open()
    wrong = []

    def sign_many(name):
        for n in range(50):
            message = f"{name} {n}".encode()
            if not is_signed_by(token.certificate, "ES256", key.sign(message), message):
                wrong.append(message)

    threads = [threading.Thread(target=sign_many, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (exceptions.PinLocked(), "SIGNING_PIN_LOCKED"),  # SoftHSM2 never locks; real tokens do
        (exceptions.PinExpired(), "SIGNING_PIN_LOCKED"),
        (exceptions.DeviceRemoved(), "SIGNING_TOKEN_ABSENT"),
        (exceptions.DeviceError(), "SIGNING_DEVICE_FAILED"),
    ],
)
def test_codes_of_errors_that_softhsm_does_not_make(error, code):
    assert code_of(error) == code


def test_pin_of_another_token_is_refused(token):
    token._run("--init-token", "--free", "--label", "fresh", "--so-pin", "87654321", "--pin", "999999")
    with pytest.raises(Refused, match="SIGNING_PIN_WRONG"):
        token.open(token="fresh")


def test_address():
    assert parse_address("m", "pkcs11:token=My%20token;object=k") == Pkcs11Place("m", "My token", "k")


@pytest.mark.parametrize(
    "address", ["", "signer", "pkcs11:token=a", "file:token=a;object=b", "pkcs11:token=a;object=b;module-path=/x.so"]
)
def test_other_addresses_are_refused(address):
    with pytest.raises(Refused, match="KEY_REFERENCE_UNKNOWN"):
        parse_address("m", address)
