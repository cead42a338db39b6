"""“Was this one issued?” asked so that the answerer cannot tell which passport is meant.

The question is the first hex digits of the digest, so few that at least `CROWD` leaves are expected to share them; the
answer is a bucket: all leaves that do, with their paths. Who asks finds the one it holds, or that there is none.

A path proves that a leaf is there. That a bucket leaves none out is only as sure as the line to the log's keeper.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from vaxproof.errors import Code, ProofError
from vaxproof.log.checkpoint import MAX_SIZE, LogPolicy, hash_text, parse_hash
from vaxproof.log.consistency import MAX_PATH
from vaxproof.log.leaf import Leaf, LeafKind, cose_digest
from vaxproof.log.proof import LogAnswer, check_inclusion, leaf_in
from vaxproof.trust import documents

CROWD = 32
"""k: at least so many leaves are expected behind one question."""
FORMAT = "vaxproof-bucket"
MAX_BUCKET_BYTES = 16 * 1024 * 1024
_PREFIX = re.compile("[0-9a-f]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of a bucket: its position, its bytes, its path (32 bytes each, lowest first)."""

    index: int
    leaf: bytes
    path: Sequence[bytes]


class Bucket(NamedTuple):
    """An answer, read. `note`: the signed checkpoint; `waiting`: leaves that come with the next checkpoint."""

    prefix: str
    note: bytes
    entries: tuple[Entry, ...]
    waiting: tuple[bytes, ...]


def prefix_length(size: int) -> int:
    """How many hex digits a question about a log of this size may have: 16 times more leaves, one more."""
    digits = 0
    while size >= CROWD * 16 ** (digits + 1):
        digits += 1
    return digits


def prefix_of(cose: bytes, length: int) -> str:
    """The question about a passport: the first hex digits of its digest."""
    return cose_digest(cose).hex()[:length]


def make_bucket(
    prefix: str, note: bytes, entries: Iterable[Entry], asked_at: datetime, waiting: Iterable[bytes] = ()
) -> dict[str, Any]:
    """The answer as plain values for JSON. `note`: the published checkpoint; `asked_at`: aware.

    `waiting`: leaves of the prefix that are written but not yet under that checkpoint; a passport among them is not
    called forged, only unproven.
    """
    return {
        "format": FORMAT,
        "version": 1,
        "prefix": prefix,
        "checkpoint": note.decode(),
        "asked_at": asked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entries": [
            {"index": entry.index, "leaf": entry.leaf.decode(), "path": [hash_text(node) for node in entry.path]}
            for entry in entries
        ],
        "waiting": [leaf.decode() for leaf in waiting],
    }


def read_bucket(data: bytes, cose: bytes, policy: LogPolicy) -> LogAnswer:
    """What a bucket says about a passport; `cose`: its whole COSE_Sign1. Only its own leaves' paths are checked.

    Raises:
        ProofError: in this order LOG_PROOF_UNREADABLE, LOG_PROOF_OF_ANOTHER (another question's answer),
            CHECKPOINT_* (`LogPolicy.open`), LOG_PROOF_INVALID, LOG_BEHIND (a leaf about it waits).
    """
    bucket = parse_bucket(data)
    digest = cose_digest(cose)
    if not digest.hex().startswith(bucket.prefix):
        raise ProofError(Code.LOG_PROOF_OF_ANOTHER)
    checkpoint = policy.open(bucket.note)
    places: dict[LeafKind, int] = {}
    for entry, leaf in _own(bucket.entries, digest):
        check_inclusion(entry.leaf, entry.index, list(entry.path), checkpoint)
        places.setdefault(leaf.kind, entry.index)
    if any(leaf_in(waiting).digest == digest for waiting in bucket.waiting):
        raise ProofError(Code.LOG_BEHIND)
    issued, revoked = places.get(LeafKind.ISSUE), places.get(LeafKind.REVOKE)
    return LogAnswer(issued, revoked, checkpoint.size, complete=True, countries=policy.countries)


def parse_bucket(data: bytes) -> Bucket:
    """The parts of a bucket document; no signature and no path is checked.

    Raises:
        ProofError: LOG_PROOF_UNREADABLE (not that format, a leaf of another prefix, positions not ascending).
    """
    values = documents.parse(data, format_name=FORMAT, limit=MAX_BUCKET_BYTES, refusal=Code.LOG_PROOF_UNREADABLE)
    try:
        return _bucket_of(values)
    except UnicodeEncodeError:  # half of a character
        raise ProofError(Code.LOG_PROOF_UNREADABLE, "text") from None


def _bucket_of(values: object) -> Bucket:
    match values:
        case {"prefix": str(prefix), "checkpoint": str(note), "entries": list(entries), "waiting": list(waiting)} if (
            _PREFIX.fullmatch(prefix)
        ):
            read = tuple(map(_entry_of, entries))
            leaves = tuple(map(_leaf_of, waiting))
            _check_places(read)
            _check_prefix(prefix, [*(entry.leaf for entry in read), *leaves])
            return Bucket(prefix, note.encode(), read, leaves)
    raise ProofError(Code.LOG_PROOF_UNREADABLE, "form")


def _entry_of(values: object) -> Entry:
    match values:
        case {"index": int(index), "leaf": str(leaf), "path": list(path)} if len(path) <= MAX_PATH:
            nodes = [parse_hash(node) for node in path if isinstance(node, str)]
            known = [node for node in nodes if node is not None]
            if len(known) == len(path) and not isinstance(index, bool) and 0 <= index <= MAX_SIZE:
                return Entry(index, leaf.encode(), known)
    raise ProofError(Code.LOG_PROOF_UNREADABLE, "entry")


def _leaf_of(value: object) -> bytes:
    if not isinstance(value, str):
        raise ProofError(Code.LOG_PROOF_UNREADABLE, "waiting")
    return value.encode()


def _check_places(entries: Sequence[Entry]) -> None:
    places = [entry.index for entry in entries]
    if places != sorted(set(places)):
        raise ProofError(Code.LOG_PROOF_UNREADABLE, "positions")


def _check_prefix(prefix: str, leaves: Iterable[bytes]) -> None:
    if not all(leaf_in(leaf).digest.hex().startswith(prefix) for leaf in leaves):
        raise ProofError(Code.LOG_PROOF_UNREADABLE, "a leaf of another prefix")


def _own(entries: Iterable[Entry], digest: bytes) -> Iterable[tuple[Entry, Leaf]]:
    for entry in entries:
        leaf = leaf_in(entry.leaf)
        if leaf.digest == digest:
            yield entry, leaf
