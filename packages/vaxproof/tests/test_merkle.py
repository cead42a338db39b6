"""Trees, held against the definition in RFC 6962 §2.1 written out recursively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof.log import merkle


def split(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def root_by_definition(entries):
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + root_by_definition(entries[:k]) + root_by_definition(entries[k:])).digest()


def path_by_definition(index, entries):
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*path_by_definition(index, entries[:k]), root_by_definition(entries[k:])]
    return [*path_by_definition(index - k, entries[k:]), root_by_definition(entries[:k])]


ENTRIES = [bytes([n]) * (n % 5) for n in range(40)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


@pytest.mark.parametrize("size", range(41))
def test_root_streaming_root_and_paths(size):
    entries, leaves = ENTRIES[:size], LEAVES[:size]
    expected = root_by_definition(entries)
    builder = merkle.RootBuilder()
    builder.extend(leaves)

    assert merkle.root(leaves) == builder.root() == expected
    paths = merkle.inclusion_paths(leaves)
    for index in range(size):
        assert paths[index] == merkle.inclusion_path(leaves, index) == path_by_definition(index, entries)
        assert merkle.verify_inclusion(leaves[index], index, size, paths[index], expected)


@given(st.integers(1, 40), st.data())
def test_a_wrong_leaf_place_size_path_or_root_is_refused(size, data):
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    path, root = merkle.inclusion_path(leaves, index), merkle.root(leaves)

    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another"), index, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], size, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], -1, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, path, merkle.leaf_hash(b"another"))
    if path:
        assert not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root)
        assert not merkle.verify_inclusion(leaves[index], index, size, [b"short", *path[1:]], root)


def test_a_node_cannot_pass_as_a_leaf():
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_the_builder_goes_on_where_it_stopped():
    builder = merkle.RootBuilder()
    builder.extend(LEAVES[:13])
    size, peaks = builder.export()
    assert len(peaks) == 3
    again = merkle.RootBuilder.resume(size, peaks)
    again.extend(LEAVES[13:])
    assert again.root() == merkle.root(LEAVES)
    with pytest.raises(ValueError, match="number of hashes"):
        merkle.RootBuilder.resume(size, peaks[:-1])


@pytest.mark.parametrize("index", [-1, 3])
def test_no_path_to_a_leaf_that_is_not_there(index):
    with pytest.raises(IndexError):
        merkle.inclusion_path(LEAVES[:3], index)
