"""The test keys and their certificates.

The private keys lie beside the vectors: whoever has them can sign nothing that anybody trusts, since no list but the
vectors' own names them.

Deterministic: fixed keys, ECDSA with RFC 6979 nonces, fixed serial numbers and dates. RSA-PSS has a random salt, so
its signatures are kept in `keys/rsa-pss-signatures.json` by what they sign, and made anew only where one is missing.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

FOLDER = Path(__file__).resolve().parents[1] / "keys"
KEPT = FOLDER / "rsa-pss-signatures.json"
RIGHT_ARC = "1.3.6.1.4.1.1847.2021.1"
MISTYPED_ARC = "1.3.6.1.4.1.0.1847.2021.1"
FOREIGN_PURPOSE = "1.3.6.1.5.5.7.3.3"  # code signing

_kept: dict[str, str] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def day(text: str) -> datetime:
    """An aware UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A key with its certificate. `kind`: p256, p384, rsa2048, rsa3072. `purposes`: dotted identifiers."""

    name: str
    kind: str = "p256"
    country: str = "VN"
    not_before: str = "2026-01-01"
    not_after: str = "2028-01-01"
    purposes: tuple[str, ...] = ()
    common_name: str = ""

    @cached_property
    def key(self) -> Any:
        """The private key, read from its file; made where there is none."""
        path = FOLDER / f"test-only-{self.name}.pem"
        if not path.exists():
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(_pem(_new_key(self.kind)))
        return serialization.load_pem_private_key(path.read_bytes(), None)

    @cached_property
    def der(self) -> bytes:
        """The certificate, signed by the test CSCA."""
        return _certificate(self)

    @property
    def kid(self) -> bytes:
        """First 8 bytes of SHA-256 over the certificate."""
        return sha256(self.der).digest()[:8]

    @property
    def alg(self) -> int:
        """The COSE number of the algorithm that fits the key."""
        return -37 if self.kind.startswith("rsa") else -7

    def sign(self, message: bytes) -> bytes:
        """Raw r‖s, or RSA-PSS kept from an earlier run."""
        return ecdsa(self.key, message) if self.alg == -7 else _pss(self.key, message)


def _new_key(kind: str) -> Private:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def _pem(key: Any) -> bytes:
    body = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return bytes(body)


def ecdsa(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """r‖s, each as long as the curve; the nonce follows from key and message (RFC 6979)."""
    width = (key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def _pss(key: rsa.RSAPrivateKey, message: bytes) -> bytes:
    return kept_for("", key, message, lambda: key.sign(message, _PSS, hashes.SHA256()))


def kept_for(kind: str, key: rsa.RSAPrivateKey, message: bytes, make: Callable[[], bytes]) -> bytes:
    """The signature of this kind over the message as an earlier run made it; made where there is none."""
    modulus = key.public_key().public_numbers().n.to_bytes(512, "big")
    name = sha256(kind.encode() + modulus + message).hexdigest()
    if name not in _kept:
        _kept[name] = base64.b64encode(make()).decode()
    _used.add(name)
    return base64.b64decode(_kept[name])


_used: set[str] = set()


def keep_signatures() -> None:
    """Write the RSA-PSS signatures that were used; others are forgotten."""
    KEPT.write_text(json.dumps({name: _kept[name] for name in sorted(_used)}, indent=1) + "\n")


def _certificate(identity: Identity) -> bytes:
    name = _name(identity.common_name or f"TEST {identity.name}", identity.country)
    issuer = CSCA
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(_name("TEST CSCA", "VN"))
        .public_key(identity.key.public_key())
        .serial_number(int.from_bytes(sha256(identity.name.encode()).digest()[:8], "big") >> 1)
        .not_valid_before(day(identity.not_before))
        .not_valid_after(day(identity.not_after))
    )
    for extension, critical in _extensions(identity):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(issuer.key, hashes.SHA256(), ecdsa_deterministic=True)
    return signed.public_bytes(serialization.Encoding.DER)


def _extensions(identity: Identity) -> Sequence[tuple[x509.ExtensionType, bool]]:
    is_root = identity.name == CSCA.name
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.KeyUsage(digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root, **usage), True),
        (x509.SubjectKeyIdentifier.from_public_key(identity.key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(CSCA.key.public_key()), False),
    ]
    if is_root:
        found.append((x509.BasicConstraints(ca=True, path_length=0), True))
    if identity.purposes:
        found.append((x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in identity.purposes]), False))
    return found


def _name(common_name: str, country: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def ed25519_key(name: str) -> ed25519.Ed25519PrivateKey:
    """A log's or a witness's key; made where there is none."""
    path = FOLDER / f"test-only-{name}.pem"
    if not path.exists():
        path.write_bytes(_pem(ed25519.Ed25519PrivateKey.generate()))
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    return key


CSCA = Identity(name="csca", not_after="2030-01-01", common_name="TEST CSCA")
DSC = Identity(name="dsc")
DSC_OTHER = Identity(name="dsc-other")
DSC_FR = Identity(name="dsc-fr", country="FR")
DSC_UNLISTED = Identity(name="dsc-unlisted")
DSC_RSA2048 = Identity(name="dsc-rsa2048", kind="rsa2048")
DSC_RSA3072 = Identity(name="dsc-rsa3072", kind="rsa3072")
DSC_P384 = Identity(name="dsc-p384", kind="p384")
DSC_EXPIRED = Identity(name="dsc-expired", not_after="2026-05-01")
DSC_FUTURE = Identity(name="dsc-future", not_before="2026-07-01")
DSC_ENDS_EARLY = Identity(name="dsc-ends-early", not_after="2026-07-01")
DSC_TEST = Identity(name="dsc-tests-only", purposes=(f"{RIGHT_ARC}.1",))
DSC_VACCINATION = Identity(name="dsc-vaccinations-only", purposes=(f"{RIGHT_ARC}.2",))
DSC_RECOVERY = Identity(name="dsc-recoveries-only", purposes=(f"{RIGHT_ARC}.3",))
DSC_MISTYPED = Identity(name="dsc-mistyped-arc", purposes=(f"{MISTYPED_ARC}.2",))
DSC_FOREIGN = Identity(name="dsc-foreign-purpose", purposes=(FOREIGN_PURPOSE,))
DSC_WITHDRAWN = Identity(name="dsc-withdrawn")
DSC_STOLEN = Identity(name="dsc-stolen")
DSC_NOT_YET = Identity(name="dsc-accepted-later")
DSC_NO_MORE = Identity(name="dsc-accepted-no-more")
PUBLISHER = Identity(name="publisher-a", common_name="TEST publisher A")
PUBLISHER_B = Identity(name="publisher-b", common_name="TEST publisher B")
PUBLISHER_RSA = Identity(name="publisher-rsa", kind="rsa2048", common_name="TEST publisher with an RSA key")
PUBLISHER_EXPIRED = Identity(name="publisher-expired", not_after="2026-05-31", common_name="TEST publisher, expired")
