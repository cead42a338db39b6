"""Revocation lists in our JSON: truncated hashes as the EU gateway's batches have them, by kind of hash."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from vaxproof.errors import Code, ProofError
from vaxproof.signer import ES256_BYTES, Algorithm
from vaxproof.trust import documents

FORMAT = "vaxproof-revocation-list"
MAX_BYTES = 256 * 1024 * 1024
HASH_BYTES = 16
_COUNTRY = re.compile("[A-Z]{2}")


class HashKind(StrEnum):
    """What was hashed (dgc-gateway, revocation batches)."""

    UCI = "UCI"
    COUNTRYCODEUCI = "COUNTRYCODEUCI"
    SIGNATURE = "SIGNATURE"


def hash_of(data: bytes) -> bytes:
    """The first 128 bits of SHA-256."""
    return sha256(data).digest()[:HASH_BYTES]


def hash_of_identifier(uvci: str) -> bytes:
    """The entry that revokes by identifier (kind UCI)."""
    return hash_of(uvci.encode())


def hashes_of_signature(signature: bytes, algorithm: Algorithm) -> tuple[bytes, ...]:
    """The documents hash the whole signature, the EU's app only r of ES256: a reader looks for both."""
    if algorithm is Algorithm.ES256 and len(signature) == ES256_BYTES:
        return hash_of(signature), hash_of(signature[: ES256_BYTES // 2])
    return (hash_of(signature),)


def hashes_by_kind(
    *, uvci: str, country: str, signature: bytes, algorithm: Algorithm
) -> dict[HashKind, tuple[bytes, ...]]:
    """Every hash by which this certificate may be listed: all of them are published, any of them is looked for.

    `country`: the country of the entry (`co`). Both variants of SIGNATURE for ES256.
    """
    return {
        HashKind.UCI: (hash_of_identifier(uvci),),
        HashKind.COUNTRYCODEUCI: (hash_of(f"{country}{uvci}".encode()),),
        HashKind.SIGNATURE: hashes_of_signature(signature, algorithm),
    }


@dataclass(frozen=True, slots=True)
class RevocationList:
    """Hashes of what was revoked, by kind. `made_at`, `next_at`: aware UTC.

    `countries`: whose revocations it holds, two capital letters each; None: it does not say. `number`: of the edition.
    """

    entries: Mapping[HashKind, frozenset[bytes]]
    made_at: datetime
    next_at: datetime
    countries: frozenset[str] | None = None
    number: int = 0

    def is_revoked(self, *, uvci: str, country: str, signature: bytes, algorithm: Algorithm) -> bool:
        """Whether any kind of hash of this certificate is listed."""
        none: frozenset[bytes] = frozenset()
        entries = self.entries
        return (
            hash_of_identifier(uvci) in entries.get(HashKind.UCI, none)
            or hash_of(f"{country}{uvci}".encode()) in entries.get(HashKind.COUNTRYCODEUCI, none)
            or not entries.get(HashKind.SIGNATURE, none).isdisjoint(hashes_of_signature(signature, algorithm))
        )

    @classmethod
    def of(
        cls,
        made_at: datetime,
        next_at: datetime,
        *,
        countries: Iterable[str] | None = None,
        number: int = 0,
        **hashes: Iterable[bytes],
    ) -> "RevocationList":
        """From hashes by the name of their kind: `RevocationList.of(made, due, UCI=[…])`."""
        return cls(
            {HashKind(kind): frozenset(values) for kind, values in hashes.items()},
            made_at,
            next_at,
            None if countries is None else frozenset(countries),
            number,
        )

    @classmethod
    def from_json(cls, data: bytes) -> "RevocationList":
        """Raises ProofError REVOCATION_LIST_INVALID."""
        refusal = Code.REVOCATION_LIST_INVALID
        document = documents.parse(data, format_name=FORMAT, limit=MAX_BYTES, refusal=refusal)
        entries = document.get("entries")
        if not isinstance(entries, dict) or not set(entries) <= set(HashKind):
            raise ProofError(refusal, "entries")
        return cls(
            {HashKind(kind): _hashes(values) for kind, values in entries.items()},
            documents.time_in(document, "made_at", refusal),
            documents.time_in(document, "next_at", refusal),
            countries_in(document),
            documents.number_in(document, refusal),
        )

    def to_json(self) -> bytes:
        """To be published: sorted, so that the same entries give the same bytes."""
        entries = {str(kind): [documents.base64_of(h) for h in sorted(found)] for kind, found in self.entries.items()}
        countries: dict[str, list[str]] = {} if self.countries is None else {"countries": sorted(self.countries)}
        return documents.encode(
            FORMAT, self.made_at, self.next_at, number=self.number, **countries, entries=dict(sorted(entries.items()))
        )

    @classmethod
    def load(cls, path: Path) -> "RevocationList":
        """Raises ProofError REVOCATION_LIST_INVALID, OSError."""
        with path.open("rb") as file:
            return cls.from_json(file.read(MAX_BYTES + 1))


def countries_in(document: Mapping[str, object]) -> frozenset[str] | None:
    """The member `countries` of a list or filter. Raises ProofError REVOCATION_LIST_INVALID."""
    values = document.get("countries")
    if values is None:
        return None
    if not isinstance(values, list) or not all(
        isinstance(value, str) and _COUNTRY.fullmatch(value) for value in values
    ):
        raise ProofError(Code.REVOCATION_LIST_INVALID, "countries")
    return frozenset(values)


def _hashes(values: object) -> frozenset[bytes]:
    refusal = Code.REVOCATION_LIST_INVALID
    if not isinstance(values, list):
        raise ProofError(refusal, "entries")
    found = frozenset(documents.octets(value, refusal) for value in values)
    if any(len(value) != HASH_BYTES for value in found):
        raise ProofError(refusal, "hash")
    return found
