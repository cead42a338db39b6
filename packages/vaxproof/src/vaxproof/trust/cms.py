"""CMS SignedData (RFC 5652) as the EU gateway uses it: one certificate, one signer.

Uploads carry the content inside; entries of the gateway's trust list carry the signature alone, over `rawData`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives import hashes

from vaxproof.errors import Code, ProofError
from vaxproof.signer import Algorithm, Signer, der_from_raw
from vaxproof.trust import der
from vaxproof.trust.signatures import HASHES, is_signed, parts_of

_SIGNED_DATA, _DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256, _RSASSA_PSS, _MGF1 = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_EXPLICIT_0, _SALT_32 = 0xA0, b"\x20"
_MAX_BYTES = 1024 * 1024
_TWO = 2


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message whose signature is right: its content and the certificate inside it. Who that is, the caller asks."""

    content: bytes
    certificate: bytes


def open_signed(data: bytes, *, detached: bytes | None = None) -> SignedMessage:
    """The message in DER or BER. `detached`: the content, where it is not inside.

    Raises:
        ProofError: FOREIGN_ENTRY_UNSIGNED (no such message, another than one certificate or signer, wrong).
    """
    try:
        return _opened(data, detached)
    except ProofError as error:
        detail = error.detail if error.code is Code.FOREIGN_ENTRY_UNSIGNED else "no CMS message"
        raise ProofError(Code.FOREIGN_ENTRY_UNSIGNED, detail) from None


def _opened(data: bytes, detached: bytes | None) -> SignedMessage:
    if len(data) > _MAX_BYTES:
        raise _unsigned("too large")
    fields = _signed_data(data)
    inside = _content(fields)
    content = inside if inside is not None else detached
    certificates = [c for field in fields if field.tag == _EXPLICIT_0 for c in field.children(limit=_TWO)]
    signers = der.expect(fields[-1], der.SET).children(limit=_TWO)
    if content is None or len(certificates) != 1 or len(signers) != 1:
        raise _unsigned("one content, one certificate, one signer")
    if detached is not None and content != detached:
        raise _unsigned("another content")
    certificate = certificates[0].encoded
    if not _has_signed(der.expect(signers[0], der.SEQUENCE).children(limit=8), certificate, content):
        raise _unsigned("signature")
    return SignedMessage(content, certificate)


def _unsigned(detail: str) -> ProofError:
    return ProofError(Code.FOREIGN_ENTRY_UNSIGNED, detail)


def _signed_data(data: bytes) -> list[der.Element]:
    data = der.definite(data)  # the gateway's own library writes indefinite lengths
    outer = der.expect(der.read(data, 0, len(data)), der.SEQUENCE).children(limit=_TWO)
    if len(outer) != _TWO or der.dotted(der.expect(outer[0], der.OID).content) != _SIGNED_DATA:
        raise _unsigned("no SignedData")
    fields = der.expect(outer[1].children(limit=1)[0], der.SEQUENCE).children(limit=8)
    if len(fields) < 4:  # noqa: PLR2004 -- version, digests, content, signers
        raise _unsigned("fields")
    return fields


def _content(fields: list[der.Element]) -> bytes | None:
    """The octets inside, in one piece or in several (BER, as some tools write them); None: detached."""
    parts = der.expect(fields[2], der.SEQUENCE).children(limit=_TWO)
    if len(parts) < _TWO:
        return None
    octets = parts[1].children(limit=1)[0]
    if octets.tag == der.OCTET_STRING:
        return octets.content
    return b"".join(der.expect(piece, der.OCTET_STRING).content for piece in octets.children())


