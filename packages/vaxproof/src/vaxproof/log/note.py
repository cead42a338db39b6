"""Signed notes (C2SP signed-note): a text and, below it, lines with signatures of named Ed25519 keys.

Two kinds of signature: a plain one (type 0x01), as a log makes it, and a witness's cosignature with its time (type
0x04, C2SP tlog-cosignature). Lines of keys that nobody here knows are left alone, as the standard demands.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vaxproof.errors import Code, ProofError

MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 64
_DASH = "\u2014 "
_HASH_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_TIME_BYTES = 8
_MAX_TIME = 253_402_300_799  # the last second of the year 9999
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_VKEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")


class SignatureKind(IntEnum):
    """The type byte of a key (signed-note, "Signature types")."""

    PLAIN = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a note. `blob`: the 4 bytes of the key's id and the signature."""

    name: str
    blob: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes: which key of that name."""
        return self.blob[:_HASH_BYTES]

    def encode(self) -> str:
        """The line, with its end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read, nothing checked. `text` ends with a line break."""

    text: str
    lines: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """The note as bytes."""
        return (self.text + "\n" + "".join(line.encode() for line in self.lines)).encode()

    def with_lines(self, lines: Iterable[SignatureLine]) -> "Note":
        """The note with these lines too; a key's earlier line gives way to its later one."""
        kept = {(line.name, line.key_id): line for line in (*self.lines, *lines)}
        return Note(self.text, tuple(kept.values()))


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A public key with its name: what a `vkey` says, `<name>+<id, 8 hex digits>+<base64 of type and key>`."""

    name: str
    kind: SignatureKind
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> "NoteVerifier":
        """The key that a vkey names.

        Raises:
            ProofError: LOG_POLICY_INVALID.
        """
        match = _VKEY.fullmatch(vkey) if isinstance(vkey, str) else None
        material = octets_of(match[3]) if match else None
        if match is None or material is None or len(material) != 1 + _KEY_BYTES or not _is_name(match[1]):
            raise ProofError(Code.LOG_POLICY_INVALID, "vkey")
        if material[0] not in {kind.value for kind in SignatureKind}:
            raise ProofError(Code.LOG_POLICY_INVALID, "kind of key")
        found = cls(match[1], SignatureKind(material[0]), material[1:])
        if found.key_id.hex() != match[2]:
            raise ProofError(Code.LOG_POLICY_INVALID, "id of key")
        return found

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256 over name, line break, type byte and key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.key).digest()[:_HASH_BYTES]

    @property
    def vkey(self) -> str:
        """The text that `parse` reads."""
        material = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def has_signed(self, line: SignatureLine) -> bool:
        """Whether the line names this key; nothing is checked."""
        return line.name == self.name and line.key_id == self.key_id

    def verify(self, text: str, line: SignatureLine) -> datetime | None:
        """Check a line that names this key; the time of a cosignature, nothing for a plain one.

        Raises:
            ProofError: CHECKPOINT_SIGNATURE_INVALID.
        """
        signature, at = line.blob[_HASH_BYTES:], None
        if self.kind is SignatureKind.COSIGNATURE:
            at, signature = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
        if len(signature) != _SIGNATURE_BYTES or (at is not None and int.from_bytes(at) > _MAX_TIME):
            raise ProofError(Code.CHECKPOINT_SIGNATURE_INVALID, self.name)
        seconds = None if at is None else int.from_bytes(at)
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, _message(text, seconds))
        except (InvalidSignature, ValueError):
            raise ProofError(Code.CHECKPOINT_SIGNATURE_INVALID, self.name) from None
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class NoteSigner:
    """A named Ed25519 key that signs notes: a log's (PLAIN) or a witness's (COSIGNATURE)."""

    def __init__(self, name: str, key: Ed25519PrivateKey, kind: SignatureKind = SignatureKind.PLAIN) -> None:
        """Raises ProofError LOG_POLICY_INVALID where the name is none (empty, or with a space or plus)."""
        if not _is_name(name):
            raise ProofError(Code.LOG_POLICY_INVALID, "name of key")
        self._key = key
        self.verifier = NoteVerifier(name, kind, key.public_key().public_bytes_raw())

    @property
    def name(self) -> str:
        """The name under which it signs."""
        return self.verifier.name

    @property
    def vkey(self) -> str:
        """What verifiers are given."""
        return self.verifier.vkey

    def sign(self, text: str, at: datetime | None = None) -> SignatureLine:
        """The line for a text that ends with a line break; `at` (aware) is needed for, and only for, a cosignature."""
        assert (at is not None) == (self.verifier.kind is SignatureKind.COSIGNATURE)
        seconds = None if at is None else int(at.timestamp())
        time = b"" if seconds is None else seconds.to_bytes(_TIME_BYTES)
        signature = self._key.sign(_message(text, seconds))
        return SignatureLine(self.name, self.verifier.key_id + time + signature)


def sign_note(text: str, *signers: NoteSigner) -> bytes:
    """The note with a plain signature of each signer."""
    return Note(text, tuple(signer.sign(text) for signer in signers)).encode()


def read_note(data: bytes) -> Note:
    """The note's parts; no signature is checked.

    Raises:
        ProofError: CHECKPOINT_UNREADABLE (too long, not UTF-8, control characters, no signature line, half a line).
    """
    if len(data) > MAX_NOTE_BYTES:
        raise ProofError(Code.CHECKPOINT_UNREADABLE, f"{len(data)} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise ProofError(Code.CHECKPOINT_UNREADABLE, "not UTF-8") from None
    above, blank, below = whole.rpartition("\n\n")
    if not above or not blank or not below.endswith("\n") or _CONTROL.search(whole):
        raise ProofError(Code.CHECKPOINT_UNREADABLE, "form")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ProofError(Code.CHECKPOINT_UNREADABLE, f"{len(lines)} signatures")
    return Note(above + "\n", tuple(map(_read_line, lines)))


def read_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Signature lines alone, as a witness answers them.

    Raises:
        ProofError: CHECKPOINT_UNREADABLE.
    """
    return read_note(b"-\n\n" + data).lines


