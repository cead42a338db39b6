"""The demo's certificate for Apple Wallet, shaped as Apple's are: UID names the pass type, OU the team.

Its root is our own, which no iPhone believes; `openssl` and the tests do.
"""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

PASS_TYPE, TEAM = "pass.invalid.vaxpass.demo", "DEMO000000"
_BITS = 2048
_ROOT_LIFE, _LEAF_LIFE = timedelta(days=3650), timedelta(days=365)


def make_wallet_key(file: Path, now: datetime, pin: str) -> None:
    """Write a PKCS#12 file with key, certificate and root, unless it is there."""
    if file.exists():
        return
    root_key, key = (rsa.generate_private_key(65537, _BITS) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vaxpass Demo Wallet Root")])
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, PASS_TYPE),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Pass Type ID: {PASS_TYPE}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
        ]
    )
    root = _certificate(issuer, issuer, root_key, root_key, now + _ROOT_LIFE, now, is_root=True)
    leaf = _certificate(subject, issuer, key, root_key, now + _LEAF_LIFE, now, is_root=False)
    sealed = BestAvailableEncryption(pin.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"apple-wallet", key, leaf, [root], sealed))
    file.chmod(0o600)


def _certificate(  # noqa: PLR0913 -- the parts of a certificate
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    signer: rsa.RSAPrivateKey,
    until: datetime,
    now: datetime,
    *,
    is_root: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    return builder.sign(signer, hashes.SHA256())
