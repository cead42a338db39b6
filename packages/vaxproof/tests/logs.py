"""A log for tests: its key, two witnesses, leaves, and a folder as it would be published."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vaxproof import Code, ProofError
from vaxproof.log.checkpoint import Checkpoint, LogPolicy, cosign
from vaxproof.log.folder import FolderStore
from vaxproof.log.leaf import LeafKind, leaf_bytes
from vaxproof.log.note import NoteSigner, SignatureKind
from vaxproof.log.tiles import TileReader, TileWriter

ORIGIN = "log.example/vn"
KID = b"\1" * 8
DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def log_key(name: str = ORIGIN) -> NoteSigner:
    return NoteSigner(name, Ed25519PrivateKey.generate())


def witness_key(name: str = "witness.example/1") -> NoteSigner:
    return NoteSigner(name, Ed25519PrivateKey.generate(), SignatureKind.COSIGNATURE)


def cose(number: int) -> bytes:
    """Stands for a passport's bytes: the log knows nothing but their digest."""
    return b"passport %d" % number


def leaf(number: int, kind: LeafKind = LeafKind.ISSUE) -> bytes:
    return leaf_bytes(sha256(cose(number)).digest(), kind, KID, DAY)


def refusal_of(call: Callable[..., object], *arguments: object) -> Code | None:
    """The code with which a call refuses; nothing where it does not. Any other exception goes through."""
    try:
        call(*arguments)
    except ProofError as error:
        return error.code
    return None


@dataclass
class Log:
    """A log in a folder, growing as it is told."""

    folder: Path
    key: NoteSigner = field(default_factory=log_key)
    witnesses: tuple[NoteSigner, ...] = ()
    size: int = 0
    root: bytes = sha256(b"").digest()

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder)

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(ORIGIN, self.size, self.root)

    @property
    def note(self) -> bytes:
        return (self.folder / "checkpoint").read_bytes()

    @property
    def reader(self) -> TileReader:
        return TileReader(self.store, self.size)

    @property
    def policy(self) -> LogPolicy:
        keys = tuple(witness.verifier for witness in self.witnesses)
        return LogPolicy(ORIGIN, self.key.verifier, keys, len(keys))

    def grow(self, count: int, make: Callable[[int], bytes] = leaf) -> "Log":
        """Append leaves and publish a checkpoint with all cosignatures."""
        writer = TileWriter(self.store, self.size, self.root)
        writer.append(map(make, itertools.islice(itertools.count(self.size), count)))
        self.size, self.root = writer.settle()
        note = self.checkpoint.sign(self.key)
        for witness in self.witnesses:
            note = cosign(note, witness, AT)
        self.store.write("checkpoint", note)
        return self
