"""What the ministry's pages call things."""

import ast
from collections.abc import Iterator
from pathlib import Path

import vaxpass
from vaxpass.desks.ministry.words import LOOKED_FOR

SOURCE = Path(vaxpass.__file__).parent


def purposes() -> Iterator[str]:
    """Every literal purpose that the code gives to a look."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[str]:
    named = [word.value for word in node.keywords if word.arg == "purpose"]
    if isinstance(node.func, ast.Name) and node.func.id in {"note_looks", "load_people"}:
        named += node.args
    for value in named:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def test_every_purpose_of_a_look_is_told_in_words() -> None:
    found = set(purposes())
    assert found
    assert found <= set(LOOKED_FOR)
