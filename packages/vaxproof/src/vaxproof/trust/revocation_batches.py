"""Revocation batches as the EU gateway exchanges them (dgc-gateway, revocation-list).

`{"country", "expires", "kid": base64 or "UNKNOWN_KID", "hashType": "UCI"|"COUNTRYCODEUCI"|"SIGNATURE",
"entries": [{"hash": base64 of 16 bytes}]}`, 1 to 1,000 entries. Uploads are wrapped as CMS (`vaxproof.trust.cms`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.revocation_list import HASH_BYTES, HashKind, RevocationList

MAX_ENTRIES = 1000
MAX_BYTES = 256 * 1024
UNKNOWN_KID = "UNKNOWN_KID"
_COUNTRY = re.compile("[A-Z]{2}")
_KEY_ID_BYTES = 8
_REFUSAL = Code.REVOCATION_LIST_INVALID


@dataclass(frozen=True, slots=True)
class Batch:
    """Up to a thousand hashes of one kind. `key_id` None: signed with whatever key. `expires`: aware UTC."""

    country: str
    expires: datetime
    key_id: bytes | None
    kind: HashKind
    hashes: tuple[bytes, ...]

    def to_json(self) -> bytes:
        """As the gateway takes it, before it is signed."""
        document = {
            "country": self.country,
            "expires": documents.stamp(self.expires),
            "kid": UNKNOWN_KID if self.key_id is None else documents.base64_of(self.key_id),
            "hashType": str(self.kind),
            "entries": [{"hash": documents.base64_of(value)} for value in self.hashes],
        }
        return json.dumps(document, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Batch":
        """Raises ProofError REVOCATION_LIST_INVALID."""
        if len(data) > MAX_BYTES:
            raise ProofError(_REFUSAL, f"{len(data)} bytes")
        document = documents.read_object(data, _REFUSAL)
        country, kind, entries = (document.get(name) for name in ("country", "hashType", "entries"))
        if not isinstance(country, str) or not _COUNTRY.fullmatch(country):
            raise ProofError(_REFUSAL, "country")
        if not isinstance(kind, str) or kind not in tuple(HashKind):
            raise ProofError(_REFUSAL, "hashType")
        if not isinstance(entries, list) or not 0 < len(entries) <= MAX_ENTRIES:
            raise ProofError(_REFUSAL, "entries")
        return cls(
            country,
            documents.time_in(document, "expires", _REFUSAL),
            _key_id(document.get("kid")),
            HashKind(kind),
            tuple(_hash(entry) for entry in entries),
        )


def _key_id(value: object) -> bytes | None:
    if value == UNKNOWN_KID:
        return None
    key_id = documents.octets(value, _REFUSAL)
    if len(key_id) != _KEY_ID_BYTES:
        raise ProofError(_REFUSAL, "kid")
    return key_id


def _hash(entry: object) -> bytes:
    value = documents.octets(entry.get("hash"), _REFUSAL) if isinstance(entry, dict) else b""
    if len(value) != HASH_BYTES:
        raise ProofError(_REFUSAL, "hash")
    return value


def make_batches(
    hashes: Iterable[bytes], *, kind: HashKind, country: str, expires: datetime, key_id: bytes | None = None
) -> Iterator[Batch]:
    """Cut hashes into batches, sorted, so that the same hashes give the same batches."""
    remaining = iter(sorted(set(hashes)))
    while chunk := tuple(islice(remaining, MAX_ENTRIES)):
        yield Batch(country, expires, key_id, kind, chunk)


def list_of(
    batches: Sequence[Batch], made_at: datetime, next_at: datetime, *, at: datetime, number: int = 0
) -> RevocationList:
    """One revocation list of many batches; those that have expired at the time (aware) are left out."""
    live = [batch for batch in batches if at <= batch.expires]
    entries = {
        kind: frozenset(value for batch in live if batch.kind is kind for value in batch.hashes)
        for kind in sorted({batch.kind for batch in live})
    }
    return RevocationList(entries, made_at, next_at, frozenset(batch.country for batch in batches), number)
