"""Tiles, proofs from them, and the audit: also of logs that were tampered with."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxproof import Code
from vaxproof.log import consistency, merkle, tiles
from vaxproof.log.audit import MAX_FINDINGS, Finding, audit_log, compare_checkpoints
from vaxproof.log.consistency import consistency_proof, verify_consistency
from vaxproof.log.folder import FolderStore
from vaxproof.log.leaf import LeafKind
from vaxproof.log.tiles import Edge, TileReader, TileWriter, read_bundle, read_tile

from packages.vaxproof.tests.logs import DAY, KID, Log, leaf, refusal_of

LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(70)]


def root_of(begin, end):
    return merkle.root(LEAVES[begin:end])


class MemoryStore(dict):
    """A store for what needs no folder."""

    def read(self, path):
        if path not in self:
            raise FileNotFoundError(path)
        return self[path]

    write = dict.__setitem__

    def settle(self):
        pass


def test_inclusion_ranges_are_the_paths_of_the_tree():
    for size in range(1, 70):
        for index in range(size):
            path = [root_of(*part) for part in consistency.inclusion_ranges(index, size)]
            assert path == merkle.inclusion_path(LEAVES[:size], index)


def test_every_tree_is_proved_to_begin_with_every_smaller_one():
    for new in range(70):
        for old in range(new + 1):
            path = consistency_proof(root_of, old, new)
            assert verify_consistency(old, root_of(0, old), new, root_of(0, new), path), (old, new)


@given(st.integers(2, 69), st.data())
def test_a_wrong_root_size_or_path_proves_nothing(new, data):
    old = data.draw(st.integers(1, new - 1))
    first, second = root_of(0, old), root_of(0, new)
    path, other = consistency_proof(root_of, old, new), merkle.leaf_hash(b"another")

    assert not verify_consistency(old, other, new, second, path)
    assert not verify_consistency(old, first, new, other, path)
    assert not verify_consistency(old, first, new, second, path[:-1])
    assert not verify_consistency(old, first, new, second, [*path, other])
    assert not verify_consistency(old, first, new, second, [b"short", *path[1:]])
    assert not verify_consistency(old, first, new, second, [other] * 64)
    assert not verify_consistency(new, second, old, first, path)
    assert not verify_consistency(-1, first, new, second, path)


def test_the_empty_tree_and_the_same_tree_need_an_empty_proof():
    first = root_of(0, 5)
    assert verify_consistency(0, merkle.EMPTY_ROOT, 5, first, [])
    assert not verify_consistency(0, merkle.EMPTY_ROOT, 5, first, [first])
    assert not verify_consistency(0, first, 5, first, [])
    assert not verify_consistency(5, first, 5, root_of(0, 6), [])
    assert not verify_consistency(5, first, 5, first, [first])
    with pytest.raises(ValueError, match="larger"):
        consistency_proof(root_of, 6, 5)
    with pytest.raises(IndexError):
        consistency.inclusion_ranges(5, 5)


def test_names_of_tiles_are_those_of_the_standard():
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tiles.entries_path(273, 112) == "tile/entries/273.p/112"
    assert tiles.entries_path(1000) == "tile/entries/x001/000"


def test_a_tree_of_70000_has_the_files_that_the_standard_counts():
    store = MemoryStore()
    writer = TileWriter(store)
    writer.append(b"%d" % n for n in range(70_000))
    writer.settle()
    by_level = {level: [p for p in store if p.startswith(f"tile/{level}/")] for level in (0, 1, 2, 3, "entries")}
    assert {level: len(paths) for level, paths in by_level.items()} == {0: 274, 1: 2, 2: 1, 3: 0, "entries": 274}
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"} <= store.keys()


STOPS = (0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 66_000)


def test_a_writer_goes_on_from_the_files_and_the_last_root_alone():
    store, size, root = MemoryStore(), 0, merkle.EMPTY_ROOT
    entries = [b"%d" % n for n in range(STOPS[-1])]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    for stop in STOPS:
        writer = TileWriter(store, size, root)
        writer.append(entries[size:stop])
        size, root = writer.settle()
        assert (size, root) == (writer.size, merkle.root(leaves[:stop]))
        reader = TileReader(store, stop)
        assert reader.root() == root
        for index in {0, stop // 3, stop - 1} if stop else ():
            assert reader.entry(index) == entries[index]
            assert merkle.verify_inclusion(leaves[index], index, stop, reader.inclusion_path(index), root)
        for old in {0, 1, 256, stop} if stop > 256 else ():
            assert verify_consistency(old, reader.root(old), stop, root, reader.consistency_path(old))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 600), max_size=5))
def test_in_whatever_portions_the_files_are_the_same(portions):
    pieces, whole = MemoryStore(), MemoryStore()
    size, root, entries = 0, merkle.EMPTY_ROOT, [b"%d" % n for n in range(sum(portions))]
    for portion in portions:
        writer = TileWriter(pieces, size, root)
        writer.append(entries[size : size + portion])
        size, root = writer.settle()
    at_once = TileWriter(whole)
    at_once.append(entries)
    assert at_once.settle() == (size, root)
    assert whole.items() <= pieces.items()


def test_partial_files_may_go_once_the_full_ones_are_there(tmp_path):
    log = Log(tmp_path).grow(300)
    early, root = log.checkpoint, log.root
    log.grow(300)
    for path in tmp_path.glob("tile/*/001.p/*"):
        path.unlink()
    assert TileReader(log.store, early.size).root() == root
    assert audit_log(log.store, early).is_clean
    assert audit_log(log.store, log.checkpoint, since=early).is_clean


def test_outside_the_tree_there_is_nothing(tmp_path):
    reader = Log(tmp_path).grow(3).reader
    for call in (reader.entry, reader.inclusion_path):
        with pytest.raises(IndexError):
            call(3)
    for call in (reader.root, reader.consistency_path):
        with pytest.raises(ValueError, match="larger"):
            call(4)
    with pytest.raises(ValueError, match="too long"):
        list(Edge().extend([b"x" * 65_536]))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "tile/0/001.p/44").unlink(), Code.LOG_TILE_MISSING),
        (lambda folder: (folder / "tile/entries/001.p/44").unlink(), Code.LOG_TILE_MISSING),
        (lambda folder: (folder / "tile/0/001.p/44").write_bytes(b"\0" * 44 * 32), Code.LOG_ROOT_DIFFERS),
        (lambda folder: (folder / "tile/0/001.p/44").write_bytes(b"\0" * 100), Code.LOG_TILE_ALTERED),
        (lambda folder: shorten(folder / "tile/entries/001.p/44"), Code.LOG_TILE_ALTERED),
        (lambda folder: alter(folder / "tile/entries/001.p/44"), Code.LOG_ROOT_DIFFERS),
        (lambda folder: alter(folder / "tile/1/000.p/1"), Code.LOG_ROOT_DIFFERS),
    ],
)
def test_nobody_goes_on_from_files_that_are_not_those_of_the_checkpoint(tmp_path, spoil, code):
    """Whoever signed what came of them would fork the log."""
    log = Log(tmp_path).grow(300)
    spoil(tmp_path)
    assert refusal_of(TileWriter, log.store, log.size, log.root) == code


def alter(path):
    data = path.read_bytes()
    path.write_bytes(data[:20] + bytes([data[20] ^ 1]) + data[21:])


def shorten(path):
    path.write_bytes(path.read_bytes()[:-5])


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path).grow(1000)


def found(log, since=None):
    return [(finding.code, finding.place) for finding in audit_log(log.store, log.checkpoint, since=since).findings]


def test_a_clean_log_is_clean_and_counted(log):
    early = log.checkpoint
    log.grow(24, lambda n: leaf(n, LeafKind.REVOKE))
    audit = audit_log(log.store, log.checkpoint)
    assert (audit.is_clean, audit.size, audit.audited) == (True, 1024, 1024)
    assert audit.counts == {(KID, DAY, LeafKind.ISSUE): 1000, (KID, DAY, LeafKind.REVOKE): 24}
    later = audit_log(log.store, log.checkpoint, since=early)
    assert (later.is_clean, later.audited) == (True, 24)


def test_an_empty_log_is_clean(tmp_path):
    assert audit_log(FolderStore(tmp_path), Log(tmp_path).checkpoint).is_clean


@pytest.mark.parametrize(
    ("path", "spoil", "expected"),
    [
        ("tile/0/002", alter, (Code.LOG_TILE_ALTERED, "tile/0/002")),
        ("tile/1/000.p/3", alter, (Code.LOG_TILE_ALTERED, "tile/1/000.p/3")),
        ("tile/0/003.p/232", shorten, (Code.LOG_TILE_ALTERED, "tile/0/003.p/232")),
        ("tile/entries/001", shorten, (Code.LOG_TILE_ALTERED, "tile/entries/001")),
        ("tile/entries/003.p/232", shorten, (Code.LOG_TILE_ALTERED, "tile/entries/003.p/232")),
        ("tile/0/000", lambda path: path.unlink(), (Code.LOG_TILE_MISSING, "tile/0/000")),
        ("tile/1/000.p/3", lambda path: path.unlink(), (Code.LOG_TILE_MISSING, "tile/1/000.p/3")),
        ("tile/entries/000", lambda path: path.unlink(), (Code.LOG_TILE_MISSING, "tile/entries/000")),
    ],
)
def test_one_spoiled_file_is_named_and_the_rest_is_still_audited(log, path, spoil, expected):
    spoil(log.folder / path)
    assert found(log) == [expected]


def test_an_altered_entry_shows_at_its_tile_and_at_the_root(log):
    path = log.folder / "tile/entries/001"
    path.write_bytes(path.read_bytes().replace(b'"issue"', b'"wrong"', 1))
    assert found(log) == [
        (Code.LOG_LEAF_UNREADABLE, "256"),
        (Code.LOG_TILE_ALTERED, "tile/0/001"),
        (Code.LOG_TILE_ALTERED, "tile/1/000.p/3"),
        (Code.LOG_ROOT_DIFFERS, "1000"),
    ]


def test_an_entry_that_is_no_leaf_is_found_though_it_is_signed(tmp_path):
    log = Log(tmp_path).grow(3, lambda n: b"free beer" if n == 1 else leaf(n))
    assert found(log) == [(Code.LOG_LEAF_UNREADABLE, "1")]


def test_without_bundle_and_tile_the_audit_cannot_go_on(log):
    (log.folder / "tile/entries/001").unlink()
    (log.folder / "tile/0/001").unlink()
    assert found(log) == [(Code.LOG_TILE_MISSING, "tile/entries/001"), (Code.LOG_TILE_MISSING, "tile/0/001")]


def test_a_log_that_is_wrong_everywhere_is_not_listed_whole(tmp_path):
    log = Log(tmp_path).grow(300, lambda n: b"%d" % n)
    assert len(found(log)) == MAX_FINDINGS


def test_a_log_that_forks(log, tmp_path_factory):
    """The same size with another root, or a longer one that does not begin with what was seen."""
    fork = Log(tmp_path_factory.mktemp("fork"), log.key).grow(1000, lambda n: leaf(n + (n == 700)))
    assert compare_checkpoints(log.checkpoint, fork.checkpoint) == Finding(Code.LOG_FORKED, "1000")
    assert found(fork, since=log.checkpoint) == [(Code.LOG_FORKED, "1000")]
    seen = log.checkpoint
    fork.grow(100)
    assert compare_checkpoints(seen, fork.checkpoint) is None
    assert found(fork, since=seen) == [(Code.LOG_FORKED, "1000")]
    path = fork.reader.consistency_path(1000)
    assert not verify_consistency(1000, seen.root, 1100, fork.root, path)


def test_a_log_that_shrank(log):
    seen = log.checkpoint._replace(size=1001)
    assert found(log, since=seen) == [(Code.LOG_SHRUNK, "1001 to 1000")]


def test_a_difference_needs_the_tiles_at_its_beginning(log):
    early = log.checkpoint
    log.grow(300)
    for path in log.folder.glob("tile/0/003*"):
        path.unlink() if path.is_file() else [part.unlink() for part in path.iterdir()]
    assert found(log, since=early) == [(Code.LOG_TILE_MISSING, "tile/0/003.p/232")]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_reading_any_bytes_as_a_tile_or_a_bundle_refuses_or_reads(data, width):
    for read in (read_tile, read_bundle):
        if refusal_of(read, data, "path", width) != Code.LOG_TILE_ALTERED:
            assert len(read(data, "path", width)) == width


def test_a_folder_where_a_file_should_be_is_no_file(tmp_path):
    (tmp_path / "tile/0/000").mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        FolderStore(tmp_path).read("tile/0/000")


MEASURE = """
import sys
from pathlib import Path
from vaxproof.log.audit import audit_log
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.folder import FolderStore
folder, size, root = sys.argv[1:]
assert audit_log(FolderStore(Path(folder)), Checkpoint("o", int(size), bytes.fromhex(root))).is_clean
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])  # rusage would count the parent too
"""


def test_memory_of_an_audit_does_not_grow_with_the_log(tmp_path):
    """Thirty times more leaves, and at most some pages more (kilobytes here), as they vary from run to run."""
    used = []
    for name, size in (("small", 2_000), ("large", 60_000)):
        log = Log(tmp_path / name).grow(size)
        command = [sys.executable, "-c", MEASURE, str(log.folder), str(size), log.root.hex()]
        used.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert used[1] < used[0] + 4_000
