"""The facility's signature: a compact JWS at level B-B of JAdES (ETSI TS 119 182-1 V1.2.1). Pure.

Signed header: `alg`; `cty`; `iat`, the claimed signing time, which alone may state it since July 2025 (`sigT` is for
older signatures, and both together are not allowed); the signing certificate twice, as digest (`x5t#S256`, clause
5.1.7) and with its path (`x5c`, clause 5.1.8). No `crit`, because nothing here extends what RFC 7515 and JAdES define
as understood by everybody.
"""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from vaxproof.signer import ES256_BYTES, Algorithm, der_from_raw

from vaxpass.facility_signing.ports import JwsAlgorithm, Pkcs1

CONTENT_TYPE = "vaxpass-facility-batch+json"
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_MOST_LETTERS = 100_000  # three certificates and a manifest stay far below


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A JWS taken apart: nothing here is checked but its form."""

    algorithm: str
    signed_at: datetime
    certificates: tuple[bytes, ...]
    digest: bytes
    payload: bytes
    signature: bytes
    signing_input: bytes


def signing_input(payload: bytes, algorithm: JwsAlgorithm, certificates: Sequence[bytes], at: datetime) -> bytes:
    """Build the bytes that the key signs: protected header and payload (RFC 7515 section 5.1)."""
    header = {
        "alg": algorithm.value,
        "cty": CONTENT_TYPE,
        "iat": int(at.timestamp()),
        "x5t#S256": _encode(sha256(certificates[0]).digest()),
        "x5c": [b64encode(der).decode() for der in certificates],
    }
    return f"{_encode(json.dumps(header, separators=(',', ':')).encode())}.{_encode(payload)}".encode()


def finish(to_be_signed: bytes, signature: bytes) -> str:
    """Give the compact JWS."""
    return f"{to_be_signed.decode()}.{_encode(signature)}"


def read(compact: str) -> SignedManifest | None:
    """Take a JWS apart; None for anything that `signing_input` and `finish` cannot have made."""
    try:
        header_text, payload, signature = compact[:_MOST_LETTERS].split(".")
        header = json.loads(_decode(header_text))
        return SignedManifest(
            header["alg"],
            datetime.fromtimestamp(header["iat"], UTC),
            tuple(b64decode(der, validate=True) for der in header["x5c"]),
            _decode(header["x5t#S256"]),
            _decode(payload),
            _decode(signature),
            f"{header_text}.{payload}".encode(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        return None


def is_genuine(signed: SignedManifest) -> bool:
    """Say whether the signature is that of its leaf certificate and the header names this very certificate.

    Not said here: whether the certificate may sign for anybody (certificates.py).
    """
    if not signed.certificates or sha256(signed.certificates[0]).digest() != signed.digest:
        return False
    return is_signed_by(signed.certificates[0], signed.algorithm, signed.signature, signed.signing_input)


def is_signed_by(leaf: bytes, algorithm: str, signature: bytes, message: bytes) -> bool:
    """Say whether a raw signature over a message was made by the key of a certificate."""
    try:
        public = x509.load_der_x509_certificate(leaf).public_key()
        match public:
            case ec.EllipticCurvePublicKey() if algorithm == Algorithm.ES256 and len(signature) == ES256_BYTES:
                public.verify(der_from_raw(signature), message, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey() if algorithm in {Algorithm.PS256, Pkcs1.RS256}:
                scheme = padding.PKCS1v15() if algorithm == Pkcs1.RS256 else PSS
                public.verify(signature, message, scheme, hashes.SHA256())
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
