"""Which subtrees prove that a leaf is in a tree, or that one tree begins with another (RFC 9162 §2.1.3, §2.1.4).

A proof is a list of ranges of leaves, whose hashes the keeper of the tree looks up; a verifier needs the hashes alone.
"""

from collections.abc import Callable, Sequence

from vaxproof.log.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

Range = tuple[int, int]
"""Leaves from the first up to, not with, the second."""
MAX_PATH = 63
"""Hashes of a proof at most (tlog-witness)."""


def split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees beside the way from a leaf up to the root, lowest first.

    Raises:
        IndexError: no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees that prove that the tree of `new` leaves begins with that of `old`; none for 0 or for the same.

    Raises:
        ValueError: the old tree is larger.
    """
    if not 0 <= old <= new:
        raise ValueError("the old tree is larger")
    ranges: list[Range] = []
    begin, end, whole = 0, new, True
    while old and old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin, whole = middle, False
    if old and not whole:
        ranges.append((begin, end))
    return ranges[::-1]


def consistency_proof(hash_of: Callable[[int, int], bytes], old: int, new: int) -> list[bytes]:
    """The proof between two sizes; `hash_of` gives the root over the leaves of a range.

    Raises:
        ValueError: the old tree is larger.
    """
    return [hash_of(begin, end) for begin, end in consistency_ranges(old, new)]


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with that of `old` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or len(path) > MAX_PATH or any(len(node) != HASH_BYTES for node in path):
        return False
    if old == new:
        return not path and old_root == new_root
    if not old:
        return not path and old_root == EMPTY_ROOT
    nodes = list(path) if old & (old - 1) else [old_root, *path]
    return bool(nodes) and _climb(old - 1, new - 1, nodes) == (old_root, new_root)


def _climb(old: int, new: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that the nodes give, from the last leaf of each tree; nothing if their number does not fit."""
    while old & 1:
        old, new = old >> 1, new >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if not new:
            return None
        if old & 1 or old == new:
            first, second = node_hash(node, first), node_hash(node, second)
            while not old & 1 and old:
                old, new = old >> 1, new >> 1
        else:
            second = node_hash(second, node)
        old, new = old >> 1, new >> 1
    return None if new else (first, second)
