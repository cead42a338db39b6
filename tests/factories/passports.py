"""Passports of synthetic people, signed by keys that live for one test."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from vaxproof import SignerCertificate, SoftwareSigner, Vaccination, issue, read_certificate, uvci

VACCINATION = Vaccination(
    family_name="Nguyễn",
    given_name="Thị Hường",
    birth_date="1990-05-17",
    product_code="EU/1/20/1528",
    dose_number=2,
    series_size=2,
    given_on=date(2021, 10, 1),
    issuer_name="Bộ Y tế",
    uvci=uvci.build("VN", "40A01", "7F3KQ2W9X1"),
)


@dataclass(frozen=True)
class Ministry:
    """A signing certificate and its key."""

    certificate: SignerCertificate
    signer: SoftwareSigner

    def issue(self, now: datetime, days: int = 364, **columns: object) -> str:
        """Sign a passport at `now`; any column of the vaccination can be set."""
        vaccination = replace(VACCINATION, **columns)  # type: ignore[arg-type]  # test values
        return issue.issue(vaccination, self.signer, now, now + timedelta(days=days))


def make_ministry(
    now: datetime, *, kind: str = "ec", common_name: str = "Bộ Y tế DSC thử", country: str = "VN"
) -> Ministry:
    """Make a key and its self-signed certificate, valid two years around `now`. `kind`: ec or rsa."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=400))
        .not_valid_after(now.astimezone(UTC) + timedelta(days=800))
        .sign(key, hashes.SHA256())
    )
    read = read_certificate(certificate.public_bytes(serialization.Encoding.DER), source="test")
    return Ministry(read, SoftwareSigner(key, read.key_id))
