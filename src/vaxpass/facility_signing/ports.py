"""The ports of signing: a key that lives in a file, a token or an HSM; trust anchors; the status of certificates."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vaxproof.signer import Algorithm


class Pkcs1(StrEnum):
    """The one algorithm that JWS takes and COSE passports do not (RFC 7518 section 3.3)."""

    RS256 = "RS256"


JwsAlgorithm = Algorithm | Pkcs1


def jws_algorithm(name: str) -> JwsAlgorithm:
    """Give the algorithm of a name: ES256, PS256 or RS256; ValueError for any other."""
    return Pkcs1.RS256 if name == Pkcs1.RS256 else Algorithm(name)


class AttestationKey(Protocol):
    """A key that makes JWS signatures, with the certificates that speak for it.

    Every method raises Refused where the holder must act (SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED,
    SIGNING_KEY_ABSENT, SIGNING_KEY_MISMATCH) and Unavailable where the device does not answer.
    """

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of SHA-256 over the DER leaf certificate."""

    @property
    def algorithm(self) -> JwsAlgorithm:
        """The algorithm that `sign` makes."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER certificates, leaf first."""

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature as JOSE and COSE carry it: r||s of 64 bytes, or the RSA signature."""


class SigningKey(Protocol):
    """vaxproof's Signer together with its certificates: what the ministry's passports are signed with."""

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of SHA-256 over the DER leaf certificate."""

    @property
    def algorithm(self) -> Algorithm:
        """ES256 or PS256."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER certificates, leaf first."""

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature over the message."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key lives: `kind` is software, pkcs12 or pkcs11; `reference` names it there, without any secret.

    software and pkcs12: a file name below the key folder. pkcs11: an RFC 7512 address, `pkcs11:token=..;object=..`.
    `certificates` (DER, leaf first) are those registered for the key; empty where the key brings its own.
    """

    kind: str
    reference: str
    algorithm: str = ""
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """The root certificate (DER) of one certificate provider that facilities may use."""

    provider: str
    certificate: bytes


class RevocationStatus(Protocol):
    """Asks a provider whether a certificate was revoked (OCSP or CRL)."""

    def is_revoked(self, leaf: bytes, chain: tuple[bytes, ...], at: datetime) -> bool:
        """Say so; raises Unavailable where the provider does not answer."""
