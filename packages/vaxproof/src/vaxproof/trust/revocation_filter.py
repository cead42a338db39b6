"""Revocation filters in our JSON: the hashes of a revocation list in a Bloom filter, small enough to carry about.

A miss is certain: not revoked. A hit is not: only the exact list can say.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vaxproof.errors import Code, ProofError
from vaxproof.signer import Algorithm
from vaxproof.trust import documents
from vaxproof.trust.bloom import BloomFilter
from vaxproof.trust.revocation_list import MAX_BYTES, HashKind, RevocationList, countries_in, hashes_by_kind

FORMAT = "vaxproof-revocation-filter"
FALSE_POSITIVES = 1e-9
_REFUSAL = Code.REVOCATION_LIST_INVALID


@dataclass(frozen=True, slots=True)
class RevocationFilter:
    """The elements are the 16-byte hashes of `kinds`. `countries`: whose revocations; None: it does not say."""

    bloom: BloomFilter
    kinds: frozenset[HashKind]
    entries: int
    made_at: datetime
    next_at: datetime
    countries: frozenset[str] | None = None
    number: int = 0

    def is_possibly_revoked(self, *, uvci: str, country: str, signature: bytes, algorithm: Algorithm) -> bool:
        """Whether any hash of this certificate may be in the list; False is certain."""
        found = hashes_by_kind(uvci=uvci, country=country, signature=signature, algorithm=algorithm)
        return any(
            self.bloom.might_contain(element)
            for kind, elements in found.items()
            if kind in self.kinds
            for element in elements
        )

    @classmethod
    def of(cls, revocations: RevocationList, *, false_positives: float = FALSE_POSITIVES) -> "RevocationFilter":
        """The filter of a list: as large as its number of entries and the rate of false hits ask for."""
        elements = [element for kind in sorted(revocations.entries) for element in sorted(revocations.entries[kind])]
        bloom = BloomFilter.sized_for(max(1, len(elements)), false_positives)
        bloom.add_all(elements)
        return cls(
            bloom,
            frozenset(kind for kind, found in revocations.entries.items() if found),
            len(elements),
            revocations.made_at,
            revocations.next_at,
            revocations.countries,
            revocations.number,
        )

    @classmethod
    def from_json(cls, data: bytes) -> "RevocationFilter":
        """Raises ProofError REVOCATION_LIST_INVALID."""
        document = documents.parse(data, format_name=FORMAT, limit=MAX_BYTES, refusal=_REFUSAL)
        entries = document.get("entries")
        if type(entries) is not int or entries < 0:
            raise ProofError(_REFUSAL, "entries")
        return cls(
            BloomFilter.from_bytes(documents.octets(document.get("filter"), _REFUSAL)),
            _kinds(document.get("kinds")),
            entries,
            documents.time_in(document, "made_at", _REFUSAL),
            documents.time_in(document, "next_at", _REFUSAL),
            countries_in(document),
            documents.number_in(document, _REFUSAL),
        )

    def to_json(self) -> bytes:
        """To be published."""
        countries: dict[str, list[str]] = {} if self.countries is None else {"countries": sorted(self.countries)}
        return documents.encode(
            FORMAT,
            self.made_at,
            self.next_at,
            number=self.number,
            **countries,
            kinds=sorted(self.kinds),
            entries=self.entries,
            false_positives=float(f"{self.bloom.rate:.6g}"),
            filter=documents.base64_of(self.bloom.to_bytes()),
        )

    @classmethod
    def load(cls, path: Path) -> "RevocationFilter":
        """Raises ProofError REVOCATION_LIST_INVALID, OSError."""
        with path.open("rb") as file:
            return cls.from_json(file.read(MAX_BYTES + 1))


def _kinds(values: object) -> frozenset[HashKind]:
    if not isinstance(values, list) or not all(value in tuple(HashKind) for value in values):
        raise ProofError(_REFUSAL, "kinds")
    return frozenset(HashKind(value) for value in values)
