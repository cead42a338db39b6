"""Signer certificates, read tolerantly."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from asn1crypto import x509 as strict_x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from vaxproof import Algorithm, Code, Kind, ProofError, read_certificate
from vaxproof.trust import der

RIGHT, MISTYPED = "1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."


def test_reads_what_a_verifier_needs(office):
    certificate = read_certificate(office.der, source="here")
    assert certificate.key_id == hashlib.sha256(office.der).digest()[:8]
    assert (certificate.country, certificate.common_name, certificate.source) == ("VN", "Test signer", "here")
    assert certificate.not_before == datetime(2025, 4, 27, 12, tzinfo=UTC)
    assert certificate.algorithm is Algorithm.ES256
    assert certificate.may_sign
    assert certificate.purposes is None
    assert not certificate.foreign_purposes


@pytest.mark.parametrize("arc", [RIGHT, MISTYPED])
def test_both_arcs_of_purposes(arc, office_with):
    def purposes(*numbers):
        office = office_with(purposes=[arc + number for number in numbers])
        return read_certificate(office.der).purposes

    assert purposes("1") == {Kind.TEST}
    assert purposes("2") == {Kind.VACCINATION}
    assert purposes("3") == {Kind.RECOVERY}
    assert purposes("1", "2", "3") == set(Kind)


def test_foreign_purposes_alone_are_marked(office_with):
    foreign = read_certificate(office_with(purposes=["1.3.6.1.5.5.7.3.2"]).der)
    assert foreign.purposes is None
    assert foreign.foreign_purposes
    both = read_certificate(office_with(purposes=["1.3.6.1.5.5.7.3.2", RIGHT + "2"]).der)
    assert both.purposes == {Kind.VACCINATION}
    assert not both.foreign_purposes


def test_an_empty_list_of_purposes_and_an_encoded_default_are_read(office):
    """As CO15 and FI have them; each makes a strict parser refuse the whole certificate."""
    emptied = strict_x509.Certificate.load(office.der)
    tbs = emptied["tbs_certificate"]
    odd = strict_x509.Extensions.load(
        _sequence(
            _sequence(bytes.fromhex("0603551d25"), _octets(_sequence())),
            _sequence(bytes.fromhex("0603551d130101ff"), _octets(_sequence(bytes.fromhex("010100")))),
        )
    )
    tbs["extensions"] = odd
    certificate = read_certificate(emptied.dump(force=True))
    assert certificate.purposes is None
    assert not certificate.foreign_purposes


def _sequence(*parts):
    body = b"".join(parts)
    return b"\x30" + bytes([len(body)]) + body


def _octets(body):
    return b"\x04" + bytes([len(body)]) + body


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), Algorithm.ES256),
        (lambda: rsa.generate_private_key(65537, 2048), Algorithm.PS256),
        (lambda: rsa.generate_private_key(65537, 3072), Algorithm.PS256),
        (lambda: ec.generate_private_key(ec.SECP384R1()), None),
        (lambda: ec.generate_private_key(ec.SECP521R1()), None),
        (lambda: ec.generate_private_key(ec.SECP256K1()), None),
        (lambda: rsa.generate_private_key(65537, 1024), None),
    ],
)
def test_only_the_keys_of_hcert(make, algorithm, certificate_of):
    certificate = read_certificate(certificate_of(make()))
    if algorithm:
        assert certificate.algorithm is algorithm
        return
    with pytest.raises(ProofError) as refused:
        assert certificate.algorithm
    assert refused.value.code is Code.UNSUITABLE_PUBLIC_KEY_TYPE


def test_a_broken_key_is_unsuitable(office):
    spki = strict_x509.Certificate.load(office.der)["tbs_certificate"]["subject_public_key_info"].dump()
    broken = bytearray(office.der)
    broken[office.der.index(spki) + len(spki) - 10] ^= 0xFF  # the point is no longer on the curve
    with pytest.raises(ProofError) as refused:
        assert read_certificate(bytes(broken)).algorithm
    assert refused.value.code is Code.UNSUITABLE_PUBLIC_KEY_TYPE


def test_a_key_of_another_algorithm_is_unsuitable(office):
    spki = strict_x509.Certificate.load(office.der)["tbs_certificate"]["subject_public_key_info"].dump()
    other = bytearray(spki.replace(bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d0301")))
    with pytest.raises(ProofError) as refused:
        assert read_certificate(office.der.replace(spki, bytes(other))).algorithm
    assert refused.value.code is Code.UNSUITABLE_PUBLIC_KEY_TYPE


@pytest.mark.vectors
@pytest.mark.parametrize("name", ["gdhcn-prod-dcc-dsc-did.json", "gdhcn-prod-dcc-tha-dsc-did.json"])
def test_every_certificate_of_who_is_read_and_its_key_id_is_right(vectors, name):
    methods = json.loads((vectors / "trust" / name).read_text("utf-8"))["verificationMethod"]
    keys = [method["publicKeyJwk"] for method in methods if isinstance(method, dict) and "publicKeyJwk" in method]
    assert keys
    for key in keys:
        certificate = read_certificate(base64.b64decode(key["x5c"][0]))
        assert base64.b64encode(certificate.key_id).decode() == key["kid"]
        assert certificate.algorithm is (Algorithm.ES256 if key["kty"] == "EC" else Algorithm.PS256)
        assert certificate.country


@pytest.mark.vectors
def test_vietnams_production_signer(vectors):
    """It names purposes outside HCERT only: refusing these would refuse Vietnam."""
    pem = (vectors / "vietnam" / "prod-dsc-ZtJVElOdWm0.pem").read_text()
    certificate = read_certificate(base64.b64decode("".join(pem.split("-----")[2].split())))
    assert base64.urlsafe_b64encode(certificate.key_id).decode() == "ZtJVElOdWm0="
    assert certificate.algorithm is Algorithm.PS256
    assert certificate.foreign_purposes


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x00",
        b"\x30\x02\x30\x00",
        b"0" * 20_000,
        b"\x1f\x01\x00",
        b"\x30\x84\xff\xff\xff\xff",
    ],
)
def test_refuses(data):
    with pytest.raises(ProofError) as refused:
        read_certificate(data)
    assert refused.value.code is Code.CERTIFICATE_UNREADABLE


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, b"210601120000Z", "2021-06-01T12:00:00+00:00"),
        (0x17, b"2106011200Z", "2021-06-01T12:00:00+00:00"),
        (0x17, b"990601120000Z", "1999-06-01T12:00:00+00:00"),
        (0x18, b"20510601120000Z", "2051-06-01T12:00:00+00:00"),
        (0x18, b"20210601120000.5Z", "2021-06-01T12:00:00+00:00"),
        (0x17, b"210601190000+0700", "2021-06-01T12:00:00+00:00"),
        (0x17, b"211301120000Z", None),
        (0x17, b"21060112", None),
        (0x17, b"210601120000+9999", None),
        (0x18, b"00000601120000Z", None),
        (0x18, b"00010101000000+0700", None),
        (0x16, b"210601120000Z", None),
    ],
)
def test_times(tag, text, expected):
    from vaxproof.trust.certificates import _time

    element = der.Element(text, tag, 0, 0, len(text))
    if expected:
        assert _time(element).isoformat() == expected
        return
    with pytest.raises(ProofError):
        _time(element)


@pytest.mark.parametrize(
    ("octets", "text"), [("2a8648ce3d030107", "1.2.840.10045.3.1.7"), ("551d25", "2.5.29.37"), ("883703", "2.999.3")]
)
def test_object_identifiers(octets, text):
    assert der.dotted(bytes.fromhex(octets)) == text


@pytest.mark.parametrize("octets", ["", "80", "ff" * 40, "2a86"])
def test_object_identifiers_that_are_none(octets):
    with pytest.raises(ProofError):
        der.dotted(bytes.fromhex(octets))
