"""Reads a file in a process of its own, with limits (see __main__.py).

In: any bytes. Out: headers, and the rows as JSON lines, ready to be sealed as they are; or FileRefused.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from vaxpass.intake.parse.refusal import FileRefused


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file read: header texts, and chunks of some thousand rows, each a JSON array of `[row, [cells]]`."""

    headers: tuple[str, ...]
    chunks: list[bytes]
    rows: int


def read_file(content: bytes, *, most_bytes: int, most_rows: int) -> ReadFile:
    """Read a file under limits. Raises FileRefused; never anything else for what the bytes are."""
    if len(content) > most_bytes:
        raise FileRefused("FILE_TOO_LARGE", megabytes=most_bytes // 1_000_000)
    command = [sys.executable, "-m", "vaxpass.intake.parse", str(most_rows)]
    with subprocess.Popen(  # noqa: S603 -- our own module, no shell, one number as argument
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, content)
        return _receive(process.stdout)


def _send(pipe: IO[bytes], content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        return  # it died; what it said, or did not say, tells why


def _receive(pipe: IO[bytes]) -> ReadFile:
    chunks: list[bytes] = []
    headers: tuple[str, ...] = ()
    for line in _whole_lines(pipe):
        if line.startswith(b"["):
            chunks.append(line)
            continue
        said = json.loads(line)
        if "refused" in said:
            raise FileRefused(said["refused"], **said["facts"])
        if "rows" in said:
            return ReadFile(headers, chunks, said["rows"])
        headers = tuple(said["headers"])
    raise FileRefused("FILE_INFLATES", megabytes=0)  # ended by its limits


def _whole_lines(pipe: IO[bytes]) -> Iterator[bytes]:
    return (line for line in pipe if line.endswith(b"\n"))
