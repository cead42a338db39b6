"""What every witness is asked alike (C2SP tlog-witness): the size that it saw last, then the proof from there."""

from collections.abc import Callable, Sequence

from vaxproof import ProofError
from vaxproof.log.checkpoint import MAX_SIZE, Checkpoint, parse_number
from vaxproof.log.note import Note, NoteVerifier, SignatureLine, read_lines, read_note, signatures_of
from vaxproof.log.witness import Reply, Request

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.ports import Prove

OK, CONFLICT, FIRST_FAULT = 200, 409, 500
_TRIES = 3  # the size that we remember, the one that it names, and once more if another asked in between


def ask(
    send: Callable[[bytes], Reply], verifier: NoteVerifier, note: bytes, prove: Prove, remembered: int
) -> Sequence[SignatureLine]:
    """Give the witness's lines for a checkpoint; `remembered`: the size that it co-signed last, as far as is known.

    Refuses WITNESS_REFUSED (it will not, or it answers what is no cosignature of this checkpoint by its key);
    Unavailable WITNESS_UNREACHABLE (a fault of its own), and whatever `send` raises.
    """
    read = read_note(note)
    size, old = Checkpoint.decode(read.text).size, remembered
    for _ in range(_TRIES):
        if old > size:
            raise Refused("WITNESS_REFUSED")  # it saw a longer log: ours shrank, or this checkpoint is an old one
        reply = send(Request(old, list(prove(old)), note).encode())
        if reply.status == OK:
            return _lines(reply.body, read, verifier)
        old = _size_named(reply, instead_of=old)
    raise Refused("WITNESS_REFUSED")


def _size_named(reply: Reply, *, instead_of: int) -> int:
    """The size that it saw last, where it names another one."""
    if reply.status >= FIRST_FAULT:
        raise Unavailable("WITNESS_UNREACHABLE")
    size = parse_number(reply.body.decode("ascii", "replace").removesuffix("\n")) if reply.status == CONFLICT else None
    if size is None or size == instead_of or size > MAX_SIZE:
        raise Refused("WITNESS_REFUSED")
    return size


def _lines(body: bytes, note: Note, verifier: NoteVerifier) -> Sequence[SignatureLine]:
    """Its lines, if its key made one of them; what others may have signed is left out."""
    try:
        lines = [line for line in read_lines(body) if verifier.has_signed(line)]
        if signatures_of(Note(note.text, tuple(lines)), [verifier]):
            return lines
    except ProofError:
        pass
    raise Refused("WITNESS_REFUSED")
