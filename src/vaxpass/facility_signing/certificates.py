"""Certificates of signers: path to a provider that facilities may use, validity, key usage (RFC 5280 section 6).

Path building is cryptography's own; the profile is ours: no host names, digitalSignature or nonRepudiation wanted.
Revocation is asked through the port RevocationStatus where one is wired. No Django, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from vaxproof.errors import ProofError
from vaxproof.signer import Algorithm, algorithm_of

from vaxpass.facility_signing.ports import JwsAlgorithm, RevocationStatus, TrustAnchor
from vaxpass.offices.scope import Refused

Policy = verification.Policy
_ANY = verification.Criticality.AGNOSTIC


@dataclass(frozen=True, slots=True)
class SignerCertificate:
    """What a credential keeps of a signer's certificate."""

    thumbprint: str
    subject: str
    provider: str
    valid_from: datetime
    valid_to: datetime


def read_pem(text: str) -> tuple[bytes, ...]:
    """Give the DER certificates of a PEM text, leaf first; refuses CERTIFICATE_UNREADABLE."""
    try:
        return tuple(c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(text.encode()))
    except ValueError:
        raise Refused("CERTIFICATE_UNREADABLE") from None


def read_file(content: bytes) -> str:
    """Give a certificate file as PEM text: a PEM chain, leaf first, or one DER certificate; a key in it is left out.

    Refuses CERTIFICATE_UNREADABLE.
    """
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except ValueError:
        raise Refused("CERTIFICATE_UNREADABLE") from None
    return write_pem([certificate.public_bytes(Encoding.DER) for certificate in found])


def write_pem(chain: Sequence[bytes]) -> str:
    """Give DER certificates as PEM text."""
    return "".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in chain)


def thumbprint(leaf: bytes) -> str:
    """SHA-256 of the DER certificate, in hex."""
    return sha256(leaf).hexdigest()


def check_certificate(
    chain: Sequence[bytes],
    anchors: Sequence[TrustAnchor],
    at: datetime,
    revocation: RevocationStatus | None = None,
) -> SignerCertificate:
    """Give what the leaf says if it may sign for a facility at a time.

    Refuses CERTIFICATE_UNREADABLE, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_FOR_SIGNING,
    KEY_ALGORITHM_UNSUITABLE, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_REVOKED.
    """
    leaf, *others = _read(chain)
    _check_time(leaf, at)
    _check_use(leaf)
    provider = _find_provider(leaf, others, anchors, at)
    if revocation is not None and revocation.is_revoked(chain[0], tuple(chain[1:]), at):
        raise Refused("CERTIFICATE_REVOKED")
    return SignerCertificate(
        thumbprint(chain[0]),
        leaf.subject.rfc4514_string(),
        provider,
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )


def check_algorithm(leaf: bytes, algorithm: JwsAlgorithm) -> None:
    """Refuse KEY_ALGORITHM_UNSUITABLE where a (checked) certificate's key cannot make that algorithm."""
    natural = algorithm_of(x509.load_der_x509_certificate(leaf).public_key())
    if (natural is Algorithm.ES256) != (algorithm is Algorithm.ES256):
        raise Refused("KEY_ALGORITHM_UNSUITABLE")


def _read(chain: Sequence[bytes]) -> list[x509.Certificate]:
    try:
        found = [x509.load_der_x509_certificate(der) for der in chain]
        _ = [certificate.extensions for certificate in found]
    except ValueError:
        raise Refused("CERTIFICATE_UNREADABLE") from None
    if not found:
        raise Refused("CERTIFICATE_UNREADABLE")
    return found


def _check_time(leaf: x509.Certificate, at: datetime) -> None:
    if at < leaf.not_valid_before_utc:
        raise Refused("CERTIFICATE_NOT_YET_VALID", day=leaf.not_valid_before_utc.date().isoformat())
    if at > leaf.not_valid_after_utc:
        raise Refused("CERTIFICATE_EXPIRED", day=leaf.not_valid_after_utc.date().isoformat())


def _check_use(leaf: x509.Certificate) -> None:
    try:
        algorithm_of(leaf.public_key())
    except ProofError:
        raise Refused("KEY_ALGORITHM_UNSUITABLE") from None
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise Refused("CERTIFICATE_NOT_FOR_SIGNING") from None
    if not (usage.digital_signature or usage.content_commitment) or usage.key_cert_sign:
        raise Refused("CERTIFICATE_NOT_FOR_SIGNING")


def _find_provider(
    leaf: x509.Certificate, others: list[x509.Certificate], anchors: Sequence[TrustAnchor], at: datetime
) -> str:
    for anchor in anchors:
        root = x509.load_der_x509_certificate(anchor.certificate)
        if _path_exists(leaf, [c for c in others if c != root], root, at):
            return anchor.provider
    raise Refused("CERTIFICATE_NOT_TRUSTED")


def _path_exists(leaf: x509.Certificate, between: list[x509.Certificate], root: x509.Certificate, at: datetime) -> bool:
    policy = (
        verification.PolicyBuilder()
        .store(verification.Store([root]))
        .time(at)
        .max_chain_depth(4)
        .extension_policies(ca_policy=_authorities(), ee_policy=verification.ExtensionPolicy.permit_all())
    )
    try:
        policy.build_client_verifier().verify(leaf, between)
    except verification.VerificationError:
        return False
    return True


def _authorities() -> verification.ExtensionPolicy:
    """An authority must say that it is one, and that its key signs certificates (RFC 5280 4.2.1.3, 4.2.1.9)."""
    return (
        verification.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, _ANY, _must_be_authority)
        .require_present(x509.KeyUsage, _ANY, _must_sign_certificates)
    )


def _must_be_authority(_policy: Policy, _certificate: x509.Certificate, says: x509.BasicConstraints) -> None:
    if not says.ca:
        raise ValueError("not an authority")


def _must_sign_certificates(_policy: Policy, _certificate: x509.Certificate, says: x509.KeyUsage) -> None:
    if not says.key_cert_sign:
        raise ValueError("does not sign certificates")
