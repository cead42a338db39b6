"""What was revoked, as hashes: gathered once from the stream of revoked passports, told in three shapes.

A million revocations are three million hashes of 16 bytes. They stay in arrays, never in Python objects, and are
written as text in one step.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
from vaxproof.trust import documents, revocation_batches
from vaxproof.trust.revocation_list import HASH_BYTES, HashKind, hash_of_identifier, hashes_of_signature

from vaxpass.passports.facts import RevokedFacts
from vaxpass.publication.contents import COUNTRIES, Content, format_of
from vaxpass.publication.rules import Document, Head

Hashes = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Batch:
    """Hashes that belong together: of one signing key, one kind, one month of expiry. `month`: `YYYY-MM`."""

    kid: bytes
    kind: HashKind
    month: str
    hashes: bytes

    @property
    def expires_at(self) -> datetime:
        """When the last of its passports has expired: the first moment of the next month in UTC."""
        first = datetime.strptime(self.month, "%Y-%m").replace(tzinfo=UTC)
        return (first + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Revocations:
    """Sorted hashes without doubles by kind, and the same as batches in the order of the revocations."""

    by_kind: Mapping[HashKind, Hashes]
    batches: tuple[Batch, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex of all hashes by kind."""
        digest = sha256()
        for kind, hashes in self.by_kind.items():
            digest.update(f"{kind} {len(hashes)}\n".encode() + hashes.tobytes())
        return digest.hexdigest()


def gather(revoked: Iterable[RevokedFacts]) -> Revocations:
    """Hash every revoked passport: its identifier, and its signature in both ways that readers look for."""
    batches: dict[tuple[bytes, HashKind, str], bytearray] = {}
    for one in revoked:
        month = f"{one.expires_at:%Y-%m}"
        batches.setdefault((one.kid, HashKind.UCI, month), bytearray()).extend(hash_of_identifier(one.uvci))
        signatures = batches.setdefault((one.kid, HashKind.SIGNATURE, month), bytearray())
        signatures.extend(b"".join(hashes_of_signature(one.signature, one.algorithm)))
    by_kind = {kind: _sorted(b"".join(h for (_, k, _), h in batches.items() if k is kind)) for kind in _KINDS}
    return Revocations(by_kind, tuple(_cut(batches)))


_KINDS = (HashKind.SIGNATURE, HashKind.UCI)


def _sorted(hashes: bytes) -> Hashes:
    return np.unique(np.frombuffer(hashes, dtype=f"V{HASH_BYTES}"))


def _cut(batches: Mapping[tuple[bytes, HashKind, str], bytearray]) -> Iterable[Batch]:
    """Cut after every thousand in the order of revocation, so that a full batch stays as it is for good."""
    step = revocation_batches.MAX_ENTRIES * HASH_BYTES
    for (kid, kind, month), hashes in sorted(batches.items(), key=lambda entry: entry[0]):
        for start in range(0, len(hashes), step):
            yield Batch(kid, kind, month, bytes(hashes[start : start + step]))


def revocation_list(revocations: Revocations) -> Content:
    """The list of every hash (vaxproof's format), in order."""
    return Content(Document.REVOCATION_LIST, revocations.fingerprint, _encode_list(revocations))


def _encode_list(revocations: Revocations) -> Callable[[Head], bytes]:
    def encode(head: Head) -> bytes:
        first = _members(Document.REVOCATION_LIST, head)
        entries = b",\n".join(_quoted(kind) + b": [" + _texts(h) + b"]" for kind, h in revocations.by_kind.items())
        return first[:-1] + b', "entries": {\n' + entries + b"}}\n"

    return encode


def _members(document: Document, head: Head) -> bytes:
    """The head of a document as one JSON object, as vaxproof's `documents.encode` has it."""
    members: dict[str, Any] = {
        "format": format_of(document),
        "version": documents.VERSION,
        "number": head.number,
        "made_at": documents.stamp(head.made_at),
        "next_at": documents.stamp(head.next_at),
        "countries": list(COUNTRIES),
    }
    return json.dumps(members).encode()


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode()


def _texts(hashes: Hashes) -> bytes:
    """`"…", "…"`: the hashes in base64 as members of an array, a line each.

    Three bytes make four letters, so a hash with two bytes of nothing makes 24, of which the last two are padding.
    """
    if not len(hashes):
        return b""
    padded = np.zeros((len(hashes), HASH_BYTES + 2), dtype=np.uint8)
    padded[:, :HASH_BYTES] = hashes.view(np.uint8).reshape(-1, HASH_BYTES)
    letters = np.frombuffer(base64.b64encode(padded.tobytes()), dtype=np.uint8).reshape(len(hashes), -1).copy()
    letters[:, -2:] = ord("=")
    lines = np.empty((len(hashes), letters.shape[1] + 4), dtype=np.uint8)
    lines[:, 0], lines[:, 1:-3], lines[:, -3:] = ord('"'), letters, np.frombuffer(b'",\n', dtype=np.uint8)
    return lines.tobytes()[:-2]


_ENTRIES = re.compile(rb'"(SIGNATURE|UCI)": \[([^\]]*)\]')
_LETTERS = 24


def read_hashes(document: bytes) -> Hashes:
    """Give all hashes of a list that `revocation_list` encoded, by its layout: for our own bytes alone."""
    bodies = [
        found[2] + b",\n" for found in _ENTRIES.finditer(document) if found[1].decode() in set(HashKind) and found[2]
    ]
    lines = np.frombuffer(b"".join(bodies), dtype=np.uint8).reshape(-1, _LETTERS + 4)
    letters = lines[:, 1 : 1 + _LETTERS].copy()
    letters[:, -2:] = ord("A")
    octets = np.frombuffer(base64.b64decode(letters.tobytes()), dtype=np.uint8).reshape(-1, HASH_BYTES + 2)
    return np.ascontiguousarray(octets[:, :HASH_BYTES]).view(f"V{HASH_BYTES}").reshape(-1)


def batch_document(batch: Batch) -> bytes:
    """One batch as the EU gateway takes it (vaxproof's `revocation_batches`): JSON without number and times."""
    hashes = tuple(batch.hashes[at : at + HASH_BYTES] for at in range(0, len(batch.hashes), HASH_BYTES))
    return revocation_batches.Batch(COUNTRIES[0], batch.expires_at, batch.kid, batch.kind, hashes).to_json()
