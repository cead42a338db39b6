"""Keys of the same owner in the three kinds of places, each with the switches that the suite needs."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from vaxpass.adapters.signing.files import open_pkcs12, open_software_key
from vaxpass.adapters.signing.pkcs11 import Pkcs11Place, open_pkcs11

PIN = "246810"
MODULE = "/usr/lib/softhsm/libsofthsm2.so"


def softhsm() -> str:
    """The program's path; a machine without it fails the tests that need it."""
    program = shutil.which("softhsm2-util")
    assert program, "softhsm2 is missing: apt-get install softhsm2"
    return program


def self_signed(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(scope="session")
def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


class SoftwarePlace:
    """An encrypted PKCS#8 file with its certificate beside it."""

    has_token = False

    def __init__(self, folder: Path, key) -> None:
        self.file = folder / "signer.key.pem"
        self.store(key)
        self.certificate = self_signed(key).public_bytes(Encoding.DER)
        (folder / "signer.crt.pem").write_bytes(
            x509.load_der_x509_certificate(self.certificate).public_bytes(Encoding.PEM)
        )

    def store(self, key) -> None:
        self.file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PIN.encode()))
        )

    def open(self, pin=PIN, **wishes):
        return open_software_key(self.file, pin, **wishes)

    def take_away(self) -> None:
        self.file.unlink()


class Pkcs12Place(SoftwarePlace):
    """A PKCS#12 file."""

    def store(self, key) -> None:
        self.file = self.file.with_name("signer.p12")
        self.file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"signer", key, self_signed(key), None, BestAvailableEncryption(PIN.encode())
            )
        )

    def open(self, pin=PIN, **wishes):
        return open_pkcs12(self.file, pin, **wishes)


class TokenPlace:
    """A SoftHSM2 token in a folder of its own; SOFTHSM2_CONF tells the session's process where."""

    has_token = True

    def __init__(self, folder: Path, key, monkeypatch) -> None:
        self.tokens = folder / "tokens"
        self.tokens.mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
        self._run("--init-token", "--free", "--label", "facility", "--so-pin", "87654321", "--pin", PIN)
        plain = folder / "key.pem"
        plain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", str(plain), "--token", "facility", "--label", "signer", "--id", "01", "--pin", PIN)
        self.certificate = self_signed(key).public_bytes(Encoding.DER)

    def _run(self, *arguments: str) -> None:
        subprocess.run([softhsm(), *arguments], check=True, capture_output=True)

    def open(self, pin=PIN, *, token="facility", key="signer", **wishes):
        place = Pkcs11Place(MODULE, token, key)
        return open_pkcs11(place, pin, **{"certificates": (self.certificate,), **wishes})

    def take_away(self) -> None:
        for token in self.tokens.iterdir():
            shutil.rmtree(token)


KINDS = {"software": SoftwarePlace, "pkcs12": Pkcs12Place, "pkcs11": TokenPlace}


def make_place(kind: str, folder: Path, key, monkeypatch):
    """Put a key into a place of one kind."""
    if kind == "pkcs11":
        return TokenPlace(folder, key, monkeypatch)
    return KINDS[kind](folder, key)


@pytest.fixture(params=["software", "pkcs12", pytest.param("pkcs11", marks=pytest.mark.hsm)])
def kind(request):
    return request.param


@pytest.fixture
def ec_place(kind, tmp_path, ec_key, monkeypatch):
    return make_place(kind, tmp_path, ec_key, monkeypatch)


@pytest.fixture
def rsa_place(kind, tmp_path, rsa_key, monkeypatch):
    return make_place(kind, tmp_path, rsa_key, monkeypatch)
