"""Signed publications: a document and the publisher's signature in one file, as JWS in compact form (RFC 7515 §7.1).

`BASE64URL(protected) . BASE64URL(payload) . BASE64URL(signature)`; the payload is exactly the document's bytes. The
protected header is `{"alg","kid","typ"}`: ES256 or PS256, the publisher's key id as 16 hexadecimal digits, and
`<format>+json`. One file carries both, so that no reader ever sees a document without its signature.
"""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.signer import ES256_BYTES, Algorithm, Signer
from vaxproof.trust import documents
from vaxproof.trust.certificates import SignerCertificate, read_certificate

MAX_BYTES = 352 * 1024 * 1024  # the largest document, a revocation list, in base64
_MAX_HEADER = 1024
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")
_FORMAT = re.compile(r"vaxproof-[a-z-]{1,40}")
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Publication:
    """An opened file: the document's bytes, its format as both the header and the document name it, who signed."""

    payload: bytes
    format_name: str
    signer: SignerCertificate


def sign_publication(payload: bytes, signer: Signer) -> bytes:
    """The signed file of a document of ours. The signer is asked once and works outside any transaction.

    Raises:
        ProofError: PUBLICATION_UNREADABLE (the payload is no document with a format).
    """
    header = {"alg": str(signer.algorithm), "kid": signer.key_id.hex(), "typ": f"{_format_of(payload)}+json"}
    signed = _encoded(json.dumps(header, separators=(",", ":")).encode()) + b"." + _encoded(payload)
    return signed + b"." + _encoded(signer.sign(signed))


class Pins:
    """Certificates of publishers that a verifier was given. `certificates`: by key id in hexadecimal."""

    def __init__(self, certificates: Iterable[bytes]) -> None:
        """Takes DER. Raises ProofError CERTIFICATE_UNREADABLE, UNSUITABLE_PUBLIC_KEY_TYPE."""
        self.certificates: dict[str, SignerCertificate] = {}
        for der in certificates:
            certificate = read_certificate(der, source="pin")
            assert certificate.algorithm  # raises for a key that signs no publication
            self.certificates[certificate.key_id.hex()] = certificate

    def with_more(self, certificates: Iterable[bytes]) -> "Pins":
        """These and others: publishers that a signed index names as theirs from now on (rollover)."""
        return Pins([*(known.der for known in self.certificates.values()), *certificates])

    def open(self, data: bytes, *, at: datetime) -> bytes:
        """The document's bytes.

        Raises:
            ProofError: as `open_publication`.
        """
        return self.open_publication(data, at=at).payload

    def open_publication(self, data: bytes, *, at: datetime) -> Publication:
        """The document, its format and its signer.

        Raises:
            ProofError: PUBLICATION_UNREADABLE (no JWS, cut off, `crit`), PUBLICATION_SIGNER_UNKNOWN,
                PUBLICATION_SIGNATURE_INVALID, PUBLICATION_SIGNER_EXPIRED (outside the certificate's validity),
                PUBLICATION_UNEXPECTED (the header names another format than the document).
        """
        header, payload, signature, signed = _parts(data)
        signer = self._signer(header)
        if signer.algorithm != header["alg"]:
            raise ProofError(Code.PUBLICATION_SIGNATURE_INVALID, "alg")
        if len(signature) != _signature_bytes(signer):
            raise ProofError(Code.PUBLICATION_UNREADABLE, "cut off")
        if not signer.has_signed(signed, signature):
            raise ProofError(Code.PUBLICATION_SIGNATURE_INVALID)
        if not signer.is_valid_at(at):
            raise ProofError(Code.PUBLICATION_SIGNER_EXPIRED)
        format_name = _format_of(payload)
        if header["typ"] != f"{format_name}+json":
            raise ProofError(Code.PUBLICATION_UNEXPECTED, "typ")
        return Publication(payload, format_name, signer)

    def _signer(self, header: dict[str, Any]) -> SignerCertificate:
        try:
            return self.certificates[header["kid"]]
        except KeyError:
            raise ProofError(Code.PUBLICATION_SIGNER_UNKNOWN) from None


def is_publication(data: bytes) -> bool:
    """Whether the bytes look like a signed file rather than a document, a certificate or a PEM text."""
    return data[:2] == b"ey" and b"-----BEGIN" not in data[:4096]


def _parts(data: bytes) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """Header, payload, signature, and the bytes that are signed."""
    unreadable = Code.PUBLICATION_UNREADABLE
    if len(data) > MAX_BYTES:
        raise ProofError(unreadable, f"{len(data)} bytes")
    parts = data.split(b".")
    if len(parts) != _PARTS or len(parts[0]) > _MAX_HEADER:
        raise ProofError(unreadable, "parts")
    header_bytes, payload, signature = (_decoded(part) for part in parts)
    header = documents.read_object(header_bytes, unreadable)
    if "crit" in header or header.get("alg") not in tuple(Algorithm):
        raise ProofError(unreadable, "header")
    if not all(isinstance(header.get(name), str) for name in ("kid", "typ")):
        raise ProofError(unreadable, "header")
    return header, payload, signature, data[: len(parts[0]) + 1 + len(parts[1])]


def _format_of(payload: bytes) -> str:
    name = documents.read_object(payload, Code.PUBLICATION_UNREADABLE).get("format")
    if not isinstance(name, str) or not _FORMAT.fullmatch(name):
        raise ProofError(Code.PUBLICATION_UNREADABLE, "format")
    return name


def _signature_bytes(signer: SignerCertificate) -> int:
    if signer.algorithm is Algorithm.ES256:
        return ES256_BYTES
    return (signer.public_key.key_size + 7) // 8


def base64url(data: bytes) -> str:
    """Base64 of the other alphabet, without padding (RFC 7515 §2)."""
    return _encoded(data).decode("ascii")


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(part: bytes) -> bytes:
    """Strict: no padding, no other letters, no bits left over (RFC 7515 §2)."""
    if not _BASE64URL.fullmatch(part) or len(part) % 4 == 1:
        raise ProofError(Code.PUBLICATION_UNREADABLE, "base64url")
    data = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    if _encoded(data) != part:
        raise ProofError(Code.PUBLICATION_UNREADABLE, "base64url")
    return data
