"""Authorities, signers, uploaders and gateways for tests of foreign lists."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from vaxproof import SoftwareSigner
from vaxproof.trust import cms, der
from vaxproof.trust.certificates import key_id_of

NOW = datetime(2026, 8, 22, tzinfo=UTC)
YEAR = timedelta(days=365)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Party:
    """Somebody with a key and a certificate."""

    key: Key
    der: bytes

    @property
    def signer(self) -> SoftwareSigner:
        return SoftwareSigner(self.key, key_id_of(self.der))


def party(
    name: str,
    country: str | None = "DE",
    above: Party | None = None,
    *,
    authority: bool = False,
    key: Key | None = None,
    signs: bool = True,
    start: datetime = NOW - YEAR,
    end: datetime = NOW + YEAR,
    names_issuer: bool = True,
    algorithm: Any = None,
) -> Party:
    """A certificate for a fresh P-256 key, by the one above or by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if country:
        parts.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    subject = x509.Name(parts)
    issuer = x509.load_der_x509_certificate(above.der).subject if above and names_issuer else subject
    usage = [signs and not authority, False, False, False, False, authority, authority, False, False]
    certificate = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), start, end)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .sign(above.key if above else key, algorithm or hashes.SHA256())
    )
    return Party(key, certificate.public_bytes(serialization.Encoding.DER))


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def gateway_item(kind: str, subject: Party, by: Party, **changes: Any) -> dict[str, Any]:
    """An entry of the EU gateway's trust list; the signature as the gateway has it: detached."""
    item = {
        "kid": text(key_id_of(subject.der)),
        "timestamp": "2026-08-01T03:00:00+00:00",
        "country": "DE",
        "certificateType": kind,
        "thumbprint": sha256(subject.der).hexdigest(),
        "signature": text(detached(subject.der, by)),
        "rawData": text(subject.der),
    }
    return item | changes


def detached(content: bytes, by: Party) -> bytes:
    """A CMS message without its content."""
    whole = cms.sign_message(content, by.der, by.signer, at=NOW)
    inside = der.write(der.SEQUENCE, der.write_oid("1.2.840.113549.1.7.1"), der.write(0xA0, der.write(0x04, content)))
    without = der.write(der.SEQUENCE, der.write_oid("1.2.840.113549.1.7.1"))
    fields = der.read(whole, 0, len(whole)).children()[1].children()[0].encoded
    body = der.read(fields, 0, len(fields)).content.replace(inside, without)
    signed = der.write(der.SEQUENCE, body)
    return der.write(der.SEQUENCE, der.write_oid("1.2.840.113549.1.7.2"), der.write(0xA0, signed))


def did_method(subject: Party, above: Party | None, **changes: Any) -> dict[str, Any]:
    """An entry of a WHO GDHCN list."""
    kid = text(key_id_of(subject.der))
    chain = [subject.der, above.der] if above else [subject.der]
    assert isinstance(subject.key, ec.EllipticCurvePrivateKey)
    point = subject.key.public_key().public_numbers()
    x, y = (base64.urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode() for n in (point.x, point.y))
    method = {
        "id": f"did:web:tng-cdn.who.int:v2:trustlist:DCC:DEU:DSC#{kid}",
        "type": "JsonWebKey2020",
        "controller": "did:web:tng-cdn.who.int:v2:trustlist:DCC:DEU",
        "publicKeyJwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "x5c": [text(c) for c in chain]},
        "domain": {"code": "#DCC"},
        "participant": {"code": "#DEU"},
        "keyusage": {"code": "#DSC"},
    }
    jwk = method["publicKeyJwk"] | changes.pop("jwk", {})
    return method | {"publicKeyJwk": {name: value for name, value in jwk.items() if value is not None}} | changes


def did_list(methods: list[Any], did: str = "did:web:tng-cdn.who.int:v2:trustlist:DCC:-:DSC", **changes: Any) -> bytes:
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "controller": did,
        "verificationMethod": methods,
        "proof": {"created": "2026-08-22T17:05:32Z"},
    }
    return json.dumps(document | changes).encode()


def pem(certificate: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(certificate) + b"-----END CERTIFICATE-----\n"
