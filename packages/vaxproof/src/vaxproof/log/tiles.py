"""The log as static files (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries, by one naming rule.

`Edge` is the pure part: it takes entries and says which files come into being. `TileWriter` writes them, the audit
compares them. `TileReader` makes proofs from them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, Protocol

from vaxproof.errors import Code, ProofError
from vaxproof.log import merkle
from vaxproof.log.consistency import consistency_proof, inclusion_ranges, split
from vaxproof.log.merkle import EMPTY_ROOT, HASH_BYTES, RootBuilder

WIDTH = 256
BITS = 8
MAX_ENTRY_BYTES = 0xFFFF
MAX_FILE_BYTES = WIDTH * (MAX_ENTRY_BYTES + 2)
CHECKPOINT = "checkpoint"
ENTRIES = "tile/entries/"
_LENGTH_BYTES = 2
_THOUSAND = 1000
_KEPT_TILES = 128


class Store(Protocol):
    """Where the files of a log lie, by names as `tile/0/x001/067`. `FolderStore` is one."""

    def read(self, path: str) -> bytes:
        """The file's bytes; FileNotFoundError where there is none. May stop after `MAX_FILE_BYTES` and one."""

    def write(self, path: str, data: bytes) -> None:
        """Put the file there, whole."""

    def settle(self) -> None:
        """Return once all that was written outlives a crash."""


class File(NamedTuple):
    """A file of the log."""

    path: str
    data: bytes


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """The name of a tile; narrower than 256 it is a partial one."""
    return f"tile/{level}/{_number(index)}{_part(width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """The name of a bundle of entries."""
    return f"{ENTRIES}{_number(index)}{_part(width)}"


def _number(index: int) -> str:
    """1234067 is x001/x234/067."""
    groups = [f"{index % _THOUSAND:03}"]
    while index >= _THOUSAND:
        index //= _THOUSAND
        groups.insert(0, f"x{index % _THOUSAND:03}")
    return "/".join(groups)


def _part(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def read_tile(data: bytes, path: str, width: int) -> list[bytes]:
    """The first `width` hashes of a tile that has at least so many.

    Raises:
        ProofError: LOG_TILE_ALTERED (too short, or not whole hashes).
    """
    if len(data) % HASH_BYTES or not width * HASH_BYTES <= len(data) <= WIDTH * HASH_BYTES:
        raise ProofError(Code.LOG_TILE_ALTERED, path)
    return [data[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]


def read_bundle(data: bytes, path: str, width: int) -> list[bytes]:
    """The first `width` entries of a bundle that has at least so many.

    Raises:
        ProofError: LOG_TILE_ALTERED (half-written, or more than 256).
    """
    entries, at = [], 0
    while at < len(data):
        end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES])
        entries.append(data[at + _LENGTH_BYTES : end])
        at = end
    if at != len(data) or not width <= len(entries) <= WIDTH:
        raise ProofError(Code.LOG_TILE_ALTERED, path)
    return entries[:width]


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of a bundle."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


class Edge:
    """The right edge of a log: what its unfinished tiles hold, at most 255 hashes a level, and the last entries."""

    def __init__(self) -> None:
        self.size = 0
        self.levels: list[list[bytes]] = [[]]
        self.entries: list[bytes] = []

    def extend(self, entries: Iterable[bytes]) -> Iterator[File]:
        """Take entries; gives each file as it is full. Take all that it gives, or the edge is behind.

        Raises:
            ValueError: an entry longer than 65,535 bytes.
        """
        coming = iter(entries)
        while some := list(islice(coming, WIDTH - len(self.levels[0]))):
            yield from self._take(some)

    def _take(self, entries: Sequence[bytes]) -> Iterator[File]:
        """At most as many as the last bundle has room for."""
        if max(map(len, entries)) > MAX_ENTRY_BYTES:
            raise ValueError("an entry is too long")
        self.entries += entries
        if len(self.entries) == WIDTH:
            yield File(entries_path(self.size >> BITS), write_bundle(self.entries))
        yield from self.extend_by_hashes([sha256(b"\x00" + entry).digest() for entry in entries])

    def extend_by_hashes(self, hashes: Sequence[bytes]) -> Iterator[File]:
        """Take leaf hashes instead of entries, at most as many as the last tile has room for; gives tiles alone."""
        self.levels[0] += hashes
        self.size += len(hashes)
        if len(self.levels[0]) == WIDTH:
            self.entries = []
            yield from self._finish(0)

    def _finish(self, level: int) -> Iterator[File]:
        """Close the full tile of a level; its root goes up."""
        tile = self.levels[level]
        yield File(tile_path(level, (self.size >> BITS * (level + 1)) - 1), b"".join(tile))
        self.levels[level] = []
        if len(self.levels) == level + 1:
            self.levels.append([])
        self.levels[level + 1].append(merkle.root(tile))
        if len(self.levels[level + 1]) == WIDTH:
            yield from self._finish(level + 1)

    def partials(self) -> Iterator[File]:
        """The files that are not full yet, as they are now."""
        if self.entries:
            yield File(entries_path(self.size >> BITS, len(self.entries)), write_bundle(self.entries))
        for level, tile in enumerate(self.levels):
            if tile:
                yield File(tile_path(level, self.size >> BITS * (level + 1), len(tile)), b"".join(tile))

    def root(self) -> bytes:
        """The root over all entries so far."""
        peaks: list[bytes] = []
        for tile in reversed(self.levels):
            builder = RootBuilder()
            builder.extend(tile)
            peaks += builder.export()[1]
        return RootBuilder.resume(self.size, peaks).root()

    @classmethod
    def load(cls, store: Store, size: int, root: bytes) -> "Edge":
        """The edge of the log of `size` entries, from its files, checked against its root.

        Raises:
            ProofError: LOG_TILE_MISSING, LOG_TILE_ALTERED (half-written), LOG_ROOT_DIFFERS.
        """
        reader, edge = TileReader(store, size), cls()
        edge.size, edge.levels = size, [reader.hashes_of(0, size >> BITS)]
        while size >> BITS * len(edge.levels):
            level = len(edge.levels)
            edge.levels.append(reader.hashes_of(level, size >> BITS * (level + 1)))
        edge.entries = reader.bundle(size >> BITS)
        if edge.root() != root or [merkle.leaf_hash(entry) for entry in edge.entries] != edge.levels[0]:
            raise ProofError(Code.LOG_ROOT_DIFFERS, f"at {size}")
        return edge


class TileWriter:
    """Appends to a log's files; what it keeps in memory does not grow with the log."""

    def __init__(self, store: Store, size: int = 0, root: bytes = EMPTY_ROOT) -> None:
        """Go on after `size` entries with this root, as the last checkpoint has them.

        Raises:
            ProofError: LOG_TILE_MISSING, LOG_TILE_ALTERED, LOG_ROOT_DIFFERS: the files are not those of that
                checkpoint, and whoever signed what comes next would fork the log.
        """
        self._store = store
        self._edge = Edge.load(store, size, root)

    @property
    def size(self) -> int:
        """Entries so far."""
        return self._edge.size

    def append(self, entries: Iterable[bytes]) -> None:
        """Take entries and write each file that is full.

        Raises:
            ValueError: an entry longer than 65,535 bytes.
        """
        for path, data in self._edge.extend(entries):
            self._store.write(path, data)

    def settle(self) -> tuple[int, bytes]:
        """Write the partial files too, durably; size and root for the checkpoint that may now be signed."""
        for path, data in self._edge.partials():
            self._store.write(path, data)
        self._store.settle()
        return self._edge.size, self._edge.root()


