"""The job that tries the keys, with a real token: there, gone, its PIN wrong. Nothing ends the other probes."""

import subprocess
import sys

import pytest

from tests.contract.signing.conftest import MODULE, PIN, TokenPlace
from tests.factories import NOW
from vaxpass.jobs.health import probe
from vaxpass.oversight.health import read_probes
from vaxpass.oversight.health_facts import ProbeName

pytestmark = [pytest.mark.django_db, pytest.mark.hsm]
# In a process of its own: this one never loads the module.
_PUT_CERTIFICATE = """
import sys, pkcs11
token = pkcs11.lib(sys.argv[1]).get_token(token_label="facility")
with token.open(rw=True, user_pin=sys.argv[2]) as session:
    session.create_object({
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
        pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "signer", pkcs11.Attribute.ID: bytes([1]),
        pkcs11.Attribute.SUBJECT: b"", pkcs11.Attribute.VALUE: bytes.fromhex(sys.argv[3]),
    })
"""


@pytest.fixture
def token(tmp_path, ec_key, monkeypatch, settings):
    place = TokenPlace(tmp_path, ec_key, monkeypatch)
    command = [sys.executable, "-c", _PUT_CERTIFICATE, MODULE, PIN, place.certificate.hex()]
    subprocess.run(command, check=True, capture_output=True)
    settings.KEY_DIR, settings.PUBLISH_DIR = tmp_path, tmp_path
    reference = "pkcs11:token=facility;object=signer"
    settings.MINISTRY_SIGNING_KEY = {"kind": "pkcs11", "reference": reference, "pin": PIN, "module": MODULE}
    return place


def found(name=ProbeName.MINISTRY_KEY):
    probe(NOW)
    return read_probes()[name]


def test_a_key_in_its_token_is_opened_and_named(token):
    assert (found().code, len(found().facts["key"])) == ("", 16)


def test_a_token_that_is_gone_is_told_by_its_code(token):
    token.take_away()
    assert found().code == "SIGNING_TOKEN_ABSENT"


def test_a_wrong_pin_is_told_by_its_code(token, settings):
    settings.MINISTRY_SIGNING_KEY = {**settings.MINISTRY_SIGNING_KEY, "pin": "000000"}
    assert found().code == "SIGNING_PIN_WRONG"


def test_a_module_that_is_gone_is_told_and_the_others_are_tried(token, settings):
    settings.MINISTRY_SIGNING_KEY = {**settings.MINISTRY_SIGNING_KEY, "module": "/nowhere.so"}
    assert found().code == "SIGNING_MODULE_ABSENT"
    assert read_probes()[ProbeName.DISK].facts["free"] > 0


def test_a_certificate_that_cannot_be_read_is_told_by_its_kind_alone(token, tmp_path):
    (tmp_path / "ministry-2.crt.pem").write_text("nothing")
    assert (found(ProbeName.CERTIFICATES).code, found(ProbeName.CERTIFICATES).facts) == (
        "HEALTH_PROBE_FAILED",
        {"fault": "ValueError"},
    )


def test_certificates_are_listed_and_the_newest_signer_is_the_one_that_is_used(token, tmp_path, ec_key):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = x509.load_der_x509_certificate(token.certificate).public_bytes(Encoding.PEM)
    (tmp_path / "ministry.crt.pem").write_bytes(pem)
    (row,) = found(ProbeName.CERTIFICATES).facts["certificates"]
    assert (row["kind"], row["used"]) == ("DSC", True)
