"""Checkpoints (C2SP tlog-checkpoint): size and root of the log, signed by it and co-signed by witnesses.

A `LogPolicy` says which log is meant, by its key, and how many of which witnesses must have seen it.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from vaxproof.errors import Code, ProofError
from vaxproof.log.merkle import EMPTY_ROOT, HASH_BYTES
from vaxproof.log.note import (
    Note,
    NoteSigner,
    NoteVerifier,
    SignatureKind,
    octets_of,
    read_note,
    sign_note,
    signatures_of,
)
from vaxproof.trust import documents

MAX_SIZE = (1 << 53) - 1
"""Leaves of a log: what JavaScript counts exactly, and more than a country issues in a million years."""
MAX_WITNESSES = 32
_LINES = 3
_MAX_POLICY_BYTES = 16 * 1024 * 1024  # an index names every file, also thousands of revocation batches
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Checkpoint(NamedTuple):
    """The state of a log: `size` leaves with this root (RFC 6962, 32 bytes). `origin` names the log."""

    origin: str
    size: int
    root: bytes

    def encode(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{hash_text(self.root)}\n"

    def sign(self, signer: NoteSigner) -> bytes:
        """The checkpoint as the log publishes it, before any witness."""
        return sign_note(self.encode(), signer)

    @classmethod
    def decode(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Lines after the third are let pass and mean nothing.

        Raises:
            ProofError: CHECKPOINT_UNREADABLE.
        """
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < _LINES or "" in lines or not text.endswith("\n"):
            raise ProofError(Code.CHECKPOINT_UNREADABLE, "text")
        origin, number, octets = lines[0], parse_number(lines[1]), parse_hash(lines[2])
        if number is None or octets is None:
            raise ProofError(Code.CHECKPOINT_UNREADABLE, "size or root")
        if not number and octets != EMPTY_ROOT:
            raise ProofError(Code.CHECKPOINT_UNREADABLE, "root of an empty log")
        return cls(origin, number, octets)


