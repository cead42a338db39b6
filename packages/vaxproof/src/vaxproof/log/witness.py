"""A witness (C2SP tlog-witness): co-signs a checkpoint only if it grew out of the last one that it co-signed. Pure.

The keeper of a witness gives the request's body and what was last seen of each log; it must store the new state
before it answers, and take one request at a time for one log.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from vaxproof.errors import Code, ProofError
from vaxproof.log.checkpoint import Checkpoint, hash_text, parse_hash, parse_number
from vaxproof.log.consistency import MAX_PATH, verify_consistency
from vaxproof.log.merkle import EMPTY_ROOT
from vaxproof.log.note import (
    MAX_NOTE_BYTES,
    Note,
    NoteSigner,
    NoteVerifier,
    SignatureKind,
    read_note,
    signatures_of,
)

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4 * 1024
PLAIN_TEXT = "text/plain; charset=utf-8"
SIZE_TEXT = "text/x.tlog.size"
_STATE_FORMAT = "vaxproof-witness-state"

State = Mapping[str, Checkpoint]
"""The last checkpoint that was co-signed, by origin."""


class Request(NamedTuple):
    """What a log asks of a witness: its checkpoint, and the proof that it grew out of `old` entries."""

    old: int
    path: list[bytes]
    note: bytes

    def encode(self) -> bytes:
        """The body of add-checkpoint."""
        return "\n".join([f"old {self.old}", *map(hash_text, self.path), "", ""]).encode() + self.note

    @classmethod
    def decode(cls, body: bytes) -> "Request":
        """Read the body.

        Raises:
            ProofError: LOG_PROOF_UNREADABLE.
        """
        head, blank, note = body.partition(b"\n\n")
        first, *lines = head.decode("ascii", "replace").split("\n")
        old = parse_number(first.removeprefix("old ")) if first.startswith("old ") else None
        path = [node for node in map(parse_hash, lines) if node is not None]
        if len(body) > MAX_REQUEST_BYTES or not blank or old is None or not len(path) == len(lines) <= MAX_PATH:
            raise ProofError(Code.LOG_PROOF_UNREADABLE, "add-checkpoint")
        return cls(old, path, note)


class Reply(NamedTuple):
    """An answer by HTTP. 200: the cosignature; 409: the size last co-signed; 400, 403, 404, 422: a word why not."""

    status: int
    body: bytes
    content_type: str = PLAIN_TEXT


class Witness:
    """A witness with its key and the logs that it knows: their origins and keys."""

    def __init__(self, signer: NoteSigner, logs: Iterable[tuple[str, NoteVerifier]]) -> None:
        """Raises ProofError LOG_POLICY_INVALID where the key is not one for cosignatures."""
        if signer.verifier.kind is not SignatureKind.COSIGNATURE:
            raise ProofError(Code.LOG_POLICY_INVALID, "kind of key")
        self._signer = signer
        self._logs: dict[str, list[NoteVerifier]] = {}
        for origin, verifier in logs:
            self._logs.setdefault(origin, []).append(verifier)

    @property
    def vkey(self) -> str:
        """What verifiers are given."""
        return self._signer.vkey

    def add_checkpoint(self, body: bytes, state: State, at: datetime) -> tuple[Reply, State]:
        """The answer to a request at a time (aware), and the state afterwards: the same object where nothing changed.

        Never raises on any body.
        """
        try:
            request = Request.decode(body)
            note = read_note(request.note)
            checkpoint = Checkpoint.decode(note.text)
        except ProofError:
            return _refused(400, "unreadable"), state
        refusal = self._refusal(request, note, checkpoint, state.get(checkpoint.origin))
        if refusal is not None:
            return refusal, state
        line = self._signer.sign(note.text, at).encode()
        return Reply(200, line.encode()), {**state, checkpoint.origin: checkpoint}

    def _refusal(self, request: Request, note: Note, new: Checkpoint, last: Checkpoint | None) -> Reply | None:
        """The first rule that the request breaks, in the standard's order."""
        if new.origin not in self._logs:
            return _refused(404, "unknown log")
        if not _is_signed(note, self._logs[new.origin]):
            return _refused(403, "not signed by this log")
        if request.old > new.size:
            return _refused(400, "old size above the checkpoint's")
        old, root = (last.size, last.root) if last else (0, EMPTY_ROOT)
        if request.old != old or (old == new.size and last and root != new.root):
            return Reply(409, f"{old}\n".encode(), SIZE_TEXT)
        if not verify_consistency(old, root, new.size, new.root, request.path):
            return _refused(422, "not consistent with what was seen")
        return None


def encode_state(state: State) -> bytes:
    """The state as a file."""
    seen = {origin: {"size": last.size, "root": hash_text(last.root)} for origin, last in sorted(state.items())}
    return json.dumps({"format": _STATE_FORMAT, "version": 1, "logs": seen}, indent=1).encode() + b"\n"


def decode_state(data: bytes) -> State:
    """Read the file.

    Raises:
        ProofError: CHECKPOINT_UNREADABLE: a witness that forgot what it saw must not go on.
    """
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise ProofError(Code.CHECKPOINT_UNREADABLE, "state") from None
    match values:
        case {"format": "vaxproof-witness-state", "version": 1, "logs": dict(logs)}:
            return {origin: _last_of(origin, seen) for origin, seen in logs.items()}
    raise ProofError(Code.CHECKPOINT_UNREADABLE, "state")


def _last_of(origin: str, seen: object) -> Checkpoint:
    match seen:
        case {"size": int(size), "root": str(text)} if not isinstance(size, bool) and size >= 0:
            root = parse_hash(text)
            if root is not None:
                return Checkpoint(origin, size, root)
    raise ProofError(Code.CHECKPOINT_UNREADABLE, "state")


def _is_signed(note: Note, keys: list[NoteVerifier]) -> bool:
    try:
        return bool(signatures_of(note, keys))
    except ProofError:
        return False


def _refused(status: int, why: str) -> Reply:
    return Reply(status, f"{why}\n".encode())
