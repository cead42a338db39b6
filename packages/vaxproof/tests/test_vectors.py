"""Our published test vectors: one list of expected answers; the JavaScript library runs the same list."""

import json
from pathlib import Path
from typing import Any

import pytest

from packages.vaxproof.vectors import run

VECTORS = Path(__file__).parents[1] / "vectors"
LISTED = json.loads((VECTORS / "vectors.json").read_text("utf-8"))
CASES = LISTED["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_answer_is_the_expected_one(case: dict[str, Any]) -> None:
    assert run.run(case) == case["expected"]
