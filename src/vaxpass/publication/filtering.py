"""The revocation filter: built once, then grown by what came, as thirty hashes an entry are the cost of publishing.

A filter of the same entries and the same capacity has the same bits in whatever order they were added, so a grown one
equals one built anew.
"""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from vaxproof import ProofError
from vaxproof.trust import documents
from vaxproof.trust.bloom import BloomFilter
from vaxproof.trust.revocation_filter import FALSE_POSITIVES
from vaxproof.trust.revocation_list import HASH_BYTES

from vaxpass.publication.contents import COUNTRIES, Content, format_of
from vaxpass.publication.editions import last_edition
from vaxpass.publication.files import read_or_none
from vaxpass.publication.revocations import Hashes, Revocations, read_hashes
from vaxpass.publication.rules import Document, Head, filter_capacity

_AT_ONCE = 65_536


def revocation_filter(revocations: Revocations, directory: Path) -> Content:
    """The filter of every hash (vaxproof's format).

    Call it before a new revocation list is written: the one in the directory says what the filter there holds.
    """
    before = _last_filter(directory)
    known = None if before is None or before[0] == revocations.fingerprint else _last_hashes(directory, before[0])

    def encode(head: Head) -> bytes:
        hashes = np.concatenate(list(revocations.by_kind.values()))
        bloom = BloomFilter.sized_for(filter_capacity(len(hashes)), FALSE_POSITIVES)
        missing = hashes
        if before and before[1].planned == bloom.planned:
            if before[0] == revocations.fingerprint:
                bloom, missing = before[1], hashes[:0]
            elif known is not None and np.isin(known, hashes).all():
                bloom, missing = before[1], hashes[~np.isin(hashes, known)]
        bloom.add_all(_each(missing))
        return _document(head, revocations, len(hashes), bloom)

    return Content(Document.REVOCATION_FILTER, revocations.fingerprint, encode)


def _last_filter(directory: Path) -> tuple[str, BloomFilter] | None:
    """The filter that lies there, and the fingerprint of what it holds."""
    edition = last_edition(Document.REVOCATION_FILTER)
    data = _as_published(directory, Document.REVOCATION_FILTER, edition.sha256) if edition else None
    if edition is None or data is None:
        return None
    try:
        return edition.content, BloomFilter.from_bytes(base64.b64decode(json.loads(data)["filter"]))
    except (ProofError, ValueError, KeyError):
        return None


def _last_hashes(directory: Path, content: str) -> Hashes | None:
    """The hashes of the list that lies there, if it is the one of that fingerprint."""
    edition = last_edition(Document.REVOCATION_LIST)
    if edition is None or edition.content != content:
        return None
    data = _as_published(directory, Document.REVOCATION_LIST, edition.sha256)
    return None if data is None else read_hashes(data)


def _as_published(directory: Path, document: Document, expected: str) -> bytes | None:
    data = read_or_none(directory / f"{document}.json")
    return data if data is not None and sha256(data).hexdigest() == expected else None


def _each(hashes: Hashes) -> Iterator[bytes]:
    """Single elements, a part at a time."""
    for start in range(0, len(hashes), _AT_ONCE):
        part = hashes[start : start + _AT_ONCE].tobytes()
        yield from (part[at : at + HASH_BYTES] for at in range(0, len(part), HASH_BYTES))


def _document(head: Head, revocations: Revocations, entries: int, bloom: BloomFilter) -> bytes:
    return documents.encode(
        format_of(Document.REVOCATION_FILTER),
        head.made_at,
        head.next_at,
        number=head.number,
        countries=list(COUNTRIES),
        kinds=sorted(kind for kind, hashes in revocations.by_kind.items() if len(hashes)),
        entries=entries,
        false_positives=FALSE_POSITIVES,
        filter=documents.base64_of(bloom.to_bytes()),
    )
