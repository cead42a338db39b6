"""Signatures on certificates and in CMS, read as tolerantly as the certificates themselves.

Authorities sign with more kinds of keys than HCERT allows a signer: P-256, P-384, P-521, brainpool, RSA with either
padding. SHA-1 is refused.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from vaxproof.errors import Code, ProofError
from vaxproof.trust import der
from vaxproof.trust.certificates import MAX_BYTES, extensions_in

RSASSA_PSS, RSA = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.1"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_ECDSA: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
}
_PKCS1: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
}
_SHA1 = frozenset({"1.2.840.10045.4.1", "1.2.840.113549.1.1.5"})
_BASIC_CONSTRAINTS, _KEY_USAGE = "2.5.29.19", "2.5.29.15"
_VERSION = 0xA0
_KEY_CERT_SIGN = 0x04  # bit 5 of the first octet
_PARTS, _FIELDS = 3, 6


@dataclass(frozen=True, slots=True)
class CertificateParts:
    """What a chain is made of. `serial`, `issuer`, `subject`: encoded; `signed`: the bytes under the signature."""

    signed: bytes
    algorithm: der.Element
    signature: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    public_key: bytes
    may_certify: bool


def parts_of(certificate: bytes) -> CertificateParts:
    """The parts of a DER certificate.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    if len(certificate) > MAX_BYTES:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, f"{len(certificate)} bytes")
    outer = der.expect(der.read(certificate, 0, len(certificate)), der.SEQUENCE).children(limit=_PARTS)
    if len(outer) != _PARTS:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "parts")
    fields = der.expect(outer[0], der.SEQUENCE).children()
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    if len(fields) < _FIELDS:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "fields")
    signature = der.expect(outer[2], der.BIT_STRING).content
    if signature[:1] != b"\0" or outer[1].encoded != fields[1].encoded or outer[2].end != len(certificate):
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "signature")  # what is not signed must not be free to vary
    return CertificateParts(
        signed=outer[0].encoded,
        algorithm=der.expect(outer[1], der.SEQUENCE),
        signature=signature[1:],
        serial=fields[0].encoded,
        issuer=fields[2].encoded,
        subject=fields[4].encoded,
        public_key=fields[5].encoded,
        may_certify=_may_certify(extensions_in(fields[_FIELDS:])),
    )


def _may_certify(extensions: dict[str, bytes]) -> bool:
    """CA in BasicConstraints and keyCertSign in KeyUsage, each where the certificate has the extension."""
    constraints, usage = extensions.get(_BASIC_CONSTRAINTS), extensions.get(_KEY_USAGE)
    if constraints is not None:
        inner = der.expect(der.read(constraints, 0, len(constraints)), der.SEQUENCE).children(limit=4)
        if not inner or inner[0].tag != der.BOOLEAN or not any(inner[0].content):
            return False
    if usage is None:
        return constraints is not None
    bits = der.expect(der.read(usage, 0, len(usage)), der.BIT_STRING).content
    return len(bits) > 1 and bool(bits[1] & _KEY_CERT_SIGN)


def check_issued_by(certificate: bytes, authority: bytes) -> None:
    """The authority may certify, bears the issuer's name, and its key made the signature on the certificate.

    Raises:
        ProofError: FOREIGN_AUTHORITY_MISMATCH, FOREIGN_SIGNATURE_WEAK (SHA-1), CERTIFICATE_UNREADABLE.
    """
    issued, above = parts_of(certificate), parts_of(authority)
    if issued.issuer != above.subject:
        raise ProofError(Code.FOREIGN_AUTHORITY_MISMATCH, "name")
    if not above.may_certify:
        raise ProofError(Code.FOREIGN_AUTHORITY_MISMATCH, "may not certify")
    if algorithm_name(issued.algorithm) in _SHA1:
        raise ProofError(Code.FOREIGN_SIGNATURE_WEAK)
    if not is_signed(issued.signed, issued.signature, issued.algorithm, above.public_key):
        raise ProofError(Code.FOREIGN_AUTHORITY_MISMATCH, "signature")


def algorithm_name(algorithm: der.Element) -> str:
    """The identifier in an AlgorithmIdentifier; empty if there is none."""
    oids = [part for part in algorithm.children(limit=4) if part.tag == der.OID]
    return der.dotted(oids[0].content) if oids else ""


def is_signed(
    message: bytes,
    signature: bytes,
    algorithm: der.Element,
    public_key: bytes,
    digest: hashes.HashAlgorithm | None = None,
) -> bool:
    """Whether the signature is right under an AlgorithmIdentifier. `public_key`: SubjectPublicKeyInfo.

    `digest`: the hash where the identifier names the key alone, as CMS does with RSA. An unknown algorithm is a no.
    """
    name = algorithm_name(algorithm)
    try:
        key = serialization.load_der_public_key(public_key)
        if isinstance(key, ec.EllipticCurvePublicKey) and name in _ECDSA:
            key.verify(signature, message, ec.ECDSA(_ECDSA[name]))
            return True
        if isinstance(key, rsa.RSAPublicKey):
            used, hashed = _rsa_scheme(name, algorithm, digest)
            key.verify(signature, message, used, hashed)
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return False


def _rsa_scheme(
    name: str, algorithm: der.Element, digest: hashes.HashAlgorithm | None
) -> tuple[padding.PSS | padding.PKCS1v15, hashes.HashAlgorithm]:
    if name == RSASSA_PSS:
        hashed = _pss_hash(algorithm)
        return padding.PSS(padding.MGF1(hashed), padding.PSS.AUTO), hashed
    known = _PKCS1.get(name) or (digest if name == RSA else None)
    if known is None:
        raise UnsupportedAlgorithm(name)
    return padding.PKCS1v15(), known


def _pss_hash(algorithm: der.Element) -> hashes.HashAlgorithm:
    """The hash in RSASSA-PSS-params, field [0]; the default is SHA-1, which is refused (RFC 4055 §3.1)."""
    found = bytes(algorithm.content)
    for oid, known in HASHES.items():
        if der.write_oid(oid) in found:
            return known
    raise UnsupportedAlgorithm("hash")
