"""A signer certificate, read tolerantly.

Real ones break DER in ways that strict parsers refuse: an encoded default in BasicConstraints (FI, ES), an
empty list of purposes. Only what a verifier needs is read. The issuer's signature on it is not checked here:
being on the trust list is what makes a certificate good (certificate governance).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from vaxproof.claims import Kind
from vaxproof.errors import Code, ProofError
from vaxproof.signer import ES256_BYTES, Algorithm, PublicKey, algorithm_of, der_from_raw
from vaxproof.trust import der

MAX_BYTES = 16_384
_EXTENDED_KEY_USAGE, _KEY_USAGE = "2.5.29.37", "2.5.29.15"
_COUNTRY, _COMMON_NAME = "2.5.4.6", "2.5.4.3"
_VERSION, _EXTENSIONS = 0xA0, 0xA3  # RFC 5280 §4.1: [0], [3]
_ANY_PURPOSE = "2.5.29.37.0"
_RSA, _RSA_PSS, _EC, _P256 = (
    "1.2.840.113549.1.1.1",
    "1.2.840.113549.1.1.10",
    "1.2.840.10045.2.1",
    "1.2.840.10045.3.1.7",
)
# The arc of the governance document, and the mistyped one that most issuers use.
_PURPOSES = {
    f"1.3.6.1.4.1.{arc}.2021.1.{number}": kind
    for arc in ("1847", "0.1847")
    for number, kind in ((1, Kind.TEST), (2, Kind.VACCINATION), (3, Kind.RECOVERY))
}
_TIME = re.compile(rb"(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?")
_SHA256 = hashes.SHA256()
_HASHED = Prehashed(_SHA256)
_ECDSA = ec.ECDSA(_HASHED)
# The salt is as long as the hash (RFC 8230 §2).
_PSS = padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=32)


@dataclass(frozen=True, eq=True)
class SignerCertificate:
    """What a verifier needs of a signer's certificate.

    `purposes`: the kinds it may sign; None: no purpose named, so any. `foreign_purposes`: purposes are named,
    none of them of HCERT. `may_sign`: key usage says so or says nothing. Times are aware UTC, both included.
    """

    der: bytes = field(repr=False)
    key_id: bytes
    source: str
    country: str
    common_name: str
    not_before: datetime
    not_after: datetime
    purposes: frozenset[Kind] | None
    foreign_purposes: bool
    may_sign: bool
    public_key_der: bytes = field(repr=False)
    key_algorithms: tuple[str, ...] = field(repr=False)

    @cached_property
    def validity_seconds(self) -> tuple[float, float]:
        """First and last second of the validity, since 1970."""
        return self.not_before.timestamp(), self.not_after.timestamp()

    @cached_property
    def public_key(self) -> PublicKey:
        """Its key, P-256 or RSA.

        Raises:
            ProofError: UNSUITABLE_PUBLIC_KEY_TYPE (another kind, among them P-384; broken).
        """
        if self.key_algorithms[:2] != (_EC, _P256) and self.key_algorithms[:1] not in ((_RSA,), (_RSA_PSS,)):
            raise ProofError(Code.UNSUITABLE_PUBLIC_KEY_TYPE)
        try:
            key = serialization.load_der_public_key(self.public_key_der)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ProofError(Code.UNSUITABLE_PUBLIC_KEY_TYPE) from None
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise ProofError(Code.UNSUITABLE_PUBLIC_KEY_TYPE)
        return key

    @cached_property
    def algorithm(self) -> Algorithm:
        """The only algorithm that this key may be used with.

        Raises:
            ProofError: UNSUITABLE_PUBLIC_KEY_TYPE.
        """
        return algorithm_of(self.public_key)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the raw signature over the message is this key's.

        Raises:
            ProofError: UNSUITABLE_PUBLIC_KEY_TYPE.
        """
        try:
            self._check(sha256(message).digest(), signature)
        except InvalidSignature:
            return False
        return True

    @cached_property
    def _check(self) -> Callable[[bytes, bytes], None]:
        """Raises InvalidSignature unless the signature over the digest is right; chosen once for each key."""
        key, algorithm = self.public_key, self.algorithm

        def check_es256(digest: bytes, signature: bytes) -> None:
            if len(signature) != ES256_BYTES:
                raise InvalidSignature
            key.verify(der_from_raw(signature), digest, _ECDSA)  # type: ignore[call-arg, arg-type] # EC by algorithm

        def check_ps256(digest: bytes, signature: bytes) -> None:
            key.verify(signature, digest, _PSS, _HASHED)  # type: ignore[call-arg, arg-type] # RSA by algorithm

        return check_es256 if algorithm is Algorithm.ES256 else check_ps256

    def is_valid_at(self, at: datetime) -> bool:
        """Whether the time lies within the certificate's validity."""
        return self.not_before <= at <= self.not_after


