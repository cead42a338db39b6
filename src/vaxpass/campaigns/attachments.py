"""Files of directives: what an officer uploads is a PDF, a Word text or an Excel sheet by its content, or is refused.

The first bytes tell the kind, never the name. An Office file is an archive (ECMA-376): its members are counted and
inflated before it is kept, so that no bomb reaches those who download it; macros and embedded programs are refused,
and so is a PDF that does something when it is opened. The content is kept as it came: it may carry a signature.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

from vaxpass.campaigns.active_pdf import is_active
from vaxpass.offices.scope import Refused

MOST_BYTES: Final = 10_000_000
_MOST_INFLATED: Final = 60_000_000
_MOST_MEMBERS: Final = 2_000
_PIECE: Final = 1_000_000
_LONGEST_NAME: Final = 100


class AttachmentKind(StrEnum):
    """What a directive may carry."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


CONTENT_TYPES: Final = {
    AttachmentKind.PDF: "application/pdf",
    AttachmentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    AttachmentKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: the name under which it is given out again, its kind, SHA-256 and content."""

    name: str
    kind: AttachmentKind
    digest: bytes
    content: bytes


def read_attachment(name: str, data: bytes) -> ReadFile:
    """Read an uploaded file.

    Refuses ATTACHMENT_EMPTY, ATTACHMENT_TOO_LARGE, ATTACHMENT_TYPE_REFUSED, ATTACHMENT_BROKEN, ATTACHMENT_BOMB,
    ATTACHMENT_ACTIVE, ATTACHMENT_LOCKED.
    """
    if not data:
        raise Refused("ATTACHMENT_EMPTY")
    if len(data) > MOST_BYTES:
        raise Refused("ATTACHMENT_TOO_LARGE", most=MOST_BYTES // 1_000_000)
    kind = _kind(data)
    return ReadFile(_clean(name, kind), kind, sha256(data).digest(), data)


def _kind(data: bytes) -> AttachmentKind:
    if data.startswith(b"%PDF-"):
        if is_active(data):
            raise Refused("ATTACHMENT_ACTIVE")
        return AttachmentKind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _office_file(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # a compound file: old Office, or a new one under a password
        raise Refused("ATTACHMENT_LOCKED")
    raise Refused("ATTACHMENT_TYPE_REFUSED")


_MAIN: Final = {"word/document.xml": AttachmentKind.DOCX, "xl/workbook.xml": AttachmentKind.XLSX}
_ACTIVE: Final = re.compile(r"vbaProject|activeX/|embeddings/|oleObject|macrosheets/|externalLinks/", re.IGNORECASE)
_REMOTE: Final = re.compile(rb"attachedTemplate|/frame|/oleObject", re.IGNORECASE)


def _office_file(data: bytes) -> AttachmentKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive)
            names = set(archive.namelist())
            kind = next((kind for name, kind in _MAIN.items() if name in names), None)
            if kind is None or "[Content_Types].xml" not in names:
                raise Refused("ATTACHMENT_TYPE_REFUSED")
            return kind
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refused("ATTACHMENT_BROKEN") from None


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_INFLATED:
        raise Refused("ATTACHMENT_BOMB")
    if any(one.flag_bits & 1 for one in members):
        raise Refused("ATTACHMENT_LOCKED")
    if any(_ACTIVE.search(one.filename) for one in members):
        raise Refused("ATTACHMENT_ACTIVE")
    left = _MOST_INFLATED
    for one in members:
        left -= _inflate(archive, one, left)


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Inflate a member piece by piece, whatever size it claims; give how many bytes came."""
    came = 0
    relations = member.filename.endswith(".rels")
    with archive.open(member) as opened:
        while piece := opened.read(_PIECE):
            came += len(piece)
            if came > left:
                raise Refused("ATTACHMENT_BOMB")
            if relations and b'"External"' in piece and _REMOTE.search(piece):
                raise Refused("ATTACHMENT_ACTIVE")
    return came


def _clean(name: str, kind: AttachmentKind) -> str:
    """Keep letters, digits and a few signs of a name, and give it the ending of what the file is."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    kept = "".join(sign if sign.isalnum() or sign in " ._-()" else "-" for sign in stem).strip(" .-")
    return f"{kept[:_LONGEST_NAME] or 'directive'}.{kind.value}"
