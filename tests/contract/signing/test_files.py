"""What only files can do wrong."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from vaxpass.adapters.signing.files import file_below, open_pkcs12, open_software_key
from vaxpass.offices.scope import Refused, Unavailable

from .conftest import PIN, SoftwarePlace, self_signed


def test_software_keys_are_refused_outside_the_demo(tmp_path, ec_key, settings):
    place = SoftwarePlace(tmp_path, ec_key)
    settings.SOFTWARE_KEYS_ALLOWED = False
    with pytest.raises(Refused, match="SOFTWARE_KEY_OUTSIDE_DEMO"):
        place.open()


def test_unencrypted_key_is_refused(tmp_path, ec_key):
    file = tmp_path / "signer.key.pem"
    file.write_bytes(ec_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(Refused, match="SIGNING_FILE_UNREADABLE"):
        open_software_key(file, PIN)


def test_pkcs12_without_a_key_is_refused(tmp_path, ec_key):
    file = tmp_path / "signer.p12"
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"x", None, self_signed(ec_key), None, NoEncryption()))
    with pytest.raises(Refused, match="SIGNING_KEY_ABSENT"):
        open_pkcs12(file, "")


def test_what_is_no_pkcs12_is_refused(tmp_path):
    file = tmp_path / "signer.p12"
    file.write_text("a letter")
    with pytest.raises(Refused, match="SIGNING_FILE_UNREADABLE"):
        open_pkcs12(file, PIN)


def test_certificate_file_must_be_there(tmp_path, ec_key):
    place = SoftwarePlace(tmp_path, ec_key)
    (tmp_path / "signer.crt.pem").unlink()
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        place.open()


@pytest.mark.parametrize("reference", ["", "../outside.p12", "/etc/passwd", "a/../../b"])
def test_references_stay_below_the_key_folder(tmp_path, reference):
    with pytest.raises(Refused, match="KEY_REFERENCE_UNKNOWN"):
        file_below(tmp_path / "keys", reference)
