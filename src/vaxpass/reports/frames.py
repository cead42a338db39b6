"""What the decoding child tells its parent, and the measures that both keep. Plain bytes: no pickle, no trust.

A message is a 4-byte magic, then either `R` with a refusal's code, or `F` with a count and so many frames of
width, height, length (4 bytes each, big-endian) and content.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_SIDE: Final = 2000  # pixels of a kept picture: small print on an A5 paper stays readable
SHORTEST_SIDE: Final = 16
MOST_PIXELS: Final = 60_000_000  # of a source: the largest phone sensors in "full" mode make 50 million
MOST_PAGES: Final = 3
MOST_OUTPUT: Final = 16_000_000  # bytes that the child may write
_MAGIC: Final = b"VXP1"
_CODE: Final = re.compile(rb"EVIDENCE_[A-Z_]{3,40}")
_HEAD: Final = struct.Struct(">III")
_JPEG: Final = b"\xff\xd8\xff"


class FramesBrokenError(Exception):
    """The child told something that it never tells when all is well."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture as JPEG."""

    content: bytes
    width: int
    height: int


def write_frames(frames: Sequence[Frame]) -> bytes:
    """Write pictures as a message."""
    parts = [_HEAD.pack(frame.width, frame.height, len(frame.content)) + frame.content for frame in frames]
    return _MAGIC + b"F" + bytes([len(frames)]) + b"".join(parts)


def write_refusal(code: str) -> bytes:
    """Write a refusal as a message."""
    return _MAGIC + b"R" + code.encode()


def read_frames(message: bytes) -> list[Frame] | str:
    """Read a message: pictures, or a refusal's code; raises FramesBrokenError on anything else."""
    kind, rest = message[4:5], message[5:]
    if message[:4] != _MAGIC or len(message) > MOST_OUTPUT:
        raise FramesBrokenError
    if kind == b"R" and _CODE.fullmatch(rest):
        return rest.decode()
    if kind != b"F" or not rest or not 1 <= rest[0] <= MOST_PAGES:
        raise FramesBrokenError
    return _frames(rest[1:], rest[0])


def _frames(rest: bytes, count: int) -> list[Frame]:
    frames = []
    for _place in range(count):
        if len(rest) < _HEAD.size:
            raise FramesBrokenError
        width, height, length = _HEAD.unpack_from(rest)
        content, rest = rest[_HEAD.size : _HEAD.size + length], rest[_HEAD.size + length :]
        sides_fit = all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in (width, height))
        if len(content) != length or not content.startswith(_JPEG) or not sides_fit:
            raise FramesBrokenError
        frames.append(Frame(content, width, height))
    if rest:
        raise FramesBrokenError
    return frames