class TileReader:
    """Proofs from a log's files, as of a size for which a checkpoint was made. Keeps a few tiles in memory."""

    def __init__(self, store: Store, size: int) -> None:
        self.size = size
        self._store = store
        self._kept: OrderedDict[tuple[int, int], list[Sequence[bytes]]] = OrderedDict()

    def entry(self, index: int) -> bytes:
        """The bytes of one entry.

        Raises:
            IndexError: no such entry.
            ProofError: LOG_TILE_MISSING, LOG_TILE_ALTERED (half-written).
        """
        if not 0 <= index < self.size:
            raise IndexError("no such entry")
        return self.bundle(index >> BITS)[index % WIDTH]

    def inclusion_path(self, index: int) -> list[bytes]:
        """The hashes beside the way from an entry to the root; raises as `entry` does."""
        return [self.hash_of(begin, end) for begin, end in inclusion_ranges(index, self.size)]

    def consistency_path(self, old: int) -> list[bytes]:
        """The proof that this tree begins with that of `old` entries.

        Raises:
            ValueError: that tree is larger.
            ProofError: LOG_TILE_MISSING, LOG_TILE_ALTERED (half-written).
        """
        return consistency_proof(self.hash_of, old, self.size)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries, all if not said; raises as `consistency_path` does."""
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise ValueError("that tree is larger")
        return self.hash_of(0, size) if size else EMPTY_ROOT

    def hash_of(self, begin: int, end: int) -> bytes:
        """The root over a range of entries that is a node of some tree within this one."""
        count = end - begin
        if count & (count - 1):
            middle = begin + split(count)
            return merkle.node_hash(self.hash_of(begin, middle), self.hash_of(middle, end))
        height = count.bit_length() - 1
        level, row = divmod(height, BITS)
        place = begin >> height
        rows = self._rows(level, place >> (BITS - row))
        return rows[row][place % (WIDTH >> row)]

    def hashes_of(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile, as many as it has in a log of this size, from the partial file or the full one.

        Raises:
            ProofError: LOG_TILE_MISSING, LOG_TILE_ALTERED (half-written).
        """
        width = min(WIDTH, (self.size >> BITS * level) - index * WIDTH)
        if width <= 0:
            return []
        data, path = self._file(tile_path(level, index, width), tile_path(level, index))
        return read_tile(data, path, width)

    def bundle(self, index: int) -> list[bytes]:
        """The entries of a bundle, likewise."""
        width = min(WIDTH, self.size - index * WIDTH)
        if width <= 0:
            return []
        data, path = self._file(entries_path(index, width), entries_path(index))
        return read_bundle(data, path, width)

    def _rows(self, level: int, index: int) -> list[Sequence[bytes]]:
        """All rows within a tile, from its hashes up."""
        key = level, index
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        rows = self._kept[key] = merkle.levels_of(self.hashes_of(level, index))
        if len(self._kept) > _KEPT_TILES:
            self._kept.popitem(last=False)
        return rows

    def _file(self, *paths: str) -> tuple[bytes, str]:
        """The first of these that is there."""
        for path in paths:
            try:
                return self._store.read(path), path
            except FileNotFoundError:
                continue
        raise ProofError(Code.LOG_TILE_MISSING, paths[0])
