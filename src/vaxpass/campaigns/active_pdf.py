"""Whether a PDF does something when it is opened. Pure; nothing of the file is run or decoded but its dictionaries."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

_MOST_INFLATED: Final = 20_000_000
"""Of all object streams of a file together; a file that holds more is not looked through, so it may not be kept."""
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie|Sound|3D)"
    rb"(?![A-Za-z0-9])"
)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")


def is_active(data: bytes) -> bool:
    """Say whether a PDF carries a script, a file or a command (ISO 32000-1 §12.6.4, §7.11.4), compressed or not.

    So does one whose object streams inflate beyond what is looked through.
    """
    try:
        return any(_ACTIVE.search(_ESCAPED.sub(_unescape, part)) for part in _dictionaries(data))
    except _TooMuchError:
        return True


class _TooMuchError(Exception):
    """The object streams inflate beyond the limit."""


def _unescape(match: "re.Match[bytes]") -> bytes:
    return bytes([int(match[1], 16)])


def _dictionaries(data: bytes) -> Iterator[bytes]:
    """Give what lies outside of streams, and the inside of object streams; other streams draw and cannot act."""
    place, left = 0, _MOST_INFLATED
    for match in _STREAM.finditer(data):
        if match.start() < place:
            continue
        before = data[place : match.start()]
        end = data.find(b"endstream", match.end())
        place = end if end >= 0 else len(data)
        yield before
        if b"ObjStm" in _ESCAPED.sub(_unescape, before[-2000:]):
            inside = _inflated(data[match.end() : place], left)
            left -= len(inside)
            yield inside
    yield data[place:]


def _inflated(content: bytes, left: int) -> bytes:
    """Inflate a stream; raises _TooMuchError beyond `left` bytes."""
    inflating = zlib.decompressobj()
    try:
        inside = inflating.decompress(content, left + 1)
    except zlib.error:
        return content  # not compressed, or broken: then looked at as it is
    if len(inside) > left:
        raise _TooMuchError
    return inside
