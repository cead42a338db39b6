"""Whole logs, right, forked, shrunk and altered: JavaScript finds first what Python finds first."""

import base64
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from packages.vaxproof.tests.javascript import mutations
from packages.vaxproof.vectors import run

Question = dict[str, Any]
Ask = Callable[[Sequence[Question]], list[dict[str, Any]]]
CASES = [case for case in mutations.cases() if case["kind"] == "log"]


def question_of(case: dict[str, Any]) -> Question:
    since = base64_of(run.document(case["since"])) if case["since"] else None
    files = {path: base64_of(data) for path, data in files_of(case).items()}
    return {"op": "audit", "policy": base64_of(run.document(case["policy"])), "since": since, "files": files}


def files_of(case: dict[str, Any]) -> dict[str, bytes]:
    folder = run.HERE / "documents" / case["folder"]
    lying = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    replaced = {path: run.document(name) for path, name in case["replaced"].items() if name}
    return {path: data for path, data in (lying | replaced).items() if case["replaced"].get(path, path)}


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_vectors_of_logs(ask: Ask) -> None:
    said = ask([question_of(case) for case in CASES])
    wrong = [
        (case["id"], answer) for case, answer in zip(CASES, said, strict=True) if answer_of(answer) != case["expected"]
    ]
    assert not wrong


def answer_of(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said.get(name) for name in ("answer", "code")}


@pytest.mark.parametrize("folder", ["logs/small", "logs/large"])
def test_one_byte_anywhere_is_found(ask: Ask, folder: str) -> None:
    """A byte of the tiles or of the leaves below the checkpoint; files of earlier sizes prove nothing."""
    case = next(case for case in CASES if case["folder"] == folder and case["expected"]["code"] == "VALID")
    whole, random_ = files_of(case), random.Random(folder)
    needed = [path for path in whole if path != "checkpoint" and ".p/3" not in path]
    questions = []
    for _ in range(40):
        path = random_.choice(needed)
        data, place = bytearray(whole[path]), random_.randrange(len(whole[path]))
        data[place] ^= 1 << random_.randrange(8)
        files = {name: base64_of(content) for name, content in (whole | {path: bytes(data)}).items()}
        questions.append(question_of(case) | {"files": files, "since": None})
    assert {answer["code"] for answer in ask(questions)} <= {
        "LOG_TILE_ALTERED",
        "LOG_LEAF_UNREADABLE",
        "LOG_ROOT_DIFFERS",
    }
