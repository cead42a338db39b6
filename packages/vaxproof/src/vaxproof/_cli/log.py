"""`vaxproof log verify`, `prove`, `witness`: a log's folder, looked at without trusting who keeps it."""

import json
import sys
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vaxproof._cli import exits
from vaxproof._cli.output import harmless, show
from vaxproof._cli.source import NoSuchFileError, read_text
from vaxproof.errors import Code, ProofError
from vaxproof.log.audit import Audit, audit_log
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.folder import FolderStore, write_whole
from vaxproof.log.leaf import LeafKind, cose_digest, read_leaf
from vaxproof.log.note import NoteSigner, NoteVerifier, SignatureKind, read_note
from vaxproof.log.proof import write_proof
from vaxproof.log.tiles import CHECKPOINT, WIDTH, TileReader
from vaxproof.log.witness import Request, State, Witness, decode_state, encode_state
from vaxproof.sentences import LANGUAGES, sentence
from vaxproof.verify import cose_of

_MAX_BYTES = 1 << 20


def vkey(text: str) -> NoteVerifier:
    """A key on the command line; ArgumentTypeError."""
    try:
        return NoteVerifier.parse(text)
    except ProofError as error:
        raise ArgumentTypeError(f"not a vkey ({error.detail})") from None


def verify(arguments: Namespace) -> int:
    """Audit the folder: 0 clean, 1 something is wrong, 2 cannot tell."""
    try:
        policy = policy_of(arguments)
        checkpoint = policy.open(_checkpoint_of(arguments.folder))
        since = replace(policy, quorum=0).open(_read(arguments.since)) if arguments.since else None
    except ProofError as error:
        return _cannot_tell(error, as_json=arguments.json)
    audit = audit_log(FolderStore(arguments.folder), checkpoint, since=since)
    if arguments.json:
        show(json.dumps(_as_values(audit, checkpoint), indent=1))
    else:
        show("\n".join(map(harmless, _as_lines(audit, checkpoint))))
    return exits.VALID if audit.is_clean else exits.NOT_VALID


def prove(arguments: Namespace) -> int:
    """Write the proof that a passport's leaf is in the log: 0 written, 1 not in the log, 2 cannot tell."""
    try:
        digest = cose_digest(cose_of(read_text(arguments.source)))
        note = _checkpoint_of(arguments.folder)
        reader = TileReader(FolderStore(arguments.folder), Checkpoint.decode(read_note(note).text).size)
        index = next(_places(reader, digest, arguments.kind), None)
        data = None if index is None else write_proof(reader, index, note)
    except ProofError as error:
        return _cannot_tell(error, as_json=False)
    if data is None:
        show("\n".join(sentence(Code.NOT_IN_LOG, language) for language in LANGUAGES))
        return exits.NOT_VALID
    if arguments.output:
        arguments.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return exits.VALID


def witness(arguments: Namespace) -> int:
    """Co-sign the folder's checkpoint if it grew out of the last one seen: 0 done, 1 it did not, 2 cannot tell.

    The cosignature's line is printed; it belongs below the checkpoint.
    """
    now = datetime.now(UTC)
    try:
        signer = _witness_key(arguments.key, arguments.name)
        keeper = Witness(signer, [(arguments.origin or arguments.vkey.name, arguments.vkey)])
        state = decode_state(_read(arguments.state)) if arguments.state.exists() else {}
        request = _request(arguments.folder, state)
    except ProofError as error:
        return _cannot_tell(error, as_json=False)
    reply, after = keeper.add_checkpoint(request.encode(), state, now)
    if after is state:
        show(harmless(f"{reply.status} {reply.body.decode().strip()}"))
        return exits.NOT_VALID
    write_whole(arguments.state, encode_state(after))
    show(reply.body.decode().rstrip("\n"))
    return exits.VALID


def policy_of(arguments: Namespace) -> LogPolicy:
    """What `--policy`, or `--vkey` with `--witness`, says: all witnesses named there must have co-signed.

    Raises:
        ProofError: LOG_POLICY_INVALID.
        NoSuchFileError: the file is not there.
    """
    if arguments.policy:
        return LogPolicy.from_json(_read(arguments.policy))
    witnesses = tuple(arguments.witness)
    return LogPolicy(arguments.origin or arguments.vkey.name, arguments.vkey, witnesses, len(witnesses))


def _request(folder: Path, state: State) -> Request:
    """What the log would ask; where it is shorter than what was seen, there is no proof to give."""
    note = _checkpoint_of(folder)
    new = Checkpoint.decode(read_note(note).text)
    last = state.get(new.origin)
    old = last.size if last else 0
    path = TileReader(FolderStore(folder), new.size).consistency_path(old) if old <= new.size else []
    return Request(old, path, note)


def _witness_key(path: Path, name: str) -> NoteSigner:
    """An Ed25519 key in PEM (PKCS #8, unencrypted)."""
    try:
        key = load_pem_private_key(_read(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ProofError(Code.LOG_POLICY_INVALID, "the key is no unencrypted PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ProofError(Code.LOG_POLICY_INVALID, "the key is not Ed25519")
    return NoteSigner(name, key, SignatureKind.COSIGNATURE)


def _places(reader: TileReader, digest: bytes, kind: str) -> Iterator[int]:
    """Where leaves about this passport stand; the bytes are searched before anything is read."""
    needle = digest.hex().encode()
    for bundle in range(-(-reader.size // WIDTH)):
        for place, entry in enumerate(reader.bundle(bundle)):
            if needle in entry and read_leaf(entry)[:2] == (digest, kind):
                yield bundle * WIDTH + place


def _checkpoint_of(folder: Path) -> bytes:
    if not folder.is_dir():
        raise NoSuchFileError(f"no folder {folder}")
    return _read(folder / CHECKPOINT)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise NoSuchFileError(f"no file {path}")
    with path.open("rb") as file:
        return file.read(_MAX_BYTES)


def _cannot_tell(error: ProofError, *, as_json: bool) -> int:
    if as_json:
        show(json.dumps({"clean": None, "code": error.code, "detail": error.detail}, indent=1))
    else:
        sentences = (sentence(error.code, language) for language in LANGUAGES)
        show("\n".join([f"CANNOT_TELL ({error.code})", *sentences, harmless(f"detail: {error.detail}")]))
    return exits.CANNOT_TELL


def _as_values(audit: Audit, checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "clean": audit.is_clean,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "audited": audit.audited,
        "findings": [{"code": finding.code, "place": finding.place} for finding in audit.findings],
        "leaves": [
            {"key_id": kid.hex(), "day": day.isoformat(), "kind": kind, "count": count}
            for (kid, day, kind), count in sorted(audit.counts.items())
        ],
    }


def _as_lines(audit: Audit, checkpoint: Checkpoint) -> Iterator[str]:
    yield f"{'CLEAN' if audit.is_clean else 'NOT CLEAN'}: {checkpoint.origin}"
    yield f"leaves: {checkpoint.size}, read: {audit.audited}"
    for code in dict.fromkeys(finding.code for finding in audit.findings):
        yield from (sentence(code, language) for language in LANGUAGES)
    for finding in audit.findings:
        yield f"{finding.code}: {finding.place}"
    by_key: Counter[tuple[str, LeafKind]] = Counter()
    for (kid, _, kind), count in audit.counts.items():
        by_key[kid.hex(), kind] += count
    yield from (f"key {kid}, {kind}: {count}" for (kid, kind), count in sorted(by_key.items()))
