"""Which certificate may sign for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.factories import NOW, make_office, make_officer
from vaxpass import wiring
from vaxpass.facility_signing.certificates import check_certificate, read_pem
from vaxpass.facility_signing.credentials import Registration, register_credential, withdraw_credential
from vaxpass.facility_signing.ports import TrustAnchor
from vaxpass.offices.scope import Refused

from .conftest import actor_of


class Authority:
    """A provider of the tests with knobs for one thing wrong at a time."""

    def __init__(self, *, ca=True, signs=True, days=3650, parent=None, path_length=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"ca {id(self)}")])
        issuer = parent or self
        usage = _usage(key_cert_sign=signs, digital_signature=not signs)
        builder = _builder(self.name, issuer.name, self.key, days)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        self.certificate = builder.add_extension(usage, critical=True).sign(issuer.key, hashes.SHA256())
        self.der = self.certificate.public_bytes(Encoding.DER)

    def issue(self, key=None, *, days=30, usage=None):
        key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leaf")])
        builder = _builder(name, self.name, key, days)
        if usage is not False:
            builder = builder.add_extension(usage or _usage(content_commitment=True), critical=True)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _builder(name, issuer, key, days):
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
    )


def _usage(**allowed):
    names = [
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ]  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def check(chain, *authorities, at=NOW, **more):
    anchors = [TrustAnchor(f"p{n}", authority.der) for n, authority in enumerate(authorities)]
    return check_certificate(chain, anchors, at, **more)


def code_of(*arguments, **more):
    with pytest.raises(Refused) as caught:
        check(*arguments, **more)
    return caught.value.code


def test_the_provider_is_named():
    first, second = Authority(), Authority()
    assert check([second.issue()], first, second).provider == "p1"


def test_an_intermediate_leads_to_the_root():
    root = Authority()
    between = Authority(parent=root, path_length=0)
    assert check([between.issue(), between.der], root).provider == "p0"


def test_a_stranger_is_not_trusted():
    assert code_of([Authority().issue()], Authority()) == "CERTIFICATE_NOT_TRUSTED"


def test_without_the_intermediate_there_is_no_path():
    root = Authority()
    assert code_of([Authority(parent=root).issue()], root) == "CERTIFICATE_NOT_TRUSTED"


@pytest.mark.parametrize("wrong", [{"ca": False}, {"signs": False}, {"days": 1}])
def test_an_intermediate_that_may_not_issue_leads_nowhere(wrong):
    root = Authority()
    between = Authority(parent=root, **wrong)
    chain = [between.issue(), between.der]
    assert code_of(chain, root, at=NOW + timedelta(days=2)) == "CERTIFICATE_NOT_TRUSTED"


def test_a_root_of_path_length_nought_has_no_intermediates():
    root = Authority(path_length=0)
    between = Authority(parent=root)
    assert code_of([between.issue(), between.der], root) == "CERTIFICATE_NOT_TRUSTED"


def test_time():
    root = Authority()
    leaf = [root.issue(days=10)]
    assert code_of(leaf, root, at=NOW + timedelta(days=11)) == "CERTIFICATE_EXPIRED"
    assert code_of(leaf, root, at=NOW - timedelta(days=2)) == "CERTIFICATE_NOT_YET_VALID"


@pytest.mark.parametrize("usage", [False, _usage(key_encipherment=True), _usage(key_cert_sign=True, crl_sign=True)])
def test_certificates_for_other_uses_do_not_sign(usage):
    root = Authority()
    assert code_of([root.issue(usage=usage)], root) == "CERTIFICATE_NOT_FOR_SIGNING"


def test_p384_is_not_among_our_algorithms():
    root = Authority()
    leaf = root.issue(ec.generate_private_key(ec.SECP384R1()))
    assert code_of([leaf], root) == "KEY_ALGORITHM_UNSUITABLE"


@pytest.mark.parametrize("chain", [[], [b""], [b"\x30\x00"], [b"certificate"]])
def test_what_is_no_certificate_is_unreadable(chain):
    assert code_of(chain, Authority()) == "CERTIFICATE_UNREADABLE"


def test_a_revoked_certificate_is_refused():
    class Provider:
        def is_revoked(self, *_):
            return True

    root = Authority()
    assert code_of([root.issue()], root, revocation=Provider()) == "CERTIFICATE_REVOKED"


def test_pem_of_nothing_is_unreadable():
    with pytest.raises(Refused, match="CERTIFICATE_UNREADABLE"):
        read_pem("a letter")


def registration(house, officer="signer", **changes):
    signer = next(key for key in house.keys.signers if key.username == officer)
    values = {"kind": "pkcs12", "reference": signer.reference, "certificates_pem": signer.certificates_pem}
    return Registration(getattr(house, officer), **{**values, **changes})


def test_a_certificate_is_registered_once(house):
    with pytest.raises(Refused, match="CERTIFICATE_ALREADY_REGISTERED"):
        register_credential(house.actor("admin"), registration(house), wiring.facility_anchors(), now=NOW)


def test_nobody_registers_for_oneself(house):
    admin = house.actor("admin")
    wish = Registration(house.admin, "pkcs12", "x", registration(house).certificates_pem)
    with pytest.raises(Refused, match="CREDENTIAL_FOR_ONESELF"):
        register_credential(admin, wish, wiring.facility_anchors(), now=NOW)


def test_a_signer_registers_nobody(house):
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        register_credential(house.actor("second"), registration(house), wiring.facility_anchors(), now=NOW)


def test_a_province_registers_within_itself(house):
    elsewhere = make_office("T01", "province", province_code="01")
    officer = actor_of(make_officer("elsewhere", elsewhere, "provincial_officer"))
    with pytest.raises(Refused, match="CREDENTIAL_OUTSIDE_PROVINCE"):
        register_credential(officer, registration(house), wiring.facility_anchors(), now=NOW)


def test_an_expired_certificate_is_not_registered(house):
    with pytest.raises(Refused, match="CERTIFICATE_EXPIRED"):
        register_credential(
            house.actor("admin"),
            registration(house),
            wiring.facility_anchors(),
            now=datetime(2031, 1, 1, tzinfo=UTC),
        )


def prepared(house):
    house.store(1)
    batch = house.prepare()
    house.read_sample(batch)
    return batch


def test_a_withdrawn_certificate_does_not_sign(house):
    batch = prepared(house)
    withdraw_credential(house.actor("admin"), house.credentials["signer"], now=NOW)
    with pytest.raises(Refused, match="CREDENTIAL_WITHDRAWN"):
        house.sign(batch)


def test_a_certificate_out_of_date_does_not_sign(house):
    batch = prepared(house)
    with pytest.raises(Refused, match="CREDENTIAL_OUT_OF_DATE"):
        house.sign(batch, now=NOW + timedelta(days=4 * 365))


def test_somebody_elses_certificate_does_not_sign(house):
    batch = prepared(house)
    with pytest.raises(Refused, match="CREDENTIAL_NOT_YOURS"):
        house.sign(batch, credential=house.credentials["second"])


def test_the_key_of_another_certificate_does_not_sign(house):
    batch = prepared(house)
    other = next(key for key in house.keys.signers if key.username == "second")

    def other_key(place):
        from dataclasses import replace

        return wiring.open_facility_key(replace(place, reference=other.reference, certificates=()), "123456")

    with pytest.raises(Refused, match="SIGNING_KEY_MISMATCH"):
        house.sign(batch, open_key=other_key)


def test_a_provider_no_longer_trusted_does_not_sign(house, settings, tmp_path):
    batch = prepared(house)
    settings.FACILITY_ANCHOR_DIR = str(tmp_path)
    with pytest.raises(Refused, match="CERTIFICATE_NOT_TRUSTED"):
        house.sign(batch)
