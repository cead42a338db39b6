"""The public log as files: leaves of the database become tiles, then the signed checkpoint that speaks of them.

Order: tiles durably on disk, checkpoint signed, witnesses asked, a row for it, the checkpoint's file replaced whole.
Killed anywhere in between, readers have the checkpoint before and every tile that it needs; what was written further
is written again, byte for byte. A checkpoint speaks of leaves that are committed, as the log's counter does: whoever
writes leaves holds its row until the commit.
"""

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vaxproof import Code, ProofError
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.folder import FolderStore
from vaxproof.log.merkle import EMPTY_ROOT
from vaxproof.log.note import NoteSigner, read_note
from vaxproof.log.tiles import BITS, CHECKPOINT, Edge, TileReader, TileWriter, entries_path, tile_path

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.queries import log_size, stream_leaves
from vaxpass.publication import locks
from vaxpass.publication.files import UNUSABLE, read_or_none, sweep, write_whole
from vaxpass.publication.models import PublishedCheckpoint
from vaxpass.publication.ports import Witness

LOG = "log"
_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class LogPress:
    """Where the log lies (the folder `log` below the published files), who signs it, who witnesses it."""

    directory: Path
    signer: NoteSigner
    policy: LogPolicy
    witnesses: Sequence[Witness] = ()

    @property
    def folder(self) -> Path:
        """The log's own folder."""
        return self.directory / LOG


@dataclass(frozen=True, slots=True)
class LogPublished:
    """The checkpoint that lies there now; `is_new`: this publishing made it."""

    checkpoint: Checkpoint
    is_new: bool


def publish_log(press: LogPress, now: datetime, *, anew: bool = False) -> LogPublished | None:
    """Publish the log as far as it is committed; None while it has no leaf. Call it outside any transaction.

    `anew`: write every file again from the database, where some in the middle are lost or altered.
    Refuses LOG_SHRUNK (the database has fewer leaves than were published), LOG_FORKED (its leaves are not those that
    were published), LOG_LEAVES_MISSING (a gap); Unavailable LOG_WITNESSES_MISSING (fewer than the quorum cosigned),
    PUBLISH_FOLDER_UNUSABLE. Waits while another publisher is at work.
    """
    with locks.only_one(locks.LOG):
        sweep(press.folder, below=False)
        last, size = last_checkpoint(press.policy.origin), log_size()
        seen = _on_disk(press) or last
        if size < max(last.size, seen.size):
            raise Refused("LOG_SHRUNK")
        if size == 0:
            return None
        if seen.size > last.size:
            _check_extends(press, last, seen)
        if size == last.size and not anew and _is_published(press, last):
            return LogPublished(last, is_new=False)
        return LogPublished(_publish(press, last, size, now, anew=anew), is_new=True)


def last_checkpoint(origin: str) -> Checkpoint:
    """Give the last checkpoint that was signed for publication; that of the empty log before the first."""
    row = PublishedCheckpoint.objects.order_by("-size").first()
    return Checkpoint(origin, row.size, bytes(row.root)) if row else Checkpoint(origin, 0, EMPTY_ROOT)


def _on_disk(press: LogPress) -> Checkpoint | None:
    """The checkpoint that readers have seen, signed by this log; witnesses do not matter here."""
    try:
        alone = LogPolicy(press.policy.origin, press.policy.log)
        return alone.open(read_or_none(press.folder / CHECKPOINT) or b"")
    except ProofError:
        return None


def _check_extends(press: LogPress, last: Checkpoint, seen: Checkpoint) -> None:
    """Readers saw more than the rows tell: the database is a restored one. Its leaves must be the ones they saw.

    Nothing is written: tiles of a fork must not come where the published ones lie.
    """
    if _root_from_database(FolderStore(press.folder), last, seen.size) != seen.root:
        raise Refused("LOG_FORKED")


