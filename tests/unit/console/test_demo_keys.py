"""The demo's keys are what the profiles ask for, are made once, and reach the wiring."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from vaxproof.signer import Algorithm

from vaxpass import wiring
from vaxpass.console.demo_keys import make_demo_keys
from vaxpass.facility_signing.certificates import check_certificate, read_pem
from vaxpass.facility_signing.jws import is_signed_by
from vaxpass.facility_signing.ports import KeyPlace
from vaxpass.offices.scope import Refused

NOW = datetime(2022, 4, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return make_demo_keys(tmp_path_factory.mktemp("demo"), NOW)


@pytest.fixture
def key_folder(keys, settings):
    settings.KEY_DIR = keys.folder
    return keys.folder


def extension(pem, kind):
    return x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(kind)


def test_the_csca_is_a_root_of_path_length_nought(keys):
    basic, usage = extension(keys.csca_pem, x509.BasicConstraints), extension(keys.csca_pem, x509.KeyUsage)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert (usage.critical, usage.value.key_cert_sign, usage.value.digital_signature) == (True, True, False)


@pytest.mark.parametrize("name", ["dsc_pem", "dsc_rsa_pem"])
def test_a_document_signer_signs_vaccinations_alone(keys, name):
    pem = getattr(keys, name)
    usage = extension(pem, x509.KeyUsage)
    csca = extension(keys.csca_pem, x509.SubjectKeyIdentifier).value.digest
    assert (usage.critical, usage.value.digital_signature, usage.value.key_cert_sign) == (True, True, False)
    assert extension(pem, x509.AuthorityKeyIdentifier).value.key_identifier == csca
    assert [oid.dotted_string for oid in extension(pem, x509.ExtendedKeyUsage).value] == ["1.3.6.1.4.1.1847.2021.1.2"]
    x509.load_pem_x509_certificate(pem.encode()).verify_directly_issued_by(
        x509.load_pem_x509_certificate(keys.csca_pem.encode())
    )


def test_a_document_signer_lasts_two_years(keys):
    certificate = x509.load_pem_x509_certificate(keys.dsc_pem.encode())
    assert certificate.not_valid_after_utc == NOW + timedelta(days=730)
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert "C=VN" in certificate.subject.rfc4514_string()


def test_keys_are_made_once(keys):
    assert make_demo_keys(keys.folder, NOW + timedelta(days=9)) == keys


def test_no_private_key_lies_open(keys):
    for file in keys.folder.rglob("*.key.pem"):
        assert file.stat().st_mode & 0o077 == 0
        with pytest.raises(TypeError):
            load_pem_private_key(file.read_bytes(), None)


def test_every_signer_has_a_key_of_a_trusted_provider(keys, key_folder):
    assert {key.provider for key in keys.signers} == {"vca-1", "vca-2"}
    for signer in keys.signers:
        chain = read_pem(signer.certificates_pem)
        assert check_certificate(chain, wiring.facility_anchors(), NOW).provider == signer.provider
    opened = wiring.open_facility_key(KeyPlace("pkcs12", keys.signers[0].reference), keys.pin)
    assert is_signed_by(read_pem(keys.signers[0].certificates_pem)[0], "ES256", opened.sign(b"x"), b"x")


@pytest.mark.django_db
def test_the_ministrys_key_comes_from_the_settings(keys, key_folder, settings):
    key = wiring.ministry_key()
    assert (key.algorithm, key.certificates[0]) == (Algorithm.ES256, read_pem(keys.dsc_pem)[0])
    settings.MINISTRY_SIGNING_KEY = {**settings.MINISTRY_SIGNING_KEY, "reference": "ministry-rsa"}
    assert wiring.ministry_key().algorithm is Algorithm.PS256


def test_the_ministrys_software_key_is_refused_outside_the_demo(key_folder, settings):
    settings.SOFTWARE_KEYS_ALLOWED = False
    with pytest.raises(Refused, match="SOFTWARE_KEY_OUTSIDE_DEMO"):
        wiring.ministry_key()


@pytest.mark.parametrize("place", [KeyPlace("software", "../x"), KeyPlace("cloud", "x"), KeyPlace("pkcs11", "x")])
def test_places_that_we_do_not_know_are_refused(key_folder, place):
    with pytest.raises(Refused, match="KEY_REFERENCE_UNKNOWN"):
        wiring.open_facility_key(place, "123456")


def test_the_publisher_signs_documents_and_never_passports(keys):
    pem = keys.publisher_pem
    assert [oid.dotted_string for oid in extension(pem, x509.ExtendedKeyUsage).value] == ["1.3.6.1.5.5.7.3.36"]
    x509.load_pem_x509_certificate(pem.encode()).verify_directly_issued_by(
        x509.load_pem_x509_certificate(keys.csca_pem.encode())
    )


def test_the_publisher_reaches_the_wiring(keys, key_folder):
    key = wiring.publisher_key()
    assert key.algorithm is Algorithm.ES256
    assert is_signed_by(key.certificates[0], "ES256", key.sign(b"list"), b"list")
    assert wiring.publisher_certificates() == [key.certificates[0]]
