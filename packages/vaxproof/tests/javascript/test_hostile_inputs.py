"""What somebody makes to hang or break a verifier: a refusal with the same code in both libraries."""

import json
from typing import Any

import pytest
from vaxproof.trust import documents
from vaxproof.trust.trust_list import FORMAT

from packages.vaxproof.tests.javascript.mutations import base64_of
from packages.vaxproof.tests.javascript.test_agreement import AT, PLAIN, Ask, differences, payload
from packages.vaxproof.vectors.generator.envelope import hc1, vaccination
from packages.vaxproof.vectors.generator.keys import DSC

VERSIONS = ["1" * 4_700 + "x", "1" * 81, "1" * 80, "1.3.0", "\U0001d7d9.3.0", "\U0001d7d9" * 81]


def test_a_version_of_thousands_of_digits(ask: Ask) -> None:
    """Signed with a key that is believed: the pattern of the schema alone would look at it for minutes."""
    texts = [hc1(vaccination() | {"ver": version}) for version in VERSIONS]
    questions = [{"op": "verify", "text": text, "ders": [base64_of(DSC.der)], "at": AT} for text in texts]
    answers = ask(questions)
    refused, valid = "SCHEMA_VALIDATION_FAILED", "VALID"
    assert [said["code"] for said in answers] == [refused, refused, valid, valid, valid, refused]
    assert not differences(questions, answers)


@pytest.mark.parametrize(
    "wide", [[1] * 200_000, {str(n): 1 for n in range(200_000)}, [[1] * 200_000] * 3], ids=["array", "object", "arrays"]
)
def test_a_rule_with_more_members_than_a_call_has_arguments(ask: Ask, wide: Any) -> None:
    questions = [{"op": "expression", "expression": {"in": [1, wide]}}]
    answers = ask(questions)
    assert answers == [{"good": False}]
    assert not differences(questions, answers)


@pytest.mark.parametrize("source", [{"toString": 1, "valueOf": 1}, {"__proto__": None}, [[[]]], 7, None])
def test_a_source_that_is_no_text(ask: Ask, source: Any) -> None:
    listed = json.loads(payload("trust-list.jws"))
    for entry in listed["certificates"]:
        entry["source"] = source
    data = json.dumps(listed | {"format": FORMAT, "version": documents.VERSION}).encode()
    case = PLAIN | {"text": hc1(), "take": ["changed"]}
    questions = [{"op": "case", "case": case, "documents": {"changed": base64_of(data)}}]
    answers = ask(questions)
    assert answers[0]["code"] == "VALID"
    assert not differences(questions, answers)