class Seen(NamedTuple):
    """A checkpoint that a policy accepted. `witnessed_at`: when each witness that the policy names co-signed it."""

    checkpoint: Checkpoint
    note: Note
    witnessed_at: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """Which log, by its key, and that `quorum` of these witnesses must have co-signed.

    `countries`: whose passports it keeps (ISO 3166-1 alpha-2); none named: any, so that it is asked about every one.
    """

    origin: str
    log: NoteVerifier
    witnesses: tuple[NoteVerifier, ...] = ()
    quorum: int = 0
    countries: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raises ProofError LOG_POLICY_INVALID: kinds of keys, a witness twice, a quorum out of reach, countries."""
        kinds = {witness.kind for witness in self.witnesses}
        fits = 0 <= self.quorum <= len(self.witnesses) <= MAX_WITNESSES
        if self.log.kind is not SignatureKind.PLAIN or not kinds <= {SignatureKind.COSIGNATURE}:
            raise ProofError(Code.LOG_POLICY_INVALID, "kind of key")
        if len({witness.key for witness in self.witnesses}) != len(self.witnesses) or not fits or not self.origin:
            raise ProofError(Code.LOG_POLICY_INVALID, "witnesses")
        if not all(map(_COUNTRY.fullmatch, self.countries)):
            raise ProofError(Code.LOG_POLICY_INVALID, "countries")

    def open(self, data: bytes) -> Checkpoint:
        """The checkpoint of a note that this policy accepts.

        Raises:
            ProofError: in this order CHECKPOINT_UNREADABLE, CHECKPOINT_OF_ANOTHER_LOG, CHECKPOINT_SIGNATURE_INVALID
                (none of the log's key, or one by a named key that is wrong), CHECKPOINT_WITNESSES_MISSING.
        """
        return self.look(data).checkpoint

    def look(self, data: bytes) -> Seen:
        """As `open`, with the witnesses that were found."""
        note = read_note(data)
        checkpoint = Checkpoint.decode(note.text)
        if checkpoint.origin != self.origin:
            raise ProofError(Code.CHECKPOINT_OF_ANOTHER_LOG)
        found = signatures_of(note, [self.log, *self.witnesses])
        if self.log not in found:
            raise ProofError(Code.CHECKPOINT_SIGNATURE_INVALID, "not by the log")
        witnessed = {verifier.name: at for verifier, at in found.items() if at is not None}
        if len(found) - 1 < self.quorum:
            raise ProofError(Code.CHECKPOINT_WITNESSES_MISSING, f"{len(found) - 1} of {self.quorum}")
        return Seen(checkpoint, note, witnessed)

    @classmethod
    def from_index(cls, index: Mapping[str, Any]) -> "LogPolicy":
        """The policy in the member `log` of the published index.

        Raises:
            ProofError: LOG_POLICY_INVALID.
        """
        return cls.from_values(index.get("log"))

    @classmethod
    def from_values(cls, values: object) -> "LogPolicy":
        """The policy of `{"origin", "vkey", "witnesses": [vkey…], "quorum": n}`; other members are let pass.

        `countries` (`["VN"]`) may be there: absent or empty, the log keeps passports of any.

        Raises:
            ProofError: LOG_POLICY_INVALID.
        """
        match values:
            case {"origin": str(origin), "vkey": str(vkey), "witnesses": list(keys), "quorum": int(quorum), **more}:
                if len(keys) <= MAX_WITNESSES and not isinstance(quorum, bool):
                    witnesses = tuple(map(NoteVerifier.parse, keys))
                    return cls(origin, NoteVerifier.parse(vkey), witnesses, quorum, _countries_in(more))
        raise ProofError(Code.LOG_POLICY_INVALID, "form")

    def to_values(self) -> dict[str, Any]:
        """What `from_values` reads."""
        keys = [witness.vkey for witness in self.witnesses]
        values = {"origin": self.origin, "vkey": self.log.vkey, "witnesses": keys, "quorum": self.quorum}
        return values | ({"countries": sorted(self.countries)} if self.countries else {})

    @classmethod
    def from_json(cls, data: bytes) -> "LogPolicy":
        """The policy in a file: the object of `from_values`, or a whole index with the member `log`.

        Raises:
            ProofError: LOG_POLICY_INVALID.
        """
        if len(data) > _MAX_POLICY_BYTES:
            raise ProofError(Code.LOG_POLICY_INVALID, f"{len(data)} bytes")
        values = documents.read_object(data, Code.LOG_POLICY_INVALID)
        return cls.from_index(values) if "log" in values else cls.from_values(values)

    def to_json(self) -> bytes:
        """The policy as a file; same policy, same bytes."""
        return json.dumps(self.to_values(), ensure_ascii=False, indent=1).encode() + b"\n"


def cosign(note: bytes, witness: NoteSigner, at: datetime) -> bytes:
    """The checkpoint with the witness's cosignature of this time (aware) below it; its older one gives way.

    Only a witness that checked the consistency may call this: `vaxproof.log.witness`.

    Raises:
        ProofError: CHECKPOINT_UNREADABLE.
    """
    read = read_note(note)
    Checkpoint.decode(read.text)
    return read.with_lines([witness.sign(read.text, at)]).encode()


def _countries_in(values: Mapping[Any, object]) -> frozenset[str]:
    """Raises ProofError LOG_POLICY_INVALID."""
    named = values.get("countries", [])
    if not isinstance(named, list) or not all(isinstance(country, str) for country in named):
        raise ProofError(Code.LOG_POLICY_INVALID, "countries")
    return frozenset(named)


def hash_text(node: bytes) -> str:
    """A hash as base64, as lines of checkpoints and proofs have it."""
    return base64.b64encode(node).decode()


def parse_hash(text: str) -> bytes | None:
    """The 32 bytes of canonical base64, else nothing."""
    data = octets_of(text)
    return data if data is not None and len(data) == HASH_BYTES else None


def parse_number(text: str) -> int | None:
    """The decimal number without leading zeros, up to `MAX_SIZE`, else nothing."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        return None
    return int(text)