def key_id_of(certificate: bytes) -> bytes:
    """First 8 bytes of SHA-256 over the DER."""
    return sha256(certificate).digest()[:8]


def read_certificate(data: bytes, *, source: str = "", key_id: bytes | None = None) -> SignerCertificate:
    """The certificate in these DER bytes. `key_id`: what a list calls it, where that is not the usual one.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE. A key of a kind that HCERT does not know is no error here.
    """
    if len(data) > MAX_BYTES:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, f"{len(data)} bytes")
    outer = der.expect(der.read(data, 0, len(data)), der.SEQUENCE)
    parts = der.expect(der.read(data, outer.body, outer.end), der.SEQUENCE).children()
    if parts and parts[0].tag == _VERSION:
        del parts[0]
    if len(parts) < 6:  # noqa: PLR2004 -- RFC 5280 §4.1: serial, algorithm, issuer, validity, subject, key
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "fields")
    validity, subject, key = (der.expect(part, der.SEQUENCE) for part in parts[3:6])
    not_before, not_after = _validity(validity)
    names = _names(subject)
    extensions = extensions_in(parts[6:])
    purposes = _purposes(extensions.get(_EXTENDED_KEY_USAGE))
    known = frozenset(_PURPOSES[oid] for oid in purposes if oid in _PURPOSES)
    return SignerCertificate(
        der=data[: outer.end],
        key_id=key_id or key_id_of(data[: outer.end]),
        source=source,
        country=names.get(_COUNTRY, ""),
        common_name=names.get(_COMMON_NAME, ""),
        not_before=not_before,
        not_after=not_after,
        purposes=known or None,
        foreign_purposes=bool(purposes) and not known and _ANY_PURPOSE not in purposes,
        may_sign=_may_sign(extensions.get(_KEY_USAGE)),
        public_key_der=key.encoded,
        key_algorithms=_key_algorithms(key),
    )


def _validity(validity: der.Element) -> tuple[datetime, datetime]:
    times = [_time(element) for element in validity.children(limit=2)]
    if len(times) != 2:  # noqa: PLR2004 -- from and to
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "validity")
    return times[0], times[1]


def _time(element: der.Element) -> datetime:
    """UTCTime or GeneralizedTime, with or without seconds, fraction and offset."""
    match = _TIME.fullmatch(element.content)
    if not match or element.tag not in (der.UTC_TIME, der.GENERALIZED_TIME):
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "time")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if len(match[1]) == 2:  # noqa: PLR2004 -- RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century
        year += 1900 if year >= 50 else 2000  # noqa: PLR2004 -- the same
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7])).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "time") from None


def _zone(offset: bytes | None) -> timezone:
    if offset in (None, b"Z"):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[:1] == b"-" else minutes))


def _names(subject: der.Element) -> dict[str, str]:
    """Attributes of the subject, the first of each kind; odd text becomes replacement characters."""
    found: dict[str, str] = {}
    for part in subject.children():
        for attribute in part.children():
            values = attribute.children()
            if len(values) > 1 and values[0].tag == der.OID:
                found.setdefault(der.dotted(values[0].content), values[1].content.decode("utf-8", "replace"))
    return found


def extensions_in(parts: list[der.Element]) -> dict[str, bytes]:
    """Contents of the extensions by identifier, from what follows the key; the first of each counts.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    found: dict[str, bytes] = {}
    for wrapper in (part for part in parts if part.tag == _EXTENSIONS):
        for sequence in wrapper.children(limit=1):
            for extension in sequence.children():
                values = extension.children()
                if len(values) > 1 and values[0].tag == der.OID and values[-1].tag == der.OCTET_STRING:
                    found.setdefault(der.dotted(values[0].content), values[-1].content)
    return found


def _purposes(extension: bytes | None) -> frozenset[str]:
    if not extension:
        return frozenset()
    listed = der.expect(der.read(extension, 0, len(extension)), der.SEQUENCE)
    return frozenset(der.dotted(value.content) for value in listed.children() if value.tag == der.OID)


def _may_sign(extension: bytes | None) -> bool:
    """Bit 0 of KeyUsage is digitalSignature."""
    if not extension:
        return True
    bits = der.expect(der.read(extension, 0, len(extension)), der.BIT_STRING).content
    return len(bits) > 1 and bool(bits[1] & 0x80)


def _key_algorithms(key: der.Element) -> tuple[str, ...]:
    return tuple(
        der.dotted(value.content)
        for part in key.children(limit=2)[:1]
        for value in part.children(limit=4)
        if value.tag == der.OID
    )
