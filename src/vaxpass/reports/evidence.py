"""Photos of paper certificates: what a stranger uploads becomes plain pictures of ours, or is refused by name.

The type is told by the first bytes, never by the file's name or what a browser claims. Nothing of the file is kept:
a child process (`decoding.py`) without our secrets and with little memory and time decodes it, and what it gives back
is drawn anew as JPEG, so that no location, script, second file or trick in a decoder reaches an officer's screen.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Final

from vaxpass.offices.scope import Refused
from vaxpass.reports import decoding
from vaxpass.reports.frames import LONGEST_SIDE, MOST_PAGES, Frame, FramesBrokenError, read_frames

MOST_BYTES: Final = 15_000_000  # of one file: a phone's largest photo is about 12 MB
MOST_PICTURES: Final = 6  # of one report: four photos, or fewer beside a PDF
_SECONDS: Final = 30
_PATIENCE: Final = 5  # seconds that an upload waits for others to be decoded; it holds up a thread of the web process
_AT_ONCE: Final = 2  # children of one web process
_doors = threading.BoundedSemaphore(_AT_ONCE)


class SourceType(StrEnum):
    """What a citizen may send: the four types of dispatch 9458/BYT-CNTT's portal, told by their first bytes."""

    JPEG = "JPEG"
    PNG = "PNG"
    HEIC = "HEIC"
    PDF = "PDF"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A picture of ours: JPEG bytes without metadata, its size in pixels (at most 2000 a side), what it came as."""

    content: bytes
    width: int
    height: int
    source_type: SourceType


_HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # ISO/IEC 23008-12


def read_evidence(name: str, data: bytes) -> list[Evidence]:
    """Turn a file into pictures: one for a photo, up to three for a PDF. The name decides nothing.

    Refuses EVIDENCE_EMPTY, EVIDENCE_TOO_LARGE, EVIDENCE_TYPE_REFUSED, EVIDENCE_SVG, EVIDENCE_ARCHIVE,
    EVIDENCE_TWO_FILES_IN_ONE, EVIDENCE_PDF_ACTIVE, EVIDENCE_PDF_LOCKED, EVIDENCE_PDF_TOO_LONG,
    EVIDENCE_TOO_MANY_PIXELS, EVIDENCE_TOO_SMALL, EVIDENCE_UNREADABLE, EVIDENCE_TOO_HEAVY, EVIDENCE_BUSY.
    """
    del name  # a parameter, so that nobody need wonder whether it was forgotten: names are what a sender likes
    source = source_type(data)
    _check_one_file(data, source)
    return [
        Evidence(frame.content, frame.width, frame.height, source) for frame in _decoded(data, source) if frame.content
    ]


def source_type(data: bytes) -> SourceType:
    """Tell the type by the first bytes; refuses EVIDENCE_EMPTY, _TOO_LARGE, _SVG, _ARCHIVE, _TYPE_REFUSED."""
    if not data:
        raise Refused("EVIDENCE_EMPTY")
    if len(data) > MOST_BYTES:
        raise Refused("EVIDENCE_TOO_LARGE", most=MOST_BYTES // 1_000_000)
    if data.startswith(b"\xff\xd8\xff"):
        return SourceType.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return SourceType.PNG
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return SourceType.HEIC
    if data.startswith(b"%PDF-"):
        return SourceType.PDF
    raise Refused(_stranger(data))


def _stranger(data: bytes) -> str:
    """Name what came instead, so that an honest sender knows what to do."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        return "EVIDENCE_ARCHIVE"
    if b"<svg" in data[:4096].lower():
        return "EVIDENCE_SVG"
    return "EVIDENCE_TYPE_REFUSED"


def _check_one_file(data: bytes, source: SourceType) -> None:
    """Refuse EVIDENCE_TWO_FILES_IN_ONE: something that another program would read as an archive, a PDF or a page.

    A phone may put a short film behind its photo; that is no second document, and it is not kept anyway.
    """
    if _ends_as_zip(data) or (source is not SourceType.PDF and b"%PDF-" in data[:1024]):
        raise Refused("EVIDENCE_TWO_FILES_IN_ONE")
    beginning = data[:1024].lower()
    if any(mark in beginning for mark in (b"<script", b"<html", b"<!doctype", b"<?php", b"<svg")):
        raise Refused("EVIDENCE_TWO_FILES_IN_ONE")


def _ends_as_zip(data: bytes) -> bool:
    """Look for the record that ends an archive (APPNOTE 4.3.16), which readers seek from the file's end."""
    tail = data[-65_557:]
    found = tail.rfind(b"PK\x05\x06")
    while found >= 0:
        comment = int.from_bytes(tail[found + 20 : found + 22], "little")
        if len(tail) - found >= _ZIP_END and comment <= len(tail) - found - _ZIP_END:
            return True
        found = tail.rfind(b"PK\x05\x06", 0, found)
    return False


_ZIP_END: Final = 22


def _decoded(data: bytes, source: SourceType) -> Sequence[Frame]:
    if not _doors.acquire(timeout=_PATIENCE):
        raise Refused("EVIDENCE_BUSY")
    try:
        told = _told_by_child(data, source)
    finally:
        _doors.release()
    try:
        frames = read_frames(told)
    except FramesBrokenError:
        raise Refused("EVIDENCE_UNREADABLE") from None
    if isinstance(frames, str):
        raise Refused(frames, pages=MOST_PAGES, side=LONGEST_SIDE)
    return frames


def _told_by_child(data: bytes, source: SourceType) -> bytes:
    """Give what the child wrote; refuses EVIDENCE_TOO_HEAVY where it ran out of memory, time or output."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(data)
        given.seek(0)
        code = _run(source, given, written)
        written.seek(0)
        if code == decoding.OUT_OF_MEMORY or code < 0:  # below zero: ended by a signal, as a limit does
            raise Refused("EVIDENCE_TOO_HEAVY")
        if code != 0:
            raise Refused("EVIDENCE_UNREADABLE")
        return written.read()


def _run(source: SourceType, given: IO[bytes], written: IO[bytes]) -> int:
    """Run the child; its output is a file, whose size the child's own limits bound. Killed: a negative number."""
    command = [sys.executable, "-I", "-m", decoding.__name__, source.value]
    with Path(os.devnull).open("rb+") as nowhere:
        child = subprocess.Popen(  # noqa: S603 -- the command is ours, word by word
            command, stdin=given, stdout=written, stderr=nowhere, env={"LC_ALL": "C.UTF-8"}, cwd="/", close_fds=True
        )
    try:
        return child.wait(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
