"""The JavaScript library in two engines: Node, and the browser that people use."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from vaxproof import ProofError, read_certificate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
LIBRARY = ROOT / "src/vaxpass/desks/verifier/static/verifier/proof"
VECTORS = ROOT / "packages/vaxproof/vectors"
CHROMIUM = os.environ.get("VAXPASS_CHROMIUM", "/usr/bin/chromium")
AT_ONCE = 100
Question = dict[str, Any]
Ask = Callable[[Sequence[Question]], list[dict[str, Any]]]


@contextmanager
def engine(*command: str) -> Iterator[Ask]:
    """A process that answers a line of questions with a line of answers."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        given, said = running.stdin, running.stdout

        def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            for start in range(0, len(questions), AT_ONCE):
                given.write(json.dumps(list(questions[start : start + AT_ONCE])) + "\n")
                given.flush()
                found += json.loads(said.readline())
            return found

        yield ask
        given.close()


def as_modules(folder: Path | str) -> Path:
    """A copy of the library that says to Node that its files are modules."""
    for name in ("proof", "audit"):
        copy = shutil.copytree(LIBRARY.parent / name, Path(folder) / name)
        (copy / "package.json").write_text('{"type": "module"}')
    return Path(folder) / "proof"


@pytest.fixture(scope="session")
def node(need: Callable[[bool, str], None]) -> str:
    """The command."""
    found = shutil.which("node")
    need(found is not None, "no node")
    return str(found)


@pytest.fixture(scope="session")
def ask_node(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Answers of the library in Node, which must be told that these are modules."""
    folder = as_modules(tmp_path_factory.mktemp("library"))
    with engine(node, str(HERE / "node_runner.mjs"), str(folder)) as ask:
        yield ask


@pytest.fixture(scope="session")
def ask_chromium(need: Callable[[bool, str], None]) -> Iterator[Ask]:
    """Answers of the library in the browser."""
    need(Path(CHROMIUM).exists(), "no Chromium")
    with engine(sys.executable, str(HERE / "chromium_runner.py"), CHROMIUM, str(LIBRARY)) as ask:
        yield ask


@pytest.fixture(params=[pytest.param("node"), pytest.param("chromium", marks=pytest.mark.browser)])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Each test asks both engines."""
    answers: Ask = request.getfixturevalue(f"ask_{request.param}")
    return answers


@pytest.fixture(scope="session")
def signers() -> list[str]:
    """Signer certificates of the vectors that can be read, as base64; the first has a P-256 key."""
    part = (VECTORS / "documents" / "trust-list.jws").read_bytes().split(b".")[1]
    listed = json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))["certificates"]
    return readable(entry["der"] for entry in listed)


def readable(ders: Iterable[str]) -> list[str]:
    """Those that can be read, P-256 keys first."""
    return sorted(filter(_is_readable, ders), key=_is_elliptic, reverse=True)


def _is_readable(der: str) -> bool:
    try:
        read_certificate(base64.b64decode(der))
    except ProofError:
        return False
    return True


def _is_elliptic(der: str) -> bool:
    return bytes.fromhex("2a8648ce3d030107") in base64.b64decode(der)
