"""Milliseconds for each check of a passport. `python -m packages.vaxproof.tests.javascript.speed`."""

import base64
import json
import shutil
import sys
from tempfile import TemporaryDirectory

from packages.vaxproof.tests.javascript import conftest, mutations

ROUNDS = 1000
CASES = ("vaccination-es256", "vaccination-ps256")


def questions() -> list[conftest.Question]:
    """The same passports for every engine."""
    part = (conftest.VECTORS / "documents" / "trust-list.jws").read_bytes().split(b".")[1]
    listed = json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))["certificates"]
    ders = conftest.readable(entry["der"] for entry in listed)
    cases = {case["id"]: case for case in mutations.cases()}
    return [
        {"op": "speed", "text": cases[name]["text"], "at": cases[name]["at"], "ders": ders, "rounds": ROUNDS}
        for name in CASES
        if name in cases
    ]


def main() -> None:
    """Print one line for each engine and passport."""
    with TemporaryDirectory() as folder:
        library = conftest.as_modules(folder)
        node = (shutil.which("node") or "node", str(conftest.HERE / "node_runner.mjs"), str(library))
        browser = (sys.executable, str(conftest.HERE / "chromium_runner.py"), conftest.CHROMIUM, str(library))
        for name, command in (("node", node), ("chromium", browser)):
            with conftest.engine(*command) as ask:
                for case, said in zip(CASES, ask(questions()), strict=False):
                    print(f"{name}: {case}: {said['milliseconds']:.2f} ms, {said['code']}")  # noqa: T201 -- run by hand


if __name__ == "__main__":
    main()
