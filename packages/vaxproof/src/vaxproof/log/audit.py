"""Audit a log's files: every entry read, every tile computed again, the root held against the checkpoint.

Memory stays flat however long the log is. With an earlier checkpoint only the difference is audited: what that
checkpoint covers is held against its root by the tiles at its right edge.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from vaxproof.errors import Code, ProofError
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.leaf import Leaf, LeafKind, read_leaf
from vaxproof.log.merkle import HASH_BYTES
from vaxproof.log.tiles import BITS, ENTRIES, Edge, File, Store, TileReader

MAX_FINDINGS = 100
"""The audit stops after so many: a log that is wrong everywhere is reported, not listed."""

_MAX_COUNTS = 100_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `place`: a file's name, a position or a size."""

    code: Code
    place: str


@dataclass(slots=True)
class Audit:
    """What an audit saw. `audited`: entries read; `counts`: of them, by key id, day and kind."""

    size: int
    audited: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[bytes, date, LeafKind]] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def is_full(self) -> bool:
        """Whether it stopped for too many findings."""
        return len(self.findings) >= MAX_FINDINGS

    def count(self, leaf: Leaf) -> None:
        """Count a leaf, unless a hostile log has too many days and keys."""
        key = leaf.kid, leaf.day, leaf.kind
        if key in self.counts or len(self.counts) < _MAX_COUNTS:
            self.counts[key] += 1

    def add(self, code: Code, place: object) -> None:
        """Note a finding, unless there are too many."""
        if not self.is_full:
            self.findings.append(Finding(code, str(place)))


def compare_checkpoints(old: Checkpoint, new: Checkpoint) -> Finding | None:
    """What two checkpoints of one log say without any file: that it shrank, or forked at one size."""
    if new.size < old.size:
        return Finding(Code.LOG_SHRUNK, f"{old.size} to {new.size}")
    if new.size == old.size and new.root != old.root:
        return Finding(Code.LOG_FORKED, str(new.size))
    return None


def audit_log(store: Store, checkpoint: Checkpoint, *, since: Checkpoint | None = None) -> Audit:
    """Audit all files of a log, or with `since` what came after an earlier checkpoint, which must be its beginning.

    Both checkpoints' signatures are the caller's matter (`LogPolicy.open`). Findings: LOG_SHRUNK, LOG_FORKED,
    LOG_TILE_MISSING, LOG_TILE_ALTERED, LOG_LEAF_UNREADABLE, LOG_ROOT_DIFFERS.
    """
    audit, edge = Audit(checkpoint.size), Edge()
    if since is not None:
        difference = compare_checkpoints(since, checkpoint)
        begun = None if difference else _begin(store, since, audit)
        if begun is None:
            audit.findings += [difference] if difference else []
            return audit
        edge = begun
    _go_through(TileReader(store, checkpoint.size), store, edge, audit)
    if edge.size == checkpoint.size and edge.root() != checkpoint.root:
        audit.add(Code.LOG_ROOT_DIFFERS, checkpoint.size)
    return audit


def _begin(store: Store, since: Checkpoint, audit: Audit) -> Edge | None:
    """The edge of the files at an earlier checkpoint, if they begin with it."""
    try:
        return Edge.load(store, since.size, since.root)
    except ProofError as error:
        forked = error.code is Code.LOG_ROOT_DIFFERS
        audit.add(Code.LOG_FORKED if forked else error.code, since.size if forked else error.detail)
        return None


def _go_through(reader: TileReader, store: Store, edge: Edge, audit: Audit) -> None:
    """Read bundle after bundle and hold each tile that ought to come of it against the one that is there."""
    while edge.size < reader.size and not audit.is_full:
        files = _files_of_next_bundle(reader, edge, audit)
        if files is None:
            return
        for file in files:
            _compare(file, store, audit)
    for file in edge.partials():
        _compare(file, store, audit)


def _files_of_next_bundle(reader: TileReader, edge: Edge, audit: Audit) -> Iterable[File] | None:
    """Where the entries cannot be had their tile stands in for them; nothing where that is gone too."""
    index, done = edge.size >> BITS, len(edge.levels[0])
    try:
        entries = reader.bundle(index)[done:]
    except ProofError as error:
        audit.add(error.code, error.detail)
    else:
        _look_at(entries, edge.size, audit)
        return edge.extend(entries)
    try:
        return edge.extend_by_hashes(reader.hashes_of(0, index)[done:])
    except ProofError as error:
        audit.add(error.code, error.detail)
        return None


def _look_at(entries: Sequence[bytes], first: int, audit: Audit) -> None:
    audit.audited += len(entries)
    for place, entry in enumerate(entries, first):
        try:
            leaf = read_leaf(entry)
        except ProofError as error:
            audit.add(error.code, place)
        else:
            audit.count(leaf)


def _compare(file: File, store: Store, audit: Audit) -> None:
    """Entries are not compared: the hashes of what was read are, with their tile."""
    if file.path.startswith(ENTRIES):
        return
    data = _first_of(store, file.path, file.path.partition(".p/")[0])
    if data is None:
        audit.add(Code.LOG_TILE_MISSING, file.path)
    elif data[: len(file.data)] != file.data or len(data) % HASH_BYTES:
        audit.add(Code.LOG_TILE_ALTERED, file.path)


def _first_of(store: Store, *paths: str) -> bytes | None:
    for path in paths:
        try:
            return store.read(path)
        except FileNotFoundError:
            continue
    return None
