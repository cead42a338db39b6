"""One line of a trust list: a certificate, what it is for, when it counts, whether it was withdrawn, whence it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.certificates import SignerCertificate, key_id_of, read_certificate

_REFUSAL = Code.TRUST_LIST_INVALID
_KEY_ID_BYTES = 8
_REASON_LENGTH, _COUNTRY_LENGTH = 64, 2


class Usage(StrEnum):
    """What a certificate is for: a signer of passports, or the authority above signers, never a signer itself."""

    DSC = "DSC"
    CSCA = "CSCA"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A key that counts no longer, whatever time is asked about. `at`: aware UTC, for people to read.

    `unless_logged`: passports that the public log holds still count; the key was stolen, its honest holders are spared.
    """

    at: datetime
    reason: str
    unless_logged: bool = False


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """A line of a trust list. `accepted_from`, `accepted_until`: aware UTC, both included; None: no limit by the list.

    `origin`: where it came from, as the publisher tells it.
    """

    certificate: SignerCertificate
    usage: Usage = Usage.DSC
    accepted_from: datetime | None = None
    accepted_until: datetime | None = None
    withdrawn: Withdrawal | None = None
    origin: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_restricted(self) -> bool:
        """Whether the list says less than the certificate."""
        return not (self.accepted_from is None and self.accepted_until is None and self.withdrawn is None)

    def narrowed_by(self, other: "TrustEntry") -> "TrustEntry":
        """What holds where two lists name one certificate: the narrower window, the harder withdrawal."""
        withdrawals = [one.withdrawn for one in (self, other) if one.withdrawn]
        return replace(
            self,
            accepted_from=max(filter(None, (self.accepted_from, other.accepted_from)), default=None),
            accepted_until=min(filter(None, (self.accepted_until, other.accepted_until)), default=None),
            withdrawn=min(withdrawals, key=lambda one: one.unless_logged, default=None),
        )


def read_entry(entry: object) -> TrustEntry | None:
    """A member of `certificates`; None: its certificate cannot be read or its usage is unknown, the others still count.

    Raises:
        ProofError: TRUST_LIST_INVALID.
    """
    if not isinstance(entry, dict):
        raise ProofError(_REFUSAL, "certificates")
    certificate, usage = _certificate(entry), entry.get("usage", Usage.DSC)
    window = [documents.time_in(entry, key, _REFUSAL) if key in entry else None for key in ("from", "until")]
    withdrawn = _withdrawal(entry["withdrawn"]) if "withdrawn" in entry else None
    origin = entry.get("origin", {})
    if not isinstance(origin, dict):
        raise ProofError(_REFUSAL, "origin")
    if certificate is None or usage not in tuple(Usage):
        return None
    return TrustEntry(certificate, Usage(usage), window[0], window[1], withdrawn, origin)


def _certificate(entry: dict[str, Any]) -> SignerCertificate | None:
    key_id = documents.octets(entry["kid"], _REFUSAL) if "kid" in entry else None
    if key_id is not None and len(key_id) != _KEY_ID_BYTES:
        raise ProofError(_REFUSAL, "kid")
    der, country, source = documents.octets(entry.get("der"), _REFUSAL), entry.get("country"), entry.get("source")
    try:
        certificate = read_certificate(der, source=source if isinstance(source, str) else "", key_id=key_id)
    except ProofError:
        return None
    return replace(certificate, country=country) if isinstance(country, str) and country else certificate


def _withdrawal(value: object) -> Withdrawal:
    if not isinstance(value, dict):
        raise ProofError(_REFUSAL, "withdrawn")
    reason, unless_logged = value.get("reason"), value.get("unless_logged", False)
    if not isinstance(reason, str) or not 0 < len(reason) <= _REASON_LENGTH or type(unless_logged) is not bool:
        raise ProofError(_REFUSAL, "withdrawn")
    return Withdrawal(documents.time_in(value, "at", _REFUSAL), reason, unless_logged)


def write_entry(entry: TrustEntry) -> dict[str, Any]:
    """The member of `certificates` that `read_entry` reads; only what is not the usual is written."""
    certificate = entry.certificate
    written: dict[str, Any] = {"der": documents.base64_of(certificate.der), "source": certificate.source}
    if certificate.key_id != key_id_of(certificate.der):
        written["kid"] = documents.base64_of(certificate.key_id)
    if len(certificate.country) == _COUNTRY_LENGTH:
        written["country"] = certificate.country
    if entry.usage is not Usage.DSC:
        written["usage"] = str(entry.usage)
    for key, at in (("from", entry.accepted_from), ("until", entry.accepted_until)):
        if at is not None:
            written[key] = documents.stamp(at)
    if entry.withdrawn:
        withdrawn = entry.withdrawn
        written["withdrawn"] = {
            "at": documents.stamp(withdrawn.at),
            "reason": withdrawn.reason,
            "unless_logged": withdrawn.unless_logged,
        }
    return written | ({"origin": dict(entry.origin)} if entry.origin else {})
