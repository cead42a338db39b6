"""A publisher's key for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from vaxproof import read_certificate
from vaxproof.trust.entries import TrustEntry, Usage

from tests.factories.signing import Key
from vaxpass.publication.rules import publishable


def own_entries(signers: Sequence[bytes], authorities: Sequence[bytes], now: datetime) -> tuple[TrustEntry, ...]:
    """Make the entries of the trust list for our own certificates (DER) that are not over."""
    read = [read_certificate(der, source="VN") for der in signers]
    roots = [read_certificate(der, source="VN") for der in authorities]
    return (
        *(TrustEntry(one, Usage.DSC) for one in publishable(read, now)),
        *(TrustEntry(one, Usage.CSCA) for one in roots),
    )


START = datetime(2021, 1, 1, tzinfo=UTC)
END = datetime(2036, 1, 1, tzinfo=UTC)


def make_publisher(kind: str = "ec", *, start: datetime = START, end: datetime = END) -> Key:
    """Make a publisher's key with a certificate that signed itself. `kind`: ec or rsa."""
    private = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, "Pub")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    return Key(private, builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER))
