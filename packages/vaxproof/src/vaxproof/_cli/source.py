"""What the user gave to look at: a text, a file with a text, a picture, or standard input."""

import re
import sys
from pathlib import Path

from vaxproof.picture import is_picture, read_qr

_MAX_PATH = 255
_MAX_BYTES = 20 * 1024 * 1024 + 1


_CODE = re.compile(r"\s*HC[0-9A-Z]:", re.IGNORECASE)
_PATH = re.compile(r"[^$%*\n]*[/\\][^$%*\n]*|[^$%*:\n]*\.[A-Za-z]{2,5}")


class NoSuchFileError(Exception):
    """The argument is clearly meant as a file and there is none. Its text is for the user."""


def read_text(argument: str) -> str:
    """The text to look at.

    Raises:
        NoSuchFileError: a picture or text file is named that is not there.
        ProofError: PICTURE_UNREADABLE.
        OSError: the file cannot be read.
    """
    if argument == "-":
        return _from_standard_input()
    if _CODE.match(argument) or len(argument) > _MAX_PATH or "\0" in argument:
        return argument
    path = Path(argument)
    if argument and path.is_dir():
        raise NoSuchFileError(f"{argument} is a folder")
    if path.exists():
        with path.open("rb") as file:
            return _text_of(file.read(_MAX_BYTES))
    if _PATH.fullmatch(argument):
        raise NoSuchFileError(f"no file {argument}")
    return argument


def _from_standard_input() -> str:
    if sys.stdin is None:
        raise NoSuchFileError("standard input is closed")
    return _text_of(sys.stdin.buffer.read(_MAX_BYTES))


def _text_of(data: bytes) -> str:
    return read_qr(data) if is_picture(data) else data.decode("utf-8", "replace")
