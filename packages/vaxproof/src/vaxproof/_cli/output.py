"""What goes to the screen: nothing that a terminal obeys, nothing that JSON cannot say, no failure half-way."""

import io
import os
import sys
from collections.abc import Mapping
from math import isfinite
from typing import Any


def prepare_streams() -> None:
    """Letters that the terminal's alphabet lacks are written as escapes instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show(text: str) -> None:
    """Write the text to standard output, if anybody still listens there.

    Raises:
        OSError: it cannot be written (a full disk).
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _let_go()
    except OSError:
        _let_go()
        raise


def _let_go() -> None:
    """What is left unwritten goes nowhere, so that ending the program does not try once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def harmless(text: object) -> str:
    """The text with line breaks, control and direction characters as escapes: a name must not steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def as_values(value: Any) -> Any:
    """The value as JSON can say it: bytes in hexadecimal, keys as text, anything unknown by its name."""
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(as_values(key)): as_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_values(item) for item in value]
    return str(value)
