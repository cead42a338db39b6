"""Merkle trees as RFC 6962 §2 has them: leaf and node hashes, root, inclusion paths and their check.

A list of leaves is always a list of leaf *hashes* (`leaf_hash`), 32 bytes each.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 over a zero byte and the data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over a one byte and both children."""
    return sha256(b"\x01" + left + right).digest()


class RootBuilder:
    """The root of leaves that arrive one after the other; its state is one hash per bit of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        mask, peaks = self.size, self._peaks
        while mask & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            mask >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Take many."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The root of all so far; of none, the hash of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def export(self) -> tuple[int, tuple[bytes, ...]]:
        """Number of leaves and the hashes of the complete subtrees, largest first."""
        return self.size, tuple(self._peaks)

    @classmethod
    def resume(cls, size: int, peaks: Sequence[bytes]) -> "RootBuilder":
        """Go on from what `export` gave.

        Raises:
            ValueError: the number of hashes does not fit the number of leaves.
        """
        if size < 0 or size.bit_count() != len(peaks):
            raise ValueError("number of hashes does not fit the number of leaves")
        builder = cls()
        builder.size, builder._peaks = size, list(peaks)
        return builder


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    return levels_of(leaves)[-1][0] if leaves else EMPTY_ROOT


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from one leaf to the root, lowest first.

    Raises:
        IndexError: no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    return _path(levels_of(leaves), index)


def inclusion_paths(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The paths of all leaves, hashing the tree once."""
    levels = levels_of(leaves)
    return [_path(levels, index) for index in range(len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash stands at `index` of the tree of `size` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(node) != HASH_BYTES for node in path):
        return False
    place, last, current = index, size - 1, leaf
    for node in path:
        if not last:
            return False
        if place & 1 or place == last:
            current = node_hash(node, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, node)
        place, last = place >> 1, last >> 1
    return not last and current == root


def levels_of(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """All rows from the leaves up; a lone last node rises to the next row as it is."""
    levels: list[Sequence[bytes]] = [leaves]
    while len(levels[-1]) > 1:
        row = levels[-1]
        above = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        levels.append([*above, row[-1]] if len(row) & 1 else above)
    return levels


def _path(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    path = []
    for row in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(row):
            path.append(row[sibling])
        index >>= 1
    return path
