"""A public log in a folder, as anybody may fetch it, and the two ways to ask it about a passport."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.folder import FolderStore
from vaxproof.log.issued import Entry, make_bucket
from vaxproof.log.leaf import LeafKind, cose_digest, leaf_bytes
from vaxproof.log.note import NoteSigner, NoteVerifier
from vaxproof.log.proof import write_proof
from vaxproof.log.tiles import TileReader, TileWriter
from vaxproof.verify import cose_of

ORIGIN = "log.test/vn"
OTHERS = 1000


@dataclass
class PublicLog:
    """Leaves of others and of these passports; `write` publishes it below `path`."""

    path: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    leaves: list[bytes] = field(default_factory=list)

    @property
    def signer(self) -> NoteSigner:
        """Who signs checkpoints."""
        return NoteSigner(ORIGIN, self.key)

    def policy(self) -> dict[str, Any]:
        """What the index says of this log; no witnesses."""
        return LogPolicy(ORIGIN, NoteVerifier.parse(self.signer.vkey), (), 0).to_values()

    def write(self, texts: list[str], now: datetime, *, revoked: list[str] | None = None) -> None:
        """Publish leaves of others, then one for each passport, then its revocations."""
        others = [hashlib.sha256(str(n).encode()).digest() for n in range(OTHERS)]
        kinds = [(LeafKind.ISSUE, texts), (LeafKind.REVOKE, revoked or [])]
        own = [(kind, cose_digest(cose_of(text))) for kind, some in kinds for text in some]
        listed = [*((LeafKind.ISSUE, digest) for digest in others), *own]
        self.leaves = [leaf_bytes(digest, kind, bytes(8), now.date()) for kind, digest in listed]
        store = FolderStore(self.path)
        writer = TileWriter(store)
        writer.append(self.leaves)
        size, root = writer.settle()
        store.write("checkpoint", Checkpoint(ORIGIN, size, root).sign(self.signer))

    def bucket(self, prefix: str) -> str:
        """The answer to a question, as JSON."""
        reader = TileReader(FolderStore(self.path), len(self.leaves))
        entries = [
            Entry(index, leaf, reader.inclusion_path(index))
            for index, leaf in enumerate(self.leaves)
            if json.loads(leaf)["cose"].startswith(prefix)
        ]
        return json.dumps(make_bucket(prefix, (self.path / "checkpoint").read_bytes(), entries, datetime.now(UTC)))

    def proof(self, place: int) -> bytes:
        """The proof file of the passport that was written at this place of the list."""
        reader = TileReader(FolderStore(self.path), len(self.leaves))
        return write_proof(reader, OTHERS + place, (self.path / "checkpoint").read_bytes())
