"""What kind of file is this? Looked at by its bytes, never by its name.

In: the bytes. Out: XLSX or CSV, or the refusal that says what it is instead.
"""

import io
import zipfile
from enum import StrEnum
from typing import Final

from vaxpass.intake.parse.refusal import FileRefused

MOST_INFLATED: Final = 400_000_000  # bytes declared by all entries together; 100,000 rows of Excel need about 100 MB
_MOST_ENTRIES: Final = 2_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: old Excel, or a password on a new one
_ENCRYPTED_FLAG: Final = 0x1
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Kind(StrEnum):
    """The kinds that are read."""

    XLSX = "xlsx"
    CSV = "csv"


def tell_kind(content: bytes) -> Kind:
    """Tell what the bytes are. Raises FileRefused."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise FileRefused("FILE_EMPTY")
    if content.startswith(b"PK"):
        _check_workbook(content)
        return Kind.XLSX
    if content.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise FileRefused("FILE_ENCRYPTED" if is_locked else "FILE_LEGACY_XLS")
    if content.startswith(_UTF16_MARKS):
        raise FileRefused("FILE_UTF16")
    if b"\x00" in content:
        raise FileRefused("FILE_UTF16" if _is_utf16(content) else "FILE_OTHER_KIND")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise FileRefused("FILE_OTHER_KIND")
    return Kind.CSV


def _is_utf16(content: bytes) -> bool:
    """Say whether every other byte of the beginning is mostly zero, as Latin letters are in UTF-16."""
    head = content[:2000]
    return max(head[0::2].count(0), head[1::2].count(0)) * 4 > len(head)


def _check_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):  # RuntimeError: packed in a way nobody unpacks
        raise FileRefused("FILE_BROKEN") from None
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise FileRefused("FILE_ENCRYPTED")
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise FileRefused("FILE_MACRO")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise FileRefused("FILE_OTHER_KIND")
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise FileRefused("FILE_INFLATES", megabytes=MOST_INFLATED // 1_000_000)
