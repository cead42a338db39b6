"""What readers see of the log, held against what the database says and against what the monitor saw last."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxproof import Code, ProofError
from vaxproof.log.audit import audit_log, compare_checkpoints
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.folder import FolderStore
from vaxproof.log.tiles import CHECKPOINT, Edge

from vaxpass.passports.log import windows
from vaxpass.passports.queries import log_size, stream_leaves
from vaxpass.publication.alarms import Finding
from vaxpass.publication.files import read_or_none
from vaxpass.publication.models import PublishedCheckpoint

CHECKPOINT_MISSING: Final = "LOG_CHECKPOINT_MISSING"
CHECKPOINT_WRONG: Final = "LOG_CHECKPOINT_WRONG"
CHECKPOINT_NOT_OURS: Final = "LOG_CHECKPOINT_NOT_OURS"
NOT_AS_PUBLISHED: Final = "LOG_NOT_AS_PUBLISHED"
_OF_AUDIT = {
    Code.LOG_FORKED,
    Code.LOG_SHRUNK,
    Code.LOG_ROOT_DIFFERS,
    Code.LOG_TILE_ALTERED,
    Code.LOG_TILE_MISSING,
    Code.LOG_LEAF_UNREADABLE,
}
FILE_KINDS: Final = frozenset(
    {CHECKPOINT_MISSING, CHECKPOINT_WRONG, CHECKPOINT_NOT_OURS, NOT_AS_PUBLISHED, *(code.value for code in _OF_AUDIT)}
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What the monitor looks at besides the database: the published files, the log's keys, the publishers' (DER)."""

    directory: Path
    policy: LogPolicy
    publishers: Sequence[bytes]


def look_at_files(watched: Watched, seen: Checkpoint, *, whole: bool) -> tuple[list[Finding], Checkpoint]:
    """Give what is wrong, and the checkpoint that later ones must extend: the published one if all of it is right."""
    folder = watched.directory / "log"
    note = read_or_none(folder / CHECKPOINT)
    if note is None:
        there = seen.size or PublishedCheckpoint.objects.exists()
        return ([Finding(CHECKPOINT_MISSING, CHECKPOINT)] if there else []), seen
    try:
        published = watched.policy.open(note)
    except ProofError as error:
        return [Finding(CHECKPOINT_WRONG, error.code.value)], seen
    found = [*_look_at_checkpoint(published, seen), *_look_at_tiles(FolderStore(folder), published, seen, whole=whole)]
    return found, seen if found else published


def _look_at_checkpoint(published: Checkpoint, seen: Checkpoint) -> Iterator[Finding]:
    difference = compare_checkpoints(seen, published)
    if difference is not None:
        yield Finding(difference.code.value, difference.place)
    row = PublishedCheckpoint.objects.filter(size=published.size).first()
    if row is None or bytes(row.root) != published.root:
        place = f"{published.size}/{published.root.hex()[:16]}"
        yield Finding(CHECKPOINT_NOT_OURS, place, {"size": published.size})


def _look_at_tiles(store: FolderStore, published: Checkpoint, seen: Checkpoint, *, whole: bool) -> Iterator[Finding]:
    since = None if whole or compare_checkpoints(seen, published) else seen
    for finding in audit_log(store, published, since=since).findings:
        yield Finding(finding.code.value, finding.place)
    if _root_of_rows(store, published.size, since) != published.root:
        yield Finding(NOT_AS_PUBLISHED, f"{published.size}", {"size": published.size})


def _root_of_rows(store: FolderStore, size: int, since: Checkpoint | None) -> bytes | None:
    """The root over the database's leaves; what an earlier checkpoint covers is taken from its own files."""
    if log_size() < size:
        return None
    try:
        edge = Edge.load(store, since.size, since.root) if since else Edge()
    except ProofError:
        edge = Edge()
    for first, end in windows(edge.size, size):
        deque(edge.extend(leaf for _, leaf in stream_leaves(first, end)), maxlen=0)
    return edge.root() if edge.size == size else None
