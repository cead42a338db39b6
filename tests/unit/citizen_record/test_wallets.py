"""Passes for wallets: what is in them, who signed them, and that openssl and unzip agree."""

import base64
import json
import subprocess
import zipfile
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.unit.citizen_record.conftest import visit
from vaxpass.adapters.wallet.apple import open_apple_wallet
from vaxpass.adapters.wallet.google import SAVE, GoogleWallet
from vaxpass.console.demo_wallet import PASS_TYPE, TEAM, make_wallet_key
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import hc1_text

PIN = "123456"


@pytest.fixture
def apple(tmp_path: Path, settings: Any) -> Path:
    """The demo's certificate, below a folder of keys."""
    settings.KEY_DIR = tmp_path
    settings.APPLE_WALLET = {"reference": "apple-wallet.p12", "pin": PIN}
    file = tmp_path / "apple-wallet.p12"
    make_wallet_key(file, datetime.now(UTC), PIN)
    return file


@pytest.fixture(scope="session")
def google_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def google(tmp_path: Path, settings: Any, google_key: rsa.RSAPrivateKey) -> None:
    """A service account's file, shaped as Google's."""
    pem = google_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"client_email": "wallet@vaxpass.invalid", "private_key": pem}
    (tmp_path / "google.json").write_text(json.dumps(account))
    settings.KEY_DIR = tmp_path
    settings.GOOGLE_WALLET = {"reference": "google.json", "issuer": "3388000000012345678"}


def fetched(client: Client, passport: PassportFacts, folder: Path) -> Path:
    answer = visit(client, passport.person_id).get(f"/citizen/passport/{passport.id}/passport.pkpass")
    assert answer["Content-Type"] == "application/vnd.apple.pkpass"
    file = folder / "pass.pkpass"
    file.write_bytes(answer.content)
    return file


def test_the_pass_holds_the_signed_text_and_lists_every_file(
    client: Client, passport: PassportFacts, apple: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(fetched(client, passport, tmp_path)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    described = json.loads(files["pass.json"])
    assert described["barcodes"][0]["message"] == hc1_text(passport)
    assert (described["passTypeIdentifier"], described["teamIdentifier"]) == (PASS_TYPE, TEAM)
    assert described["expirationDate"] == passport.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    assert {name: sha1(files[name], usedforsecurity=False).hexdigest() for name in manifest} == manifest
    for language, label in (("vi", "Họ và tên"), ("en", "Full name")):
        assert label in files[f"{language}.lproj/pass.strings"].decode()
    assert b"040190000001" not in b"".join(files.values())
    assert apple.exists()


def test_openssl_finds_the_signature_right_and_unzip_the_archive(
    client: Client, passport: PassportFacts, apple: Path, tmp_path: Path
) -> None:
    file = fetched(client, passport, tmp_path)
    assert zipfile.ZipFile(file).testzip() is None
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "out")
    root = open_apple_wallet(apple, PIN).between[0].public_bytes(Encoding.PEM)
    (tmp_path / "root.pem").write_bytes(root)
    command = ["openssl", "smime", "-verify", "-binary", "-inform", "DER", "-in", "out/signature"]
    command += ["-content", "out/manifest.json", "-CAfile", "root.pem", "-purpose", "any", "-out", "said.json"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "said.json").read_bytes() == (tmp_path / "out/manifest.json").read_bytes()
    (tmp_path / "out/manifest.json").write_text("{}")
    forged = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    assert forged.returncode != 0


def test_without_settings_there_is_no_button_and_no_page(client: Client, passport: PassportFacts) -> None:
    visit(client, passport.person_id)
    assert "Wallet" not in client.get("/citizen/passport/").content.decode()
    for path in ("passport.pkpass", "wallet/"):
        assert client.get(f"/citizen/passport/{passport.id}/{path}").status_code == 404


@pytest.mark.usefixtures("apple")
def test_with_settings_there_is_a_button(client: Client, passport: PassportFacts) -> None:
    assert "Apple" in visit(client, passport.person_id).get("/citizen/passport/").content.decode()


def test_a_wrong_pin_is_named(apple: Path) -> None:
    with pytest.raises(Refused, match="SIGNING_PIN_WRONG"):
        open_apple_wallet(apple, "654321")


@pytest.mark.usefixtures("google")
def test_google_learns_nothing_before_the_press(
    client: Client, passport: PassportFacts, google_key: rsa.RSAPrivateKey
) -> None:
    visit(client, passport.person_id)
    address = f"/citizen/passport/{passport.id}/wallet/"
    assert SAVE not in client.get(address).content.decode()
    text = client.post(address).content.decode()
    token = text.split(SAVE)[1].split('"')[0]
    public = google_key.public_key()
    key = RSAKey.import_key(google_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    claims = jwt.decode(token, key).claims
    assert public.key_size == 2048
    assert (claims["aud"], claims["typ"], claims["iss"]) == ("google", "savetowallet", "wallet@vaxpass.invalid")
    (kept,) = claims["payload"]["genericObjects"]
    assert kept["barcode"]["value"] == hc1_text(passport)
    assert passport.uvci not in kept["id"]
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header["alg"] == "RS256"


def test_an_account_that_cannot_be_read_is_named(tmp_path: Path, settings: Any) -> None:
    from vaxpass.wiring import google_wallet

    (tmp_path / "google.json").write_text("{}")
    settings.KEY_DIR = tmp_path
    settings.GOOGLE_WALLET = {"reference": "google.json", "issuer": "1"}
    with pytest.raises(Unavailable, match="WALLET_ACCOUNT_UNREADABLE"):
        google_wallet()
    assert isinstance(GoogleWallet("1", "a", "b"), GoogleWallet)