def _has_signed(info: list[der.Element], certificate: bytes, content: bytes) -> bool:
    """Whether this SignerInfo is right: signed attributes, where there are any, must name the content's digest."""
    if len(info) < 5:  # noqa: PLR2004 -- version, signer, digest, algorithm, signature
        return False
    digest = HASHES.get(der.dotted(der.expect(info[2].children(limit=_TWO)[0], der.OID).content))
    if digest is None:
        return False
    message, rest = content, info[3:]
    if rest[0].tag == _EXPLICIT_0:
        message = b"\x31" + rest[0].encoded[1:]  # signed as a SET OF, not under its tag (RFC 5652 §5.4)
        if _attribute(rest[0], _MESSAGE_DIGEST) != _hashed(content, digest):
            return False
        rest = rest[1:]
    if len(rest) < _TWO:
        return False
    return is_signed(message, rest[1].content, rest[0], parts_of(certificate).public_key, digest)


def _attribute(attributes: der.Element, oid: str) -> bytes | None:
    for attribute in attributes.children(limit=32):
        parts = attribute.children(limit=_TWO)
        if len(parts) == _TWO and der.dotted(der.expect(parts[0], der.OID).content) == oid:
            values = parts[1].children(limit=_TWO)
            return values[0].content if len(values) == 1 else None
    return None


def _hashed(content: bytes, digest: hashes.HashAlgorithm) -> bytes:
    hasher = hashes.Hash(digest)
    hasher.update(content)
    return hasher.finalize()


def sign_message(content: bytes, certificate: bytes, signer: Signer, *, at: datetime) -> bytes:
    """A SignedData in DER with the content inside, as the gateway takes uploads (there in base64).

    `certificate`: of the signer (upload certificate). `at`: aware, the signing time.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    above = parts_of(certificate)
    attributes = _attributes(content, at)
    signature = signer.sign(der.write(der.SET, attributes))
    if signer.algorithm is Algorithm.ES256:
        signature = der_from_raw(signature)
    digest = der.write(der.SEQUENCE, der.write_oid(_SHA256))
    info = der.write(
        der.SEQUENCE,
        der.write(der.INTEGER, b"\x01"),
        der.write(der.SEQUENCE, above.issuer, above.serial),
        digest,
        der.write(_EXPLICIT_0, attributes),
        _signature_algorithm(signer.algorithm),
        der.write(der.OCTET_STRING, signature),
    )
    inner = der.write(
        der.SEQUENCE,
        der.write(der.INTEGER, b"\x01"),
        der.write(der.SET, digest),
        der.write(der.SEQUENCE, der.write_oid(_DATA), der.write(_EXPLICIT_0, der.write(der.OCTET_STRING, content))),
        der.write(_EXPLICIT_0, certificate),
        der.write(der.SET, info),
    )
    return der.write(der.SEQUENCE, der.write_oid(_SIGNED_DATA), der.write(_EXPLICIT_0, inner))


def _attributes(content: bytes, at: datetime) -> bytes:
    """Content type, digest, signing time: the members of the SET, in order."""
    signed_at = der.write(der.UTC_TIME, at.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())
    values = {
        _CONTENT_TYPE: der.write_oid(_DATA),
        _MESSAGE_DIGEST: der.write(der.OCTET_STRING, sha256(content).digest()),
        _SIGNING_TIME: signed_at,
    }
    return b"".join(
        sorted(der.write(der.SEQUENCE, der.write_oid(oid), der.write(der.SET, value)) for oid, value in values.items())
    )


def _signature_algorithm(algorithm: Algorithm) -> bytes:
    if algorithm is Algorithm.ES256:
        return der.write(der.SEQUENCE, der.write_oid(_ECDSA_SHA256))
    hashed = der.write(der.SEQUENCE, der.write_oid(_SHA256), der.write(der.NULL))
    parameters = der.write(
        der.SEQUENCE,
        der.write(0xA0, hashed),
        der.write(0xA1, der.write(der.SEQUENCE, der.write_oid(_MGF1), hashed)),
        der.write(0xA2, der.write(der.INTEGER, _SALT_32)),
    )
    return der.write(der.SEQUENCE, der.write_oid(_RSASSA_PSS), parameters)