def open_note(data: bytes, verifiers: Sequence[NoteVerifier]) -> tuple[Note, dict[NoteVerifier, datetime | None]]:
    """The note, and which of these keys signed it, with the times of cosignatures.

    Raises:
        ProofError: CHECKPOINT_UNREADABLE; CHECKPOINT_SIGNATURE_INVALID (a line of one of these keys is wrong, or
            there is no line of any of them).
    """
    note = read_note(data)
    found = signatures_of(note, verifiers)
    if not found:
        raise ProofError(Code.CHECKPOINT_SIGNATURE_INVALID, "no known key")
    return note, found


def signatures_of(note: Note, verifiers: Sequence[NoteVerifier]) -> dict[NoteVerifier, datetime | None]:
    """Which of these keys signed the note; each line that names one of them must be right.

    Raises:
        ProofError: CHECKPOINT_SIGNATURE_INVALID.
    """
    return {
        verifier: verifier.verify(note.text, line)
        for line in note.lines
        for verifier in verifiers
        if verifier.has_signed(line)
    }


def octets_of(text: str) -> bytes | None:
    """The bytes of canonical base64 with padding, else nothing."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _message(text: str, seconds: int | None) -> bytes:
    """What is signed: the text, or with a time the text below two lines (tlog-cosignature)."""
    head = "" if seconds is None else f"cosignature/v1\ntime {seconds}\n"
    return (head + text).encode()


def _read_line(line: str) -> SignatureLine:
    name, _, blob = line.removeprefix(_DASH).partition(" ")
    octets = octets_of(blob)
    if not line.startswith(_DASH) or not _is_name(name) or octets is None or len(octets) <= _HASH_BYTES:
        raise ProofError(Code.CHECKPOINT_UNREADABLE, "signature line")
    return SignatureLine(name, octets)


def _is_name(text: str) -> bool:
    """Non-empty, writable in UTF-8, without a plus or any kind of space."""
    return bool(text) and not any(c == "+" or c <= " " or c.isspace() or "\ud800" <= c <= "\udfff" for c in text)
