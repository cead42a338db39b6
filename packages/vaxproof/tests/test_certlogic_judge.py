"""CertLogic held against certlogic-js, the implementation that its specification names.

Where the two may differ is written down in `justified`, each with its reason; anything else fails.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vaxproof import Code, ProofError
from vaxproof.rules import certlogic, expression
from vaxproof.rules.moments import Moment

from packages.vaxproof.tests.certlogic_strategies import EXPRESSIONS, JSON_VALUES, NEAR_EXPRESSIONS

pytestmark = pytest.mark.judge
NODE = Path(__file__).parent / "judges" / "node"
REFUSED = {"$refused": True}


@pytest.fixture(scope="module")
def judge(need: Callable[..., None]) -> Callable[[list[tuple[Any, Any]]], list[dict[str, Any]]]:
    node = shutil.which("node")
    need(bool(node) and (NODE / "node_modules" / "certlogic-js").is_dir(), "no node judge (npm ci in judges/node)")

    def ask(questions: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps({"expression": e, "data": d}) + "\n" for e, d in questions)
        command = [str(node), str(NODE / "certlogic.mjs")]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=120)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def ours(logic: Any, data: Any) -> Any:
    try:
        return plain(certlogic.evaluate(logic, data))
    except ProofError as refused:
        return {"$refused": refused.code}


def plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return {"$moment": value.milliseconds}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def alike(mine: Any, theirs: Any) -> bool:
    """Equality that tells true from 1."""
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(alike, mine, theirs))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(alike(mine[key], theirs[key]) for key in mine)
    return mine == theirs and isinstance(mine, bool) == isinstance(theirs, bool)


def parts(logic: Any) -> list[Any]:
    """The expression and all that is in it."""
    inner = logic if isinstance(logic, list) else list(logic.values()) if isinstance(logic, dict) else []
    return [logic, *(part for item in inner for part in parts(item))]


def justified(logic: Any, data: Any, mine: Any) -> list[str]:
    """Why a difference may be right; nothing where nothing justifies it."""
    everything = [*parts(logic), *parts(data)]
    texts = [part for part in everything if isinstance(part, str)]
    names = {name for part in everything if isinstance(part, dict) for name in part}
    invalid = isinstance(mine, dict) and mine.get("$refused") is Code.RULE_EXPRESSION_INVALID
    reasons = {
        "invalid expressions are refused; the judge overlooks surplus operands and wrong paths": invalid,
        "null for an array is empty, as the test suite asks; the judge refuses it": "in" in names,
        "the function of a reduce sees the outer data, as the test suite asks; the judge's does not": (
            "reduce" in names and any(text.startswith("data") for text in texts)
        ),
        "a fraction is neither truthy nor falsy by the specification; the judge takes it for truthy": any(
            isinstance(part, float) and not part.is_integer() for part in everything
        ),
        "sums beyond what ECMAScript keeps exactly are refused; the judge rounds them": (
            "+" in names and any(isinstance(part, int | float) and abs(part) > 2**52 for part in everything)
        ),
        "dates that do not exist are undefined; we refuse them, the judge compares them as not a number": (
            bool({"plusTime", "dccDateOfBirth"} & names) and any(re.fullmatch(r"[0-9T:.Z+-]+", text) for text in texts)
        ),
        "an index reads arrays and an object's own keys; the judge reads letters out of texts too": (
            "var" in names and any(re.search(r"(^|\.)\s*[+-]?[0-9]", text) for text in texts)
        ),
    }
    return [reason for reason, holds in reasons.items() if holds]


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Examples, the same ones every time; asked all at once, because starting the judge takes long."""
    found: list[Any] = []

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found


@pytest.mark.parametrize("strategy", [EXPRESSIONS, NEAR_EXPRESSIONS], ids=["by-the-book", "near-it"])
def test_we_agree_with_the_reference_implementation(strategy, judge):
    questions = drawn(st.tuples(strategy, JSON_VALUES), 1000)
    unjustified, agreed = [], 0
    for (logic, data), answer in zip(questions, judge(questions), strict=True):
        mine = ours(logic, data)
        refused = isinstance(mine, dict) and "$refused" in mine
        same = refused if answer.get("refused") else alike(mine, answer["value"])
        agreed += same
        if not same and not justified(logic, data, mine):
            unjustified.append((logic, data, mine, answer))
    assert unjustified == []
    assert agreed > len(questions) * 0.9


def test_the_same_expressions_are_found_faulty(judge):
    logics = drawn(NEAR_EXPRESSIONS, 1000)
    answers = judge([(logic, None) for logic in logics])
    differ = [
        logic
        for logic, answer in zip(logics, answers, strict=True)
        if (len(expression.faults(logic)) > 0) != (answer["faults"] > 0)
    ]
    assert differ == []


KNOWN = [
    ({"in": [1, {"var": "x"}]}, {}, False, REFUSED),
    ({"reduce": [[1], {"var": "data"}, 0]}, 7, 7, None),
    ({"if": [{"var": ""}, 1, 2]}, 0.5, REFUSED, 1),
    ({"plusTime": ["2021-09-99", 0, "day"]}, None, REFUSED, {"$moment": None}),
    ({"var": "0"}, "text", None, "t"),
    ({"var": "length"}, "text", None, 4),
    ({"var": "1x"}, [5, 6], None, 6),
    ({"!": [True, 1]}, None, REFUSED, False),
    ({"+": [9007199254740991, 1]}, None, REFUSED, 9007199254740992),
]


@pytest.mark.parametrize(("logic", "data", "mine", "theirs"), KNOWN)
def test_each_known_difference_is_there(logic, data, mine, theirs, judge):
    """If the judge changes its mind in a later version, this tells."""
    (answer,) = judge([(logic, data)])
    found = ours(logic, data)
    assert "$refused" in found if mine is REFUSED else found == mine, found
    assert answer.get("refused", False) if theirs is REFUSED else answer["value"] == theirs
