"""What the user gave to look at: a text, a file with a text, a picture, or standard input."""

import sys
from pathlib import Path

from vaxproof._cli.picture import is_picture, read_qr

_MAX_PATH = 1024
_MAX_BYTES = 20 * 1024 * 1024 + 1
_FILE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".txt"})


class NoSuchFileError(Exception):
    """The argument is clearly meant as a file and there is none."""


def read_text(argument: str) -> str:
    """The text to look at.

    Raises:
        NoSuchFileError: a picture or text file is named that is not there.
        ProofError: PICTURE_UNREADABLE.
        OSError: the file cannot be read.
    """
    if argument == "-":
        return _text_of(sys.stdin.buffer.read(_MAX_BYTES))
    if argument.startswith("HC1:") or len(argument) > _MAX_PATH or "\0" in argument:
        return argument
    path = Path(argument)
    if path.is_file():
        with path.open("rb") as file:
            return _text_of(file.read(_MAX_BYTES))
    if path.suffix.lower() in _FILE_SUFFIXES:
        raise NoSuchFileError(argument)
    return argument


def _text_of(data: bytes) -> str:
    return read_qr(data) if is_picture(data) else data.decode("utf-8", "replace")
