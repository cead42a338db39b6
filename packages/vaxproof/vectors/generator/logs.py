"""A small transparency log made by hand: RFC 6962 hashes, C2SP notes, tiles, proofs and buckets."""

import json
import struct
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from packages.vaxproof.vectors.generator.envelope import AT
from packages.vaxproof.vectors.generator.keys import DSC, Identity, ed25519_key
from packages.vaxproof.vectors.generator.publications import b64, stamp

ORIGIN = "log.test.example/vaccination"
PLAIN, COSIGNATURE = b"\x01", b"\x04"


class Signer:
    """A named Ed25519 key. `kind`: PLAIN (a log's) or COSIGNATURE (a witness's)."""

    def __init__(self, name: str, file: str, kind: bytes = COSIGNATURE) -> None:
        self.name, self.file, self.kind = name, file, kind

    @property
    def key(self) -> Ed25519PrivateKey:
        """The private key."""
        return ed25519_key(self.file)

    @property
    def material(self) -> bytes:
        """Type byte and public key."""
        return self.kind + self.key.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the hash over name and key (signed-note)."""
        return sha256(self.name.encode() + b"\n" + self.material).digest()[:4]

    @property
    def vkey(self) -> str:
        """The public key as policies name it."""
        return f"{self.name}+{self.key_id.hex()}+{b64(self.material)}"

    def line(self, text: str, at: int = int(AT.timestamp()), *, spoil: bool = False) -> str:
        """The signature line of a note's text; `spoil`: with one bit flipped."""
        time, message = b"", text.encode()
        if self.kind == COSIGNATURE:
            time, message = struct.pack(">Q", at), f"cosignature/v1\ntime {at}\n".encode() + message
        signature = self.key.sign(message)
        if spoil:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return f"\u2014 {self.name} {b64(self.key_id + time + signature)}\n"


LOG = Signer(ORIGIN, "log", PLAIN)
IMPOSTOR = Signer(ORIGIN, "log-impostor", PLAIN)
WITNESSES = tuple(Signer(f"witness{n}.test.example", f"witness-{n}") for n in (1, 2, 3))
STRANGER = Signer("stranger.test.example", "witness-stranger")


def policy(*, quorum: int = 2, witnesses: Sequence[Signer] = WITNESSES, **changes: Any) -> bytes:
    """The log's policy as a file."""
    values = {"origin": ORIGIN, "vkey": LOG.vkey, "witnesses": [w.vkey for w in witnesses], "quorum": quorum}
    return json.dumps(values | changes, indent=1).encode() + b"\n"


def leaf(cose: bytes, kind: str = "issue", key: Identity = DSC, day: str = "2026-05-02") -> bytes:
    """The bytes of a leaf about a passport."""
    return f'{{"cose":"{sha256(cose).hexdigest()}","day":"{day}","kid":"{key.kid.hex()}","kind":"{kind}"}}'.encode()


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1."""
    return sha256(b"\x00" + data).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (RFC 6962 §2.1)."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    middle = _split(len(hashes))
    return sha256(b"\x01" + root(hashes[:middle]) + root(hashes[middle:])).digest()


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The inclusion path of a leaf, lowest first (RFC 6962 §2.1.1)."""
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    if index < middle:
        return [*path(index, hashes[:middle]), root(hashes[middle:])]
    return [*path(index - middle, hashes[middle:]), root(hashes[:middle])]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


class Log:
    """Leaves in order."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = list(leaves)
        self.hashes = [leaf_hash(data) for data in leaves]

    def text(self, size: int | None = None, *, origin: str = ORIGIN, top: bytes | None = None) -> str:
        """The checkpoint's text."""
        size = len(self.leaves) if size is None else size
        return f"{origin}\n{size}\n{b64(top or root(self.hashes[:size]))}\n"

    def checkpoint(
        self, text: str | None = None, *, by: Signer = LOG, witnesses: Sequence[Signer] = WITNESSES[:2], more: str = ""
    ) -> bytes:
        """The signed note; `more`: further lines below."""
        text = self.text() if text is None else text
        lines = by.line(text) + "".join(witness.line(text) for witness in witnesses)
        return f"{text}\n{lines}{more}".encode()

    def proof(self, at: int, /, **changes: Any) -> bytes:
        """The proof file of a leaf; `changes`: extra, index, path, note, first."""
        parts = {
            "first": "c2sp.org/tlog-proof@v1", "extra": self.leaves[at], "index": str(at),
            "path": path(at, self.hashes), "note": self.checkpoint(),
        } | changes  # fmt: skip
        extra = [f"extra {b64(parts['extra'])}"] if parts["extra"] is not None else []
        lines = [parts["first"], *extra, f"index {parts['index']}", *map(b64, parts["path"])]
        return "\n".join([*lines, "", ""]).encode() + bytes(parts["note"])

    def entry(self, index: int) -> dict[str, Any]:
        """One entry of a bucket."""
        nodes = [b64(node) for node in path(index, self.hashes)]
        return {"index": index, "leaf": self.leaves[index].decode(), "path": nodes}

    def bucket(self, prefix: str, /, *, asked_at: datetime = AT, **changes: Any) -> bytes:
        """The answer to a question by prefix."""
        found = [n for n, data in enumerate(self.leaves) if data.decode()[9:].startswith(prefix)]
        values = {
            "format": "vaxproof-bucket", "version": 1, "prefix": prefix, "checkpoint": self.checkpoint().decode(),
            "asked_at": stamp(asked_at), "entries": [self.entry(n) for n in found], "waiting": [],
        }  # fmt: skip
        return json.dumps(values | changes, ensure_ascii=False, indent=1).encode() + b"\n"

    def files(self, *earlier: int) -> dict[str, bytes]:
        """Checkpoint, tiles and bundles of entries, by their names (C2SP tlog-tiles); partial ones of earlier sizes too."""
        found: dict[str, bytes] = {}
        for size in earlier:
            found |= Log(self.leaves[:size]).files()
        found["checkpoint"] = self.checkpoint()
        for first in range(0, len(self.leaves), 256):
            part = self.leaves[first : first + 256]
            found[f"tile/entries/{_name(first // 256, len(part))}"] = b"".join(
                struct.pack(">H", len(data)) + data for data in part
            )
        level, hashes = 0, self.hashes
        while hashes:
            for first in range(0, len(hashes), 256):
                tile = hashes[first : first + 256]
                found[f"tile/{level}/{_name(first // 256, len(tile))}"] = b"".join(tile)
            whole = len(hashes) // 256 * 256
            hashes = [root(hashes[first : first + 256]) for first in range(0, whole, 256)]
            level += 1
        return found


def _name(index: int, width: int) -> str:
    return f"{index:03}" + ("" if width == 256 else f".p/{width}")


def spoiled(data: bytes, at: int = 0) -> bytes:
    """The bytes with one bit flipped."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
