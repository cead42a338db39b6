"""The proof file (C2SP tlog-proof): shows offline that one leaf about one passport is in the log.

Its extra data is the leaf itself, so that the proof holds for who has the QR code and nothing else.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from vaxproof.errors import Code, ProofError
from vaxproof.log.checkpoint import Checkpoint, LogPolicy, hash_text, parse_hash, parse_number
from vaxproof.log.consistency import MAX_PATH
from vaxproof.log.leaf import Leaf, LeafKind, cose_digest, read_leaf
from vaxproof.log.merkle import leaf_hash, verify_inclusion
from vaxproof.log.note import MAX_NOTE_BYTES, octets_of, read_note

FIRST_LINE = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 8 * 1024


class LogAnswer(NamedTuple):
    """What the log says about one passport.

    `issued_at`, `revoked_at`: positions of its leaves, where known; `size`: leaves of the log that was asked.
    `complete`: all of them were looked at, so that None means "not there"; a proof file knows of one leaf only.
    `countries`: whose passports that log keeps, by its policy; about others it says nothing. None named: any.
    """

    issued_at: int | None
    revoked_at: int | None
    size: int
    complete: bool
    countries: frozenset[str] = frozenset()

    def covers(self, country: str) -> bool:
        """Whether the log keeps passports that a key of this country (alpha-2) signed."""
        return not self.countries or country in self.countries


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof file, read; nothing checked. `note`: the signed checkpoint; `path`: 32 bytes each, lowest first."""

    leaf: bytes
    index: int
    path: list[bytes]
    note: bytes

    def encode(self) -> bytes:
        """The file."""
        extra = base64.b64encode(self.leaf).decode()
        head = [FIRST_LINE, f"extra {extra}", f"index {self.index}", *map(hash_text, self.path), "", ""]
        return "\n".join(head).encode() + self.note

    @classmethod
    def decode(cls, data: bytes) -> "Proof":
        """Read a file.

        Raises:
            ProofError: LOG_PROOF_UNREADABLE.
        """
        head, blank, note = data.partition(b"\n\n")
        if len(data) > MAX_PROOF_BYTES or not blank or not note:
            raise ProofError(Code.LOG_PROOF_UNREADABLE, "form")
        lines = iter(head.decode("ascii", "replace").split("\n"))
        if next(lines) != FIRST_LINE:
            raise ProofError(Code.LOG_PROOF_UNREADABLE, "first line")
        extra = octets_of(_after("extra ", lines))
        index = parse_number(_after("index ", lines))
        path = [parse_hash(line) for line in lines]
        known = [node for node in path if node is not None]
        if extra is None or index is None or len(known) != len(path) or len(path) > MAX_PATH:
            raise ProofError(Code.LOG_PROOF_UNREADABLE, "lines")
        return cls(extra, index, known, note)


class Tree(Protocol):
    """Where leaves and paths come from: `vaxproof.log.tiles.TileReader`."""

    def entry(self, index: int) -> bytes:
        """The bytes of a leaf."""

    def inclusion_path(self, index: int) -> list[bytes]:
        """Its path in the tree of this size."""


def write_proof(reader: Tree, index: int, checkpoint: bytes) -> bytes:
    """The proof file for a leaf; `checkpoint`: the signed note of the reader's size.

    Raises:
        IndexError: no such leaf.
        ProofError: LOG_TILE_MISSING; LOG_TILE_ALTERED (a half-written tile, or they do not give the checkpoint's
            root); CHECKPOINT_UNREADABLE.
    """
    stated = Checkpoint.decode(read_note(checkpoint).text)
    proof = Proof(reader.entry(index), index, reader.inclusion_path(index), checkpoint)
    if not verify_inclusion(leaf_hash(proof.leaf), index, stated.size, proof.path, stated.root):
        raise ProofError(Code.LOG_TILE_ALTERED, f"leaf {index}")
    return proof.encode()


def read_proof(data: bytes, cose: bytes, policy: LogPolicy) -> LogAnswer:
    """What a proof file says about a passport; `cose`: its whole COSE_Sign1, the bytes inflated from the QR code.

    Raises:
        ProofError: in this order LOG_PROOF_UNREADABLE, LOG_PROOF_OF_ANOTHER, CHECKPOINT_* (`LogPolicy.open`),
            LOG_PROOF_INVALID (that leaf is not at that place of that log).
    """
    proof = Proof.decode(data)
    leaf = leaf_in(proof.leaf)
    if leaf.digest != cose_digest(cose):
        raise ProofError(Code.LOG_PROOF_OF_ANOTHER)
    checkpoint = policy.open(proof.note)
    check_inclusion(proof.leaf, proof.index, proof.path, checkpoint)
    if leaf.kind is LeafKind.ISSUE:
        return LogAnswer(proof.index, None, checkpoint.size, complete=False, countries=policy.countries)
    return LogAnswer(None, proof.index, checkpoint.size, complete=False, countries=policy.countries)


def check_inclusion(leaf: bytes, index: int, path: list[bytes], checkpoint: Checkpoint) -> None:
    """Raises ProofError LOG_PROOF_INVALID unless the leaf stands there."""
    if not verify_inclusion(leaf_hash(leaf), index, checkpoint.size, path, checkpoint.root):
        raise ProofError(Code.LOG_PROOF_INVALID, f"leaf {index}")


def leaf_in(data: bytes) -> Leaf:
    """The leaf that a proof carries; ProofError LOG_PROOF_UNREADABLE."""
    try:
        return read_leaf(data)
    except ProofError as error:
        raise ProofError(Code.LOG_PROOF_UNREADABLE, f"leaf: {error.detail}") from None


def _after(word: str, lines: Iterator[str]) -> str:
    """What follows the word in the next line; ProofError LOG_PROOF_UNREADABLE where it does not begin so."""
    line = next(lines, "")
    if not line.startswith(word):
        raise ProofError(Code.LOG_PROOF_UNREADABLE, word)
    return line.removeprefix(word)