def _root_from_database(store: FolderStore, last: Checkpoint, size: int) -> bytes:
    try:
        edge = Edge.load(store, last.size, last.root)
    except ProofError:
        edge = Edge()
    deque(edge.extend(_leaves(edge.size, size)), maxlen=0)
    return edge.root()


def _is_published(press: LogPress, last: Checkpoint) -> bool:
    """Whether the file says so, in a way that verifiers of today's index take."""
    try:
        return press.policy.open(read_or_none(press.folder / CHECKPOINT) or b"") == last
    except ProofError:
        return False


def _publish(press: LogPress, last: Checkpoint, size: int, now: datetime, *, anew: bool) -> Checkpoint:
    store = FolderStore(press.folder)
    try:
        checkpoint = Checkpoint(press.policy.origin, *_write_tiles(store, last, size, anew=anew))
    except OSError:
        raise Unavailable(UNUSABLE) from None
    if checkpoint.size == last.size and checkpoint.root != last.root:
        raise Refused("LOG_FORKED")
    note = _witnessed(press, checkpoint, TileReader(store, checkpoint.size))
    if checkpoint.size > last.size:
        PublishedCheckpoint.objects.create(size=checkpoint.size, root=checkpoint.root, made_at=now)
    write_whole(press.folder / CHECKPOINT, note)
    _drop_partials(press.folder, last.size, checkpoint.size)
    return checkpoint


def _write_tiles(store: FolderStore, last: Checkpoint, size: int, *, anew: bool) -> tuple[int, bytes]:
    writer = _rewriter(store, last) if anew else _writer(store, last)
    writer.append(_leaves(writer.size, size))
    return writer.settle()


def _writer(store: FolderStore, last: Checkpoint) -> TileWriter:
    """Go on where the last checkpoint ended; where files at the end are lost or altered, make all anew."""
    try:
        return TileWriter(store, last.size, last.root)
    except ProofError:
        return _rewriter(store, last)


def _rewriter(store: FolderStore, last: Checkpoint) -> TileWriter:
    """Write every file from the database, which must give the root that was published."""
    if _root_from_database(store, Checkpoint(last.origin, 0, EMPTY_ROOT), last.size) != last.root:
        raise Refused("LOG_FORKED")
    writer = TileWriter(store)
    writer.append(_leaves(0, last.size))
    return writer


def _leaves(first: int, end: int) -> Iterator[bytes]:
    """The leaves in order, without a gap, some at a time: whoever stops half-way leaves no statement under way."""
    expected = first
    for start in range(first, end, _AT_ONCE):
        for position, leaf in list(stream_leaves(start, min(end, start + _AT_ONCE))):
            if position != expected:
                break
            expected += 1
            yield leaf
    if expected != end:
        raise Refused("LOG_LEAVES_MISSING")


def _witnessed(press: LogPress, checkpoint: Checkpoint, reader: TileReader) -> bytes:
    """The note, signed by the log and by as many witnesses as answer; a witness that is away is asked next time."""
    note = read_note(checkpoint.sign(press.signer))
    for witness in press.witnesses:
        with suppress(Refused, Unavailable, ProofError):
            note = note.with_lines(witness.cosign(note.encode(), reader.consistency_path))
    try:
        press.policy.open(note.encode())
    except ProofError as error:
        if error.code is Code.CHECKPOINT_WITNESSES_MISSING:
            raise Unavailable("LOG_WITNESSES_MISSING") from None
        raise Refused(error.code.value) from None
    return note.encode()


def _drop_partials(folder: Path, before: int, after: int) -> None:
    """Take away the partial forms of tiles that are full now: readers take the full one in their place."""
    level = 0
    while after >> BITS * (level + 1):
        for index in range(before >> BITS * (level + 1), after >> BITS * (level + 1)):
            names = [tile_path(level, index), *([entries_path(index)] if level == 0 else [])]
            for name in names:
                shutil.rmtree(folder / f"{name}.p", ignore_errors=True)
        level += 1
