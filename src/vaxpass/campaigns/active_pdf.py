"""Whether a PDF does something when it is opened. Pure; nothing of the file is run or decoded but its dictionaries."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

_MOST_INFLATED: Final = 20_000_000
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie|Sound|3D)"
    rb"(?![A-Za-z0-9])"
)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n")


def is_active(data: bytes) -> bool:
    """Say whether a PDF carries a script, a file or a command (ISO 32000-1 §12.6.4, §7.11.4), compressed or not."""
    return any(_ACTIVE.search(_ESCAPED.sub(_unescape, part)) for part in _dictionaries(data))


def _unescape(match: "re.Match[bytes]") -> bytes:
    return bytes([int(match[1], 16)])


def _dictionaries(data: bytes) -> Iterator[bytes]:
    """Give what lies outside of streams, and the inside of object streams; other streams draw and cannot act."""
    place = 0
    for match in _STREAM.finditer(data):
        if match.start() < place:
            continue
        before = data[place : match.start()]
        end = data.find(b"endstream", match.end())
        place = end if end >= 0 else len(data)
        yield before
        if b"ObjStm" in _ESCAPED.sub(_unescape, before[-2000:]):
            yield _inflated(data[match.end() : place])
    yield data[place:]


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, _MOST_INFLATED)
    except zlib.error:
        return content  # not compressed, or broken: then looked at as it is
