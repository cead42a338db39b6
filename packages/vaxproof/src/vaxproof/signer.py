"""The port to a signing key, wherever it lives, and a key in memory for tests and tools."""

from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from vaxproof.errors import Code, ProofError


class Algorithm(StrEnum):
    """The two algorithms of HCERT (hcert-spec §3.3.2)."""

    ES256 = "ES256"
    PS256 = "PS256"

    @property
    def cose_id(self) -> int:
        """Its number in the COSE registry."""
        return -7 if self is Algorithm.ES256 else -37


class Signer(Protocol):
    """Something that signs: HSM, token, remote service, memory."""

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of SHA-256 over the DER signer certificate."""

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm that the key makes."""

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature over the message (hashed by the signer): r‖s of 64 bytes, or RSA-PSS."""


ES256_BYTES = 64
_HALF = 32
_USUAL_DER_BYTES = 70  # neither number needs a leading zero
P256_BITS = 256
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 4096
_MAX_EXPONENT = 1 << 32

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_HASHED = Prehashed(hashes.SHA256())
_ECDSA = ec.ECDSA(_HASHED)


class SoftwareSigner:
    """A key in this process's memory. For tests and tools; a ministry's key belongs into hardware."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, key_id: bytes) -> None:
        self.key_id = key_id
        self.algorithm = algorithm_of(key.public_key())
        self._elliptic = key if isinstance(key, ec.EllipticCurvePrivateKey) else None
        self._rsa = key if isinstance(key, rsa.RSAPrivateKey) else None

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature, as COSE and JOSE carry it."""
        digest = sha256(to_be_signed).digest()
        if self._elliptic is not None:
            return raw_from_der(self._elliptic.sign(digest, _ECDSA))
        assert self._rsa is not None
        return self._rsa.sign(digest, _PSS, _HASHED)


def algorithm_of(key: object) -> Algorithm:
    """ES256 for a P-256 key, PS256 for an RSA key of 2,048 to 4,096 bits.

    Raises:
        ProofError: UNSUITABLE_PUBLIC_KEY_TYPE (any other, P-384 among them).
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Algorithm.ES256
    if isinstance(key, rsa.RSAPublicKey) and MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS and _has_usual_exponent(key):
        return Algorithm.PS256
    raise ProofError(Code.UNSUITABLE_PUBLIC_KEY_TYPE)


def _has_usual_exponent(key: rsa.RSAPublicKey) -> bool:
    """A huge exponent makes each check of a signature slow."""
    return key.public_numbers().e < _MAX_EXPONENT


def raw_from_der(signature: bytes) -> bytes:
    """r‖s of 64 bytes from the DER form of an ECDSA signature over P-256."""
    if len(signature) == _USUAL_DER_BYTES and signature[3] == _HALF:
        return signature[4:36] + signature[38:]
    middle = 4 + signature[3]
    r, s = signature[4:middle], signature[middle + 2 :]
    return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")


def der_from_raw(signature: bytes) -> bytes:
    """The DER form of r‖s (64 bytes), which the cryptography library wants."""
    body = _der_integer(signature[:32]) + _der_integer(signature[32:])
    return b"\x30" + bytes((len(body),)) + body


def _der_integer(value: bytes) -> bytes:
    """Of 32 bytes: as short as it goes, with a zero before a first bit that is set."""
    first = value[0]
    if first & 0x80:
        return b"\x02\x21\0" + value
    if not first:
        value = value.lstrip(b"\0") or b"\0"
        if value[0] & 0x80:
            value = b"\0" + value
    return b"\x02" + bytes((len(value),)) + value
