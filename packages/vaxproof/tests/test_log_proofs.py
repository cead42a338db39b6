"""Proof files and buckets: “was this one issued?”"""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code
from vaxproof.log.issued import Entry, make_bucket, parse_bucket, prefix_length, prefix_of, read_bucket
from vaxproof.log.leaf import LeafKind
from vaxproof.log.proof import LogAnswer, Proof, read_proof, write_proof

from packages.vaxproof.tests.logs import AT, Log, cose, leaf, log_key, refusal_of, witness_key


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """300 passports issued; numbers 300 to 309 revoke those of 0 to 9."""
    log = Log(tmp_path_factory.mktemp("log"), witnesses=(witness_key(),)).grow(300)
    return log.grow(10, lambda n: leaf(n - 300, LeafKind.REVOKE))


def test_a_proof_says_where_the_leaf_stands_and_no_more(log):
    issue = write_proof(log.reader, 7, log.note)
    assert read_proof(issue, cose(7), log.policy) == LogAnswer(7, None, 310, complete=False)
    revoke = write_proof(log.reader, 307, log.note)
    assert read_proof(revoke, cose(7), log.policy) == LogAnswer(None, 307, 310, complete=False)


def test_the_file_has_the_standards_lines(log):
    lines = write_proof(log.reader, 7, log.note).decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 7"
    assert lines[lines.index("") + 1] == log.checkpoint.origin


def test_the_only_leaf_of_a_log_needs_no_path(tmp_path):
    log = Log(tmp_path).grow(1)
    assert read_proof(write_proof(log.reader, 0, log.note), cose(0), log.policy).issued_at == 0


def altered(log, **changes):
    proof = Proof.decode(write_proof(log.reader, 7, log.note))
    members = {name: getattr(proof, name) for name in ("leaf", "index", "path", "note")}
    return Proof(**(members | changes)).encode()


def test_the_proof_of_another_passport(log):
    assert refusal_of(read_proof, altered(log), cose(8), log.policy) == Code.LOG_PROOF_OF_ANOTHER


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 6},
        {"index": 263},
        {"index": 310},
        {"path": []},
        {"path": [b"\0" * 32] * 9},
        {"leaf": leaf(7, LeafKind.REVOKE)},
    ],
)
def test_a_wrong_place_path_or_kind(log, changes):
    assert refusal_of(read_proof, altered(log, **changes), cose(7), log.policy) == Code.LOG_PROOF_INVALID


def test_a_proof_under_a_checkpoint_that_the_policy_refuses(log):
    by_another = log.checkpoint.sign(log_key())
    assert (
        refusal_of(read_proof, altered(log, note=by_another), cose(7), log.policy) == Code.CHECKPOINT_SIGNATURE_INVALID
    )
    alone = log.checkpoint.sign(log.key)
    assert refusal_of(read_proof, altered(log, note=alone), cose(7), log.policy) == Code.CHECKPOINT_WITNESSES_MISSING
    other = log.checkpoint._replace(origin="log.example/other").sign(log.key)
    assert refusal_of(read_proof, altered(log, note=other), cose(7), log.policy) == Code.CHECKPOINT_OF_ANOTHER_LOG
    half = log.note[:-30]
    assert refusal_of(read_proof, altered(log, note=half), cose(7), log.policy) == Code.CHECKPOINT_UNREADABLE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:0],
        lambda data: data[:100],
        lambda data: data.replace(b"@v1", b"@v2"),
        lambda data: data.replace(b"extra ", b"extras "),
        lambda data: data[: data.index(b"extra")] + data[data.index(b"index") :],
        lambda data: data.replace(b"index 7", b"index 07"),
        lambda data: data.replace(b"index 7", b"index"),
        lambda data: data.replace(b"index 7\n", b"index 7\nAAAA\n"),
        lambda data: data.replace(b"index 7\n", b"index 7\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63),
        lambda data: data.replace(b"\n\n", b"\n"),
        lambda data: data.replace(b"extra ", b"extra A"),
        lambda data: data + b"x" * 80_000,
    ],
)
def test_half_a_proof_is_unreadable(log, spoil):
    data = write_proof(log.reader, 7, log.note)
    assert refusal_of(read_proof, spoil(data), cose(7), log.policy) == Code.LOG_PROOF_UNREADABLE


def test_extra_data_that_is_no_leaf(log):
    assert refusal_of(read_proof, altered(log, leaf=b"no leaf"), cose(7), log.policy) == Code.LOG_PROOF_UNREADABLE


def test_a_proof_is_not_written_from_altered_tiles(tmp_path):
    log = Log(tmp_path).grow(20)
    tile = tmp_path / "tile/0/000.p/20"
    tile.write_bytes(b"\0" * 640)
    assert refusal_of(write_proof, log.reader, 3, log.note) == Code.LOG_TILE_ALTERED
    tile.unlink()
    assert refusal_of(write_proof, log.reader, 3, log.note) == Code.LOG_TILE_MISSING


HEAD = b"c2sp.org/tlog-proof@v1\nextra "


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda rest: HEAD + rest + b"\n\n" + rest))
def test_reading_any_bytes_as_a_proof_refuses(data):
    if refusal_of(Proof.decode, data) != Code.LOG_PROOF_UNREADABLE:
        assert Proof.decode(data).encode() == data


def test_how_long_a_question_may_be():
    assert [prefix_length(size) for size in (0, 31, 32, 511, 512, 8191, 8192, 100_000_000)] == [0, 0, 0, 0, 1, 1, 2, 5]
    assert len(prefix_of(cose(1), 3)) == 3


