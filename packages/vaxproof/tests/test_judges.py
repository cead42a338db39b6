"""Verifiers that we did not write accept what we issue, and refuse it with one bit flipped."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from vaxproof import issue
from vaxproof.envelope import base45, cose, cwt, deflate
from vaxproof.log import merkle
from vaxproof.trust.certificates import SignerCertificate
from vaxproof.verify import cose_of, open_text

from packages.vaxproof.vectors.run import device_of

pytestmark = pytest.mark.judge
JUDGES = Path(__file__).parent / "judges"
VECTORS = Path(__file__).parents[1] / "vectors"
ES256 = -7
# Oddities of real issuers that a verifier must accept (EU's CO28) and these judges do not.
OTHER_TAGS = {"untagged", "cwt-and-cose-tags"}
MANGLED = {"white-space-around", "percent-mangled"}
# `cwt` looks at the real clock, so what it judges is issued now.
CLOCK = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def ask(command: list[str], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def cwt_judge(root: Path, need: Callable[..., None]) -> Callable[..., Any]:
    python = root / ".venv-judge" / "bin" / "python"
    need(python.exists(), "no .venv-judge (pip install --require-hashes -r requirements/judge.lock)")
    return lambda questions: ask([str(python), str(JUDGES / "cwt_judge.py")], questions)


@pytest.fixture(scope="session")
def node_judge(need: Callable[..., None]) -> Callable[..., Any]:
    node = shutil.which("node")
    need(bool(node) and (JUDGES / "node" / "node_modules").is_dir(), "no node judge (npm ci in tests/judges/node)")
    return lambda questions: ask([str(node), str(JUDGES / "node" / "judge.mjs")], questions)


def issued(office: Any, record: Any) -> bytes:
    prepared = issue.prepare(record, CLOCK, CLOCK + timedelta(days=30), office.signer.key_id, office.signer.algorithm)
    return issue.finish(prepared, office.signer.sign(prepared.to_be_signed))


def flipped(sign1: bytes) -> list[bytes]:
    """One bit flipped: in the birth year inside the payload, and in the last byte of the signature."""
    at = sign1.index(b"1980")
    altered = sign1[: at + 3] + bytes([sign1[at + 3] ^ 1]) + sign1[at + 4 :]
    return [altered, sign1[:-1] + bytes([sign1[-1] ^ 1])]


@pytest.mark.parametrize("kind", ["office", "rsa_office"])
def test_python_cwt_accepts_ours_and_refuses_it_altered(kind, request, vaccination, cwt_judge):
    office = request.getfixturevalue(kind)
    sign1 = issued(office, vaccination())
    pem = office.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    question = {"key": pem, "kid": office.signer.key_id.hex(), "alg": office.signer.algorithm}
    right, *wrong = cwt_judge([question | {"hex": data.hex()} for data in (sign1, *flipped(sign1))])

    assert right["ok"]
    assert right["claims"]["-260"]["1"] == cwt.decode(cose.decode(sign1).payload).dcc
    assert [answer["ok"] for answer in wrong] == [False, False]


@pytest.mark.parametrize("kind", ["office", "rsa_office"])
def test_pathcheck_accepts_ours_and_refuses_it_altered(kind, request, vaccination, node_judge):
    office = request.getfixturevalue(kind)
    sign1 = issued(office, vaccination())
    key = office.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    question = {
        "kid": base64.b64encode(office.signer.key_id).decode(),
        "key": base64.b64encode(key).decode(),
    }
    right, *wrong = node_judge([question | {"text": issue.to_hc1(data)} for data in (sign1, *flipped(sign1))])

    assert right["status"] == "verified"
    assert right["contents"]["-260"]["1"] == cwt.decode(cose.decode(sign1).payload).dcc
    assert [answer["status"] for answer in wrong] == ["invalid_signature", "invalid_signature"]


def test_what_the_judges_saw_is_what_we_wrote(office, vaccination):
    """The text that the node judge reads holds the very bytes that the Python judge reads."""
    sign1 = issued(office, vaccination())
    assert deflate.inflate(base45.decode(issue.to_hc1(sign1).removeprefix("HC1:"))) == sign1


def test_pymerkle_computes_the_same_roots(cwt_judge):
    trees = [[bytes([n]) * n for n in range(1, size + 1)] for size in (1, 2, 3, 5, 8, 21)]
    answers = cwt_judge([{"leaves": [base64.b64encode(leaf).decode() for leaf in tree]} for tree in trees])
    ours = [merkle.root([merkle.leaf_hash(leaf) for leaf in tree]).hex() for tree in trees]
    assert [answer["root"] for answer in answers] == ours


def positive_vectors() -> list[dict[str, Any]]:
    """Vaccinations of our vectors that are valid and signed with P-256."""
    cases = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["cases"]
    return [
        case for case in cases if case["kind"] == "check" and case["expected"]["code"] == "VALID" and is_es256(case)
    ]


def is_es256(case: dict[str, Any]) -> bool:
    signed = open_text(case["text"])
    return signed.algorithm_id == ES256 and "v" in cwt.decode(signed.payload).dcc


def signer_of(case: dict[str, Any]) -> SignerCertificate:
    verdict = device_of(case).check(case["text"], at=datetime.fromisoformat(case["at"]))
    assert verdict.certificate
    return verdict.certificate


def test_python_cwt_accepts_the_positive_vectors(cwt_judge):
    cases = positive_vectors()
    questions = []
    for case in cases:
        signer, signed = signer_of(case), open_text(case["text"])
        pem = signer.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        question = {"hex": cose_of(case["text"]).hex(), "key": pem, "kid": signed.checked_key_id().hex()}
        questions.append(question | {"alg": "ES256", "times": False})
    answers = cwt_judge(questions)
    refused = {case["id"] for case, answer in zip(cases, answers, strict=True) if not answer["ok"]}
    assert refused == OTHER_TAGS
    for case, answer in zip(cases, answers, strict=True):
        assert answer.get("payload") in {open_text(case["text"]).payload.hex(), None}


def test_pathcheck_accepts_the_positive_vectors(node_judge):
    cases = positive_vectors()
    questions = []
    for case in cases:
        signer, signed = signer_of(case), open_text(case["text"])
        key = signer.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        kid = base64.b64encode(signed.checked_key_id()).decode()
        questions.append({"kid": kid, "key": base64.b64encode(key).decode(), "text": case["text"]})
    statuses = {case["id"]: answer["status"] for case, answer in zip(cases, node_judge(questions), strict=True)}
    assert {name for name, status in statuses.items() if status != "verified"} == OTHER_TAGS | MANGLED
