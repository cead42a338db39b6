"""Leaves, signed notes, checkpoints and policies: what is read, and what is refused."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from vaxproof import Code
from vaxproof.log.checkpoint import Checkpoint, LogPolicy, cosign
from vaxproof.log.leaf import LeafKind, leaf_bytes, read_leaf
from vaxproof.log.merkle import EMPTY_ROOT
from vaxproof.log.note import (
    Note,
    NoteSigner,
    NoteVerifier,
    SignatureKind,
    SignatureLine,
    open_note,
    read_lines,
    read_note,
    sign_note,
)

from packages.vaxproof.tests.logs import AT, DAY, KID, ORIGIN, leaf, log_key, refusal_of, witness_key

LOG, FIRST, SECOND = log_key(), witness_key(), witness_key("witness.example/2")
CHECKPOINT = Checkpoint(ORIGIN, 3, b"\7" * 32)
NOTE = CHECKPOINT.sign(LOG)
POLICY = LogPolicy(ORIGIN, LOG.verifier, (FIRST.verifier, SECOND.verifier), 1)


# The example of C2SP's signed-note and tlog-cosignature pages: a log's note with one cosignature.
PUBLISHED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def test_the_standards_example_is_read_and_written_alike():
    note = read_note(PUBLISHED.encode())
    assert note.encode() == PUBLISHED.encode()
    assert Checkpoint.decode(note.text)[:2] == ("example.com/behind-the-sofa", 20852163)
    assert [line.name for line in note.lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert note.lines[1].key_id.hex() == "8d66cf3f"


# The example of Go's golang.org/x/mod/sumdb/note.
def test_a_known_key_and_its_note():
    peter = NoteVerifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    note, found = open_note((text + "\n" + line).encode(), [peter])
    assert (note.text, found) == (text, {peter: None})
    altered = text.replace("answer", "Answer") + "\n" + line
    assert refusal_of(open_note, altered.encode(), [peter]) == Code.CHECKPOINT_SIGNATURE_INVALID


def test_a_leaf_is_read_from_its_canonical_bytes():
    digest = bytes(range(32))
    for kind in LeafKind:
        assert read_leaf(leaf_bytes(digest, kind, KID, DAY)) == (digest, kind, KID, DAY)


@pytest.mark.parametrize(
    "altered",
    [
        lambda data: data.replace(b"issue", b"other"),
        lambda data: data.replace(b'":"', b'": "', 1),
        lambda data: data.upper(),
        lambda data: data + b"\n",
        lambda data: data[:-1],
        lambda data: data.replace(b"2026-06-01", b"2026-06-31"),
        lambda data: data.replace(b'"kid":"01', b'"kid":"'),
        lambda data: data.replace(b'"kind"', b'"more":1,"kind"'),
        lambda data: data[:0],
    ],
)
def test_any_other_bytes_are_no_leaf(altered):
    assert refusal_of(read_leaf, altered(leaf(1))) == Code.LOG_LEAF_UNREADABLE


@given(st.binary(max_size=200))
def test_reading_any_bytes_as_a_leaf_refuses_or_gives_a_leaf(data):
    if refusal_of(read_leaf, data) != Code.LOG_LEAF_UNREADABLE:
        assert leaf_bytes(*read_leaf(data)) == data


@pytest.mark.parametrize("signer", [LOG, FIRST])
def test_a_vkey_says_the_key_and_its_kind(signer):
    again = NoteVerifier.parse(signer.vkey)
    assert again == signer.verifier
    assert again.kind is (SignatureKind.PLAIN if signer is LOG else SignatureKind.COSIGNATURE)


def vkey_of(kind, key, name="a.example"):
    verifier = NoteVerifier(name, SignatureKind.PLAIN, key)
    material = base64.b64encode(bytes([kind]) + key).decode()
    return f"{name}+{verifier.key_id.hex()}+{material}"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        LOG.vkey.replace("+", "-", 1),
        LOG.vkey[:-4],
        LOG.vkey + "\n",
        LOG.vkey.replace("log.example", "lag.example"),
        vkey_of(2, b"\1" * 32),
        vkey_of(1, b"\1" * 31),
        "a\ud800b+00000000+AQAA",
        None,
        7,
    ],
    ids=map(str, range(10)),  # a fresh key in a name would differ between workers
)
def test_a_wrong_vkey_is_refused(vkey):
    assert refusal_of(NoteVerifier.parse, vkey) == Code.LOG_POLICY_INVALID


@pytest.mark.parametrize("name", ["", "with space", "a+b", "a\u00a0b", "a\nb"])
def test_a_name_that_a_line_could_not_carry_is_refused(name):
    assert refusal_of(NoteSigner, name, Ed25519PrivateKey.generate()) == Code.LOG_POLICY_INVALID


@pytest.mark.parametrize(
    "altered",
    [
        lambda note: note[:0],
        lambda note: note[:-1],
        lambda note: note[: note.index(b"\n\n") + 2],
        lambda note: note.replace(b"\n\n", b"\n"),
        lambda note: note.replace("— ".encode(), b"- "),
        lambda note: note.replace(b"\n\n", b"\t\n\n"),
        lambda note: note.replace(b"\n\n", b"\r\n\n"),
        lambda note: b"\xff" + note,
        lambda note: note + b"more\n",
        lambda note: note.replace(b"=\n", b"\n"),
        lambda note: note + "— a AAAA\n".encode(),
        lambda note: note + "— a AAAAAB==\n".encode(),
        lambda note: note + ("— a AAAAAAA=\n".encode() * 64),
        lambda note: note + b"\xe2\x80\x94 a" + b"A" * 70_000 + b"\n",
    ],
)
def test_half_a_note_is_unreadable(altered):
    assert refusal_of(POLICY.open, altered(NOTE)) == Code.CHECKPOINT_UNREADABLE


@given(st.binary(max_size=300) | st.text().map(lambda text: f"a\n1\n{text}\n\n— a {text}\n".encode("utf-8", "ignore")))
def test_reading_any_bytes_as_a_note_refuses_or_gives_a_note(data):
    for read in (read_note, read_lines, POLICY.open):
        assert (refusal_of(read, data) or "CHECKPOINT_").startswith("CHECKPOINT_")


@given(st.text())
def test_reading_any_text_as_a_checkpoint_or_a_key_refuses_or_reads_it_whole(text):
    for read, code in (
        (Checkpoint.decode, Code.CHECKPOINT_UNREADABLE),
        (NoteVerifier.parse, Code.LOG_POLICY_INVALID),
    ):
        assert refusal_of(read, text) in (None, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n1\nAAAA\n",
        CHECKPOINT.encode()[:-1],
        CHECKPOINT.encode().replace("\n3\n", "\n03\n"),
        CHECKPOINT.encode().replace("\n3\n", "\n-3\n"),
        CHECKPOINT.encode().replace("\n3\n", "\n٣\n"),
        CHECKPOINT.encode().replace("\n3\n", f"\n{1 << 53}\n"),
        CHECKPOINT.encode().replace("\n3\n", "\n" + "9" * 5000 + "\n"),
        CHECKPOINT.encode().replace("\n3\n", "\n0\n"),
        CHECKPOINT.encode().replace("=", ""),
        CHECKPOINT.encode().replace("=", "==\n"),
        CHECKPOINT.encode() + "\nmore\n",
    ],
)
def test_a_checkpoint_of_another_form_is_unreadable(text):
    assert refusal_of(Checkpoint.decode, text) == Code.CHECKPOINT_UNREADABLE


def test_lines_after_the_third_are_let_pass():
    assert Checkpoint.decode(CHECKPOINT.encode() + "more\n") == CHECKPOINT
    assert Checkpoint.decode(f"{ORIGIN}\n0\n{base64.b64encode(EMPTY_ROOT).decode()}\n").size == 0


def test_the_checkpoint_of_the_log_with_enough_witnesses():
    note = cosign(NOTE, SECOND, AT)
    seen = POLICY.look(note)
    assert POLICY.open(note) == seen.checkpoint == CHECKPOINT
    assert seen.witnessed_at == {SECOND.name: AT}


def test_a_second_cosignature_of_a_witness_replaces_its_first():
    later = datetime(2026, 6, 2, tzinfo=UTC)
    note = cosign(cosign(cosign(NOTE, FIRST, AT), SECOND, AT), FIRST, later)
    assert POLICY.look(note).witnessed_at == {FIRST.name: later, SECOND.name: AT}
    assert len(read_note(note).lines) == 3


def test_too_few_witnesses():
    assert refusal_of(POLICY.open, NOTE) == Code.CHECKPOINT_WITNESSES_MISSING
    both = replace(POLICY, quorum=2)
    assert refusal_of(both.open, cosign(NOTE, FIRST, AT)) == Code.CHECKPOINT_WITNESSES_MISSING
    assert both.open(cosign(cosign(NOTE, FIRST, AT), SECOND, AT)) == CHECKPOINT


def test_one_witness_under_two_names_or_lines_counts_once():
    stranger = witness_key("witness.example/3")
    note = cosign(cosign(cosign(NOTE, FIRST, AT), FIRST, AT), stranger, AT)
    assert refusal_of(replace(POLICY, quorum=2).open, note) == Code.CHECKPOINT_WITNESSES_MISSING
    twin = replace(FIRST.verifier, name="witness.example/twin")
    assert refusal_of(LogPolicy, ORIGIN, LOG.verifier, (FIRST.verifier, twin), 2) == Code.LOG_POLICY_INVALID


def test_a_checkpoint_by_another_key_or_of_another_log():
    assert refusal_of(POLICY.open, cosign(CHECKPOINT.sign(log_key()), FIRST, AT)) == Code.CHECKPOINT_SIGNATURE_INVALID
    other = CHECKPOINT._replace(origin="log.example/other")
    assert refusal_of(POLICY.open, cosign(other.sign(LOG), FIRST, AT)) == Code.CHECKPOINT_OF_ANOTHER_LOG


def test_a_signature_by_a_named_key_must_be_right_even_where_another_is():
    note = read_note(cosign(cosign(NOTE, FIRST, AT), SECOND, AT))
    for place in range(3):
        lines = list(note.lines)
        blob = lines[place].blob
        lines[place] = replace(lines[place], blob=blob[:-1] + bytes([blob[-1] ^ 1]))
        assert refusal_of(POLICY.open, Note(note.text, tuple(lines)).encode()) == Code.CHECKPOINT_SIGNATURE_INVALID


def test_a_cosignatures_time_is_signed_too_and_must_be_one():
    line = FIRST.sign(CHECKPOINT.encode(), AT)
    for time in (int(AT.timestamp()) + 1, (1 << 64) - 1):
        forged = SignatureLine(line.name, line.key_id + time.to_bytes(8) + line.blob[12:])
        note = read_note(NOTE).with_lines([forged]).encode()
        assert refusal_of(POLICY.open, note) == Code.CHECKPOINT_SIGNATURE_INVALID


def test_a_plain_signature_is_no_cosignature():
    """The same key, signing as a log would, does not count as a witness."""
    key = Ed25519PrivateKey.generate()
    plain = NoteSigner("w", key)
    cosigner = NoteSigner("w", key, SignatureKind.COSIGNATURE)
    policy = LogPolicy(ORIGIN, LOG.verifier, (cosigner.verifier,), 1)
    assert refusal_of(policy.open, sign_note(CHECKPOINT.encode(), LOG, plain)) == Code.CHECKPOINT_WITNESSES_MISSING


def test_lines_of_strangers_are_let_pass():
    stranger = SignatureLine("someone.example", b"\0" * 7)
    note = read_note(cosign(NOTE, FIRST, AT)).with_lines([stranger]).encode()
    assert POLICY.open(note) == CHECKPOINT


def test_a_policy_is_written_and_read():
    assert LogPolicy.from_json(POLICY.to_json()) == POLICY
    assert LogPolicy.from_index({"format": "vaxproof-index", "log": POLICY.to_values()}) == POLICY
    assert LogPolicy.from_json(json.dumps({"log": POLICY.to_values()}).encode()) == POLICY


def test_a_policy_may_name_the_countries_whose_passports_the_log_keeps():
    named = replace(POLICY, countries=frozenset(["VN", "LA"]))
    assert named.to_values()["countries"] == ["LA", "VN"]
    assert LogPolicy.from_json(named.to_json()) == named
    assert "countries" not in POLICY.to_values()
    assert LogPolicy.from_values(POLICY.to_values() | {"countries": []}) == POLICY


@pytest.mark.parametrize(
    "change",
    [
        {"origin": ""},
        {"origin": 1},
        {"vkey": FIRST.vkey},
        {"vkey": "x"},
        {"witnesses": [LOG.vkey]},
        {"witnesses": [FIRST.vkey] * 2},
        {"witnesses": [1]},
        {"witnesses": None},
        {"quorum": 3},
        {"quorum": -1},
        {"quorum": True},
        {"quorum": "1"},
        {"witnesses": [witness_key(f"w{n}").vkey for n in range(33)]},
        {"countries": None},
        {"countries": "VN"},
        {"countries": ["vn"]},
        {"countries": ["VNM"]},
        {"countries": ["VN\n"]},
        {"countries": [["VN"]]},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(change):
    assert refusal_of(LogPolicy.from_values, POLICY.to_values() | change) == Code.LOG_POLICY_INVALID


@given(st.binary(max_size=100) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_reading_any_bytes_as_a_policy_refuses(data):
    data = data if isinstance(data, bytes) else data.encode()
    assert refusal_of(LogPolicy.from_json, data) == Code.LOG_POLICY_INVALID


def test_the_day_of_a_leaf_is_a_date():
    assert read_leaf(leaf(1)).day == date(2026, 6, 1)
