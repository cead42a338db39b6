"""What is odd about a certificate that is signed and well-formed: shown to people, never a refusal."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vaxproof import uvci, valuesets
from vaxproof.claims import Claims, Kind, is_ambiguous
from vaxproof.errors import Code
from vaxproof.trust.certificates import SignerCertificate

_DAY = len("YYYY-MM-DD")


def remarks_on(claims: Claims, certificate: SignerCertificate, at: datetime) -> tuple[Code, ...]:
    """Codes of what is odd about it at this time (aware). None of them changes the answer."""
    entry, kind = claims.entry, claims.kind
    if kind is Kind.VACCINATION:
        found, happened = _remarks_on_vaccination(entry), entry["dt"]
    elif kind is Kind.TEST:
        found, happened = _remarks_on_test(entry), entry["sc"]
    else:
        found, happened = [], entry["fr"]
    if happened[:_DAY] > at.astimezone(UTC).date().isoformat():
        found.append(Code.DATED_IN_FUTURE)
    if not uvci.is_well_formed(entry["ci"]):
        found.append(Code.UVCI_NOT_WELL_FORMED)
    first, last = certificate.validity_seconds
    if claims.token.issued_at < first or claims.token.expires_at > last:
        found.append(Code.OUTSIDE_KEY_VALIDITY)
    if certificate.foreign_purposes:
        found.append(Code.FOREIGN_KEY_USAGE)
    return tuple(found)


def _remarks_on_vaccination(entry: Mapping[str, Any]) -> list[Code]:
    triple = valuesets.remark_on_triple(entry["mp"], entry["ma"], entry["vp"])
    found = [triple] if triple else []
    if is_ambiguous(entry["dn"], entry["sd"]):
        found.append(Code.DOSES_AMBIGUOUS)
    return found


def _remarks_on_test(entry: Mapping[str, Any]) -> list[Code]:
    return [Code.TEST_DETECTED] if entry["tr"] == valuesets.DETECTED else []
