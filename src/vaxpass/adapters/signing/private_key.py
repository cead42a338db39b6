"""What the adapters share: keys in memory, the algorithm of a key, the proof that key and certificate fit."""

import os
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from vaxproof.errors import ProofError
from vaxproof.signer import Algorithm, algorithm_of, raw_from_der

from vaxpass.facility_signing.jws import PSS, is_signed_by
from vaxpass.facility_signing.ports import AttestationKey, JwsAlgorithm, Pkcs1, SigningKey, jws_algorithm
from vaxpass.offices.scope import Refused

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def key_id_of(leaf: bytes) -> bytes:
    """First 8 bytes of SHA-256 over the DER certificate."""
    return sha256(leaf).digest()[:8]


def choose_algorithm(leaf: bytes, wanted: str) -> JwsAlgorithm:
    """Give the algorithm for the certificate's key; an RSA key makes PS256 unless RS256 is wanted.

    Refuses KEY_ALGORITHM_UNSUITABLE: another kind of key, or a wish that it cannot meet.
    """
    try:
        natural = algorithm_of(x509.load_der_x509_certificate(leaf).public_key())
        chosen = jws_algorithm(wanted) if wanted else natural
    except (ProofError, ValueError):
        raise Refused("KEY_ALGORITHM_UNSUITABLE") from None
    if (chosen is Algorithm.ES256) != (natural is Algorithm.ES256):
        raise Refused("KEY_ALGORITHM_UNSUITABLE")
    return chosen


@dataclass(frozen=True, slots=True)
class KeyInMemory:
    """A private key in this process's memory, read from a file with the holder's secret."""

    certificates: tuple[bytes, ...]
    algorithm: JwsAlgorithm
    _key: PrivateKey = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of SHA-256 over the DER leaf certificate."""
        return key_id_of(self.certificates[0])

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature as JOSE carries it."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return raw_from_der(self._key.sign(to_be_signed, ec.ECDSA(hashes.SHA256())))
        scheme = padding.PKCS1v15() if self.algorithm is Pkcs1.RS256 else PSS
        return self._key.sign(to_be_signed, scheme, hashes.SHA256())


def key_in_memory(key: object, certificates: tuple[bytes, ...], wanted: str) -> KeyInMemory:
    """Bind a key to its certificates. Refuses KEY_ALGORITHM_UNSUITABLE, SIGNING_KEY_MISMATCH."""
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Refused("KEY_ALGORITHM_UNSUITABLE")
    bound = KeyInMemory(certificates, choose_algorithm(certificates[0], wanted), key)
    if x509.load_der_x509_certificate(certificates[0]).public_key() != key.public_key():
        raise Refused("SIGNING_KEY_MISMATCH")
    return bound


def check_key_fits(key: AttestationKey) -> None:
    """Let the key sign a random challenge and check it with its certificate; refuses SIGNING_KEY_MISMATCH.

    The challenge begins with a zero byte, so it can be neither a JWS nor a COSE signing input.
    """
    challenge = b"\x00vaxpass: does this key belong to this certificate?\x00" + os.urandom(16)
    if not is_signed_by(key.certificates[0], key.algorithm, key.sign(challenge), challenge):
        raise Refused("SIGNING_KEY_MISMATCH")


@dataclass(frozen=True, slots=True)
class PassportKey:
    """A key of which it is known that COSE takes its algorithm."""

    algorithm: Algorithm
    _key: AttestationKey

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of SHA-256 over the DER leaf certificate."""
        return self._key.key_id

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER certificates, leaf first."""
        return self._key.certificates

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature over the message."""
        return self._key.sign(to_be_signed)


def passport_key(key: AttestationKey) -> SigningKey:
    """Narrow a key to one that may sign passports (ES256, PS256); refuses KEY_ALGORITHM_UNSUITABLE."""
    if not isinstance(key.algorithm, Algorithm):
        raise Refused("KEY_ALGORITHM_UNSUITABLE")
    return PassportKey(key.algorithm, key)
