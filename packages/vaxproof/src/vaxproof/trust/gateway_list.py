"""The EU gateway's trust list (dgc-gateway, GET /trustList): a JSON list of certificates, each with a signature.

`{"kid", "timestamp", "country", "certificateType": "AUTHENTICATION"|"UPLOAD"|"CSCA"|"DSC", "thumbprint", "signature",
"rawData"}`. The signature is a CMS message over `rawData`, detached: by the gateway's trust anchor for all but DSC, by
one of the country's upload certificates for DSC (dgc-lib checks the same).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.trust import cms, documents
from vaxproof.trust.countries import alpha_2
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import Anchors, Claimed, ListKind

_UNREADABLE = Code.FOREIGN_ENTRY_UNREADABLE
_MAX_ENTRIES = 20_000
_UPLOAD = "UPLOAD"
_TYPES = ("AUTHENTICATION", _UPLOAD, "CSCA", "DSC")


def read_entries(items: Sequence[Any], anchors: Anchors) -> tuple[datetime | None, list[Claimed]]:
    """When the newest entry was listed, and every entry as it claims to be.

    Raises:
        ProofError: FOREIGN_LIST_INVALID (nothing in it has the form of an entry, too many).
    """
    entries = [item for item in items if isinstance(item, dict) and item.get("certificateType") in _TYPES]
    if not entries or len(items) > _MAX_ENTRIES:
        raise ProofError(Code.FOREIGN_LIST_INVALID, "entries")
    uploaders = _uploaders(entries, anchors)
    claims = [_claim(item, anchors, uploaders) for item in items]
    times = [at for item in entries if (at := _listed_at(item))]
    return max(times, default=None), claims


def _uploaders(entries: Sequence[Mapping[str, Any]], anchors: Anchors) -> dict[bytes, str]:
    """Upload certificates that a pinned anchor signed, with their countries."""
    found: dict[bytes, str] = {}
    for item in entries:
        if item["certificateType"] == _UPLOAD:
            try:
                raw = _raw(item)
                if _signer(item, raw) in anchors.certificates:
                    found[raw] = alpha_2(str(item.get("country", "")))
            except ProofError:
                continue
    return found


def _claim(item: Any, anchors: Anchors, uploaders: Mapping[bytes, str]) -> Claimed:
    """One entry; whatever is wrong with it is its own refusal."""
    if not isinstance(item, dict):
        return Claimed(refusal=_UNREADABLE, detail="no entry", origin={"source": str(ListKind.GATEWAY)})
    country, kind = alpha_2(str(item.get("country", ""))), item.get("certificateType")
    usage = Usage(kind) if kind in tuple(Usage) else None
    raw, key_id = b"", None
    try:
        raw = _raw(item)
        key_id = documents.octets(item["kid"], _UNREADABLE) if item.get("kid") else None
        vouched = _is_vouched(item, raw, usage, anchors, uploaders)
    except ProofError as error:
        return Claimed(raw, usage, country, key_id, refusal=error.code, detail=error.detail, origin=_origin(item))
    return Claimed(raw, usage, country, key_id, vouched=vouched, origin=_origin(item))


def _is_vouched(
    item: Mapping[str, Any],
    raw: bytes,
    usage: Usage | None,
    anchors: Anchors,
    uploaders: Mapping[bytes, str],
) -> bool:
    """Whether a pinned anchor stands behind the entry: it signed it, or it signed the uploader who did.

    Raises:
        ProofError: FOREIGN_ENTRY_UNSIGNED (no signature or a wrong one; of a signer, by nobody that the anchor knows).
    """
    if usage is None or raw in anchors.certificates:
        return False
    signer = _signer(item, raw)
    if usage is Usage.CSCA:
        return signer in anchors.certificates
    if uploaders and uploaders.get(signer) != alpha_2(str(item.get("country", ""))):
        raise ProofError(Code.FOREIGN_ENTRY_UNSIGNED, "uploader")
    return signer in uploaders


def _signer(item: Mapping[str, Any], raw: bytes) -> bytes:
    """The certificate that signed the entry. Raises ProofError FOREIGN_ENTRY_UNSIGNED."""
    signature = documents.octets(item.get("signature", ""), Code.FOREIGN_ENTRY_UNSIGNED)
    return cms.open_signed(signature, detached=raw).certificate


def _raw(item: Mapping[str, Any]) -> bytes:
    raw = documents.octets(item.get("rawData"), _UNREADABLE)
    thumbprint = item.get("thumbprint")
    if not raw:
        raise ProofError(_UNREADABLE, "rawData")
    if isinstance(thumbprint, str) and thumbprint and thumbprint.lower() != sha256(raw).hexdigest():
        raise ProofError(Code.FOREIGN_KEY_ID_DIFFERS, "thumbprint")
    return raw


def _listed_at(item: Mapping[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(item.get("timestamp")))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _origin(item: Mapping[str, Any]) -> dict[str, Any]:
    listed_at = _listed_at(item)
    return {
        "source": str(ListKind.GATEWAY),
        "country": str(item.get("country", ""))[:8],
        **({"listed_at": documents.stamp(listed_at)} if listed_at else {}),
    }
