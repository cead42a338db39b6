"""Our published test vectors: one list of expected answers; the JavaScript library runs the same list."""

import json
from pathlib import Path
from typing import Any

import pytest
from vaxproof import Answer, Code
from vaxproof.verify import answer_of, cose_of

from packages.vaxproof.vectors import make, run

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "packages" / "vaxproof" / "vectors"
LISTED = json.loads((VECTORS / "vectors.json").read_text("utf-8"))
CASES = LISTED["cases"]
# What only an issuer, an importer of foreign lists or an author of rules is told, and what only a browser says.
OF_ISSUERS = {
    *("PRODUCT_UNKNOWN", "PRODUCT_TRIPLE_ILLEGAL", "DOSE_NUMBERS_ILLEGAL", "NAME_MISSING", "NAME_TOO_LONG"),
    *("NAME_NOT_TRANSLITERABLE", "BIRTH_DATE_ILLEGAL", "DOSE_DATE_ILLEGAL", "COUNTRY_ILLEGAL", "ISSUER_NAME_ILLEGAL"),
    *("UVCI_ILLEGAL", "VALIDITY_ILLEGAL", "SIGNATURE_LENGTH_ILLEGAL"),
}
OF_OTHERS = {"RULE_INVALID", "RULE_ENGINE_UNKNOWN", "RULE_EXPRESSION_INVALID", "LOG_NOT_CHECKABLE_HERE"}
EU_NUMBERS = [
    *("B1", "CBO1", "CBO2", "CO1", "CO2", "CO3", "CO4", "DGC1", "DGC2", "DGC3", "DGC5", "DGC6", "DGC7", "DGC8"),
    *(f"CO{number}" for number in range(5, 29)),
    *("H1", "H2", "H3", "Q1", "Q2", "Z1", "Z2"),
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_answer_is_the_expected_one(case: dict[str, Any]) -> None:
    assert run.run(case) == case["expected"]


def said_by_a_verifier(code: Code) -> bool:
    writes_rules = code.startswith("RULE_") and code not in {"RULE_NOT_EVALUABLE", "RULE_ENGINE_TOO_NEW"}
    return not (
        code in OF_ISSUERS | OF_OTHERS or (code.startswith("FOREIGN_") and code != "FOREIGN_KEY_USAGE") or writes_rules
    )


def given_by(expected: dict[str, Any]) -> set[str | None]:
    findings = {finding[3] for finding in expected.get("findings", ())}
    return {expected["code"], expected.get("reason"), *expected.get("remarks", ()), *findings}


def test_every_code_that_a_verifier_can_give_has_a_case() -> None:
    given = set().union(*(given_by(case["expected"]) for case in CASES))
    assert {str(code) for code in Code if said_by_a_verifier(code)} == given - {None}


def test_each_answer_goes_with_its_code() -> None:
    for case in CASES:
        expected = case["expected"]
        assert answer_of(Code(expected["code"])) is Answer(expected["answer"]), case["id"]


@pytest.mark.parametrize("number", EU_NUMBERS)
def test_every_basic_test_of_the_eu_has_a_case(number: str) -> None:
    assert [
        case["id"]
        for case in CASES
        if number in case["about"].replace("(", " ").replace(")", " ").replace(",", " ").split()
    ]


def test_ids_are_unique_and_plain() -> None:
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in ids)


def test_documents_are_those_that_the_cases_name() -> None:
    folder = VECTORS / "documents"
    lying = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert lying == set(make.build()[1])


def test_the_generator_makes_what_lies_there() -> None:
    """Compressed texts may differ by the zlib at hand, so the messages inside are compared."""
    made, documents = make.build()
    assert [case["id"] for case in made["cases"]] == [case["id"] for case in CASES]
    for new, old in zip(made["cases"], CASES, strict=True):
        assert {**new, "text": ""} == {**old, "text": ""}
        if old["expected"].get("code") == "VALID" and "text" in old:
            assert cose_of(new["text"]) == cose_of(old["text"])
    assert {name: run.document(name) for name in documents} == documents