def bucket(log, prefix, changes=None, waiting=()):
    """What the keeper of this log answers."""
    reader = log.reader
    entries = [
        Entry(index, reader.entry(index), reader.inclusion_path(index))
        for index in range(log.size)
        if json.loads(reader.entry(index))["cose"].startswith(prefix)
    ]
    return json.dumps(make_bucket(prefix, log.note, entries, AT, waiting) | (changes or {})).encode()


@pytest.mark.parametrize("length", [0, 1, 2])
def test_a_bucket_says_issued_revoked_or_not_there(log, length):
    def ask(number):
        return read_bucket(bucket(log, prefix_of(cose(number), length)), cose(number), log.policy)

    assert ask(7) == LogAnswer(7, 307, 310, complete=True)
    assert ask(20) == LogAnswer(20, None, 310, complete=True)
    assert ask(999) == LogAnswer(None, None, 310, complete=True)


def test_an_answer_says_whose_passports_the_log_keeps(log):
    policy = replace(log.policy, countries=frozenset(["VN"]))
    answers = [
        read_bucket(bucket(log, ""), cose(7), policy),
        *(read_proof(write_proof(log.reader, index, log.note), cose(7), policy) for index in (7, 307)),
    ]
    for answer in answers:
        assert answer.countries == {"VN"}
        assert (answer.covers("VN"), answer.covers("DE"), answer.covers("")) == (True, False, False)
    assert read_bucket(bucket(log, ""), cose(7), log.policy).covers("DE")


def test_a_bucket_hides_which_one_was_meant(log):
    """Everybody with the same first digits asks the same and is answered the same."""
    prefix = prefix_of(cose(7), 1)
    alike = [number for number in range(300) if prefix_of(cose(number), 1) == prefix]
    assert len(alike) > 5
    assert {bucket(log, prefix_of(cose(number), 1)) for number in alike} == {bucket(log, prefix)}


def test_the_answer_to_another_question(log):
    other = next(n for n in range(300) if prefix_of(cose(n), 1) != prefix_of(cose(7), 1))
    data = bucket(log, prefix_of(cose(other), 1))
    assert refusal_of(read_bucket, data, cose(7), log.policy) == Code.LOG_PROOF_OF_ANOTHER


def test_a_leaf_that_waits_is_neither_there_nor_absent(log):
    for number, kind in ((999, LeafKind.ISSUE), (20, LeafKind.REVOKE)):
        data = bucket(log, "", waiting=[leaf(number, kind)])
        assert refusal_of(read_bucket, data, cose(number), log.policy) == Code.LOG_BEHIND
        assert read_bucket(data, cose(8), log.policy).revoked_at == 308


def test_a_bucket_under_a_checkpoint_that_the_policy_refuses(log):
    data = bucket(log, "", {"checkpoint": log.checkpoint.sign(log.key).decode()})
    assert refusal_of(read_bucket, data, cose(7), log.policy) == Code.CHECKPOINT_WITNESSES_MISSING


def moved(log, **changes):
    document = json.loads(bucket(log, ""))
    document["entries"][7] |= changes
    return json.dumps(document).encode()


def test_a_leaf_in_a_bucket_must_prove_its_place(log):
    for data in (moved(log, path=[]), moved(log, leaf=leaf(7, LeafKind.REVOKE).decode())):
        assert refusal_of(read_bucket, data, cose(7), log.policy) == Code.LOG_PROOF_INVALID
        assert read_bucket(data, cose(8), log.policy).issued_at == 8


@pytest.mark.parametrize(
    "changes",
    [
        {"prefix": "G"},
        {"prefix": "0" * 64},
        {"prefix": None},
        {"format": "x"},
        {"version": 2},
        {"checkpoint": 1},
        {"checkpoint": "\ud800"},
        {"entries": {}},
        {"entries": [1]},
        {"entries": [{"index": -1, "leaf": leaf(1).decode(), "path": []}]},
        {"entries": [{"index": True, "leaf": leaf(1).decode(), "path": []}]},
        {"entries": [{"index": 1, "leaf": leaf(1).decode(), "path": ["AAAA"]}]},
        {"entries": [{"index": 1, "leaf": leaf(1).decode(), "path": [1]}]},
        {"entries": [{"index": 1, "leaf": "no leaf", "path": []}]},
        {"entries": [{"index": 1, "leaf": leaf(1).decode(), "path": []}] * 2},
        {"waiting": None},
        {"waiting": [1]},
        {"waiting": ["no leaf"]},
    ],
)
def test_half_a_bucket_is_unreadable(log, changes):
    assert refusal_of(read_bucket, bucket(log, "", changes), cose(7), log.policy) == Code.LOG_PROOF_UNREADABLE


def test_a_leaf_of_another_prefix_has_no_place_in_a_bucket(log):
    prefix = prefix_of(cose(7), 1)
    stray = next(n for n in range(300) if prefix_of(cose(n), 1) != prefix)
    for change in (
        {"waiting": [leaf(stray).decode()]},
        {"entries": [{"index": stray, "leaf": leaf(stray).decode(), "path": []}]},
    ):
        data = bucket(log, prefix, change)
        assert refusal_of(read_bucket, data, cose(7), log.policy) == Code.LOG_PROOF_UNREADABLE


@given(st.binary(max_size=100) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_reading_any_bytes_as_a_bucket_refuses(data):
    data = data if isinstance(data, bytes) else data.encode()
    assert refusal_of(parse_bucket, data) == Code.LOG_PROOF_UNREADABLE
