"""Keys, certificates, a record and the test data of others. All people are invented."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import settings
from vaxproof import SoftwareSigner, TrustList, Vaccination, read_certificate
from vaxproof.trust.certificates import key_id_of

from packages.vaxproof.tests.suite_cases import make_case

settings.register_profile("busy", deadline=None)  # a machine with other work to do is no fault of the code
settings.load_profile("busy")
ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def absent(what: str) -> None:
    """Skip, but not in CI: there, absence is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"absent in CI: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def need() -> Callable[[bool, str], None]:
    """`need(there, what)`: skip where `there` is false; fail in CI."""
    return lambda there, what: None if there else absent(what)


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder with test data of others."""
    folder = Path(os.environ.get("VAXPASS_VECTORS", ROOT.parent / "shared" / "vectors"))
    if not folder.is_dir():
        absent(f"no test data of others at {folder}")
    return folder


@dataclass(frozen=True)
class Office:
    """A signer and its certificate."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    der: bytes

    @property
    def signer(self) -> SoftwareSigner:
        return SoftwareSigner(self.key, key_id_of(self.der))

    @property
    def trust(self) -> TrustList:
        return TrustList([read_certificate(self.der, source="test")])


def make_certificate(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *,
    purposes: list[str] | None = None,
    not_before: datetime = NOW - timedelta(days=400),
    not_after: datetime = NOW + timedelta(days=400),
    key_usage: bool = True,
) -> bytes:
    """A self-signed signer certificate."""
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, "Test signer")]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    if key_usage:
        bits = [True, *[False] * 8]
        builder = builder.add_extension(x509.KeyUsage(*bits), critical=True)
    if purposes is not None:
        oids = [x509.ObjectIdentifier(purpose) for purpose in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="session")
def certificate_of() -> Callable[..., bytes]:
    return make_certificate


@pytest.fixture(scope="session")
def office() -> Office:
    """A ministry with a P-256 key."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Office(key, make_certificate(key))


@pytest.fixture(scope="session")
def rsa_office() -> Office:
    """A ministry with an RSA key."""
    key = rsa.generate_private_key(65537, 2048)
    return Office(key, make_certificate(key))


@pytest.fixture(scope="session")
def office_with() -> Callable[..., Office]:
    """An office whose certificate has these properties."""

    def build(**properties: object) -> Office:
        key = ec.generate_private_key(ec.SECP256R1())
        return Office(key, make_certificate(key, **properties))

    return build


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture
def vaccination() -> Callable[..., Vaccination]:
    """A right record, with the named fields changed."""
    record = Vaccination(
        family_name="Đặng",
        given_name="Đình Đức",
        birth_date="1980-05-01",
        product_code="EU/1/21/1529",
        dose_number=2,
        series_size=2,
        given_on=date(2021, 10, 1),
        issuer_name="Bộ Y tế",
        uvci="URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O",
    )
    return lambda **changes: replace(record, **changes)


@pytest.fixture
def build(office: Office) -> Callable[..., dict[str, Any]]:
    """A case in the layout of the EU's suite, signed by the office unless told otherwise."""
    return partial(make_case, office)
