"""The reader as a process of its own: bytes in, JSON lines out, under limits of memory and time.

A workbook of a few kilobytes can name a cell in the last column of row 1,048,576 and make a reader reserve hundreds
of gigabytes. Here that ends this process and nothing else.
Lines out: `{"headers": [...]}`, then arrays of `[row, [cells]]`, then `{"rows": n}`; a refusal ends them with
`{"refused": code, "facts": {}}`.
"""

import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from vaxpass.intake.parse.refusal import FileRefused
from vaxpass.intake.parse.sheet import read_sheet

ROWS_A_LINE: Final = 5_000
_MEMORY: Final = 3_000_000_000  # bytes of address space
_SECONDS: Final = 60  # of processor time


def limit_resources() -> None:
    """Take the limits upon this process, before any byte of the file is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data


def lines(content: bytes, most_rows: int) -> Iterator[Any]:
    """Give the lines as values, in order."""
    try:
        sheet = read_sheet(content, most_rows=most_rows)
        yield {"headers": sheet.headers}
        count = 0
        while chunk := list(islice(sheet.rows, ROWS_A_LINE)):
            count += len(chunk)
            yield chunk
        yield {"rows": count}
    except FileRefused as refused:
        yield {"refused": refused.code, "facts": refused.facts}


def main() -> None:
    """Read standard input, write standard output."""
    limit_resources()
    for line in lines(sys.stdin.buffer.read(), int(sys.argv[1])):
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
        sys.stdout.buffer.write(b"\n")


if __name__ == "__main__":
    main()
