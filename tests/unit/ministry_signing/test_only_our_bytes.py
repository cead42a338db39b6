"""The ministry signs only bytes that the platform built from the stored record: the one call of the key, its types."""

import ast
import inspect
from pathlib import Path
from typing import get_type_hints

import vaxpass
from vaxpass.ministry_signing import preparing, signing

ROOT = Path(vaxpass.__file__).parent


def _calls_of_sign(file: Path) -> list[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sign"
    ]


def test_the_ministrys_key_is_asked_to_sign_in_one_place() -> None:
    found = {
        f"{file.relative_to(ROOT)}": calls
        for room in ("ministry_signing", "passports")
        for file in sorted((ROOT / room).rglob("*.py"))
        if (calls := _calls_of_sign(file))
    }
    assert found == {"ministry_signing/signing.py": ["key.sign(one.to_be_signed)"]}


def test_jobs_and_the_ministrys_desk_never_touch_the_key() -> None:
    for folder in ("jobs", "desks/ministry"):
        for file in (ROOT / folder).rglob("*.py"):
            assert _calls_of_sign(file) == []


def test_no_public_function_of_preparing_and_signing_takes_bytes_or_text() -> None:
    allowed_text = {"issuer_name"}  # a setting of the platform, the same for all
    for module in (preparing, signing):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            hints = get_type_hints(function)
            takes = {what for what, kind in hints.items() if what != "return" and kind in {bytes, str, memoryview}}
            assert takes <= allowed_text, name
