"""Answers of the Python library to the questions that `answers.js` answers, in the same shape."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import cbor2
from vaxproof import Code, Policy, ProofError
from vaxproof.device import Device
from vaxproof.envelope import cbor, deflate
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.issued import read_bucket
from vaxproof.log.proof import LogAnswer, read_proof
from vaxproof.rules import certlogic, expression
from vaxproof.rules.moments import Moment
from vaxproof.trust import documents
from vaxproof.trust.certificates import read_certificate
from vaxproof.trust.publications import Pins
from vaxproof.trust.trust_list import TrustList
from vaxproof.verify import Verdict, answer_of, cose_of, verify

Question = dict[str, Any]


def answer(question: Question) -> dict[str, Any]:
    """The shape of the answer in JavaScript; `detail` is left out, since only codes are promised."""
    try:
        return _OPERATIONS[question["op"]](question)
    except ProofError as error:
        return {"answer": str(answer_of(error.code)), "code": str(error.code)}


def _said(verdict: Verdict) -> dict[str, Any]:
    claims = verdict.claims
    return {
        "answer": str(verdict.answer),
        "code": str(verdict.code),
        "remarks": sorted(map(str, verdict.facts.remarks)),
        "name": f"{claims.family_name} {claims.given_name}".strip() if claims else None,
    }


def _verify(question: Question) -> dict[str, Any]:
    return _said(verify(question["text"], _list_of(tuple(question["ders"])), at=time_of(question["at"])))


@lru_cache
def _list_of(ders: tuple[str, ...]) -> TrustList:
    return TrustList.from_der(map(base64.b64decode, ders))


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _inflate(question: Question) -> dict[str, Any]:
    return {"bytes": base64.b64encode(deflate.inflate(_data(question))).decode()}


def _data(question: Question) -> bytes:
    return base64.b64decode(question["data"])


def _cbor(question: Question) -> dict[str, Any]:
    return {"value": describe(cbor.decode(_data(question)))}


def describe(value: Any) -> str:
    """A decoded value as text, the same for the same value in both languages."""
    if isinstance(value, bytes | str | float):
        return _plain(value)
    if isinstance(value, dict | cbor2.frozendict):
        return "{" + ",".join(map(describe, value.values())) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(describe, value)) + "]"
    if isinstance(value, cbor2.CBORTag):
        return f"{value.tag}({describe(value.value)})"
    if isinstance(value, cbor2.CBORSimpleValue):
        return f"simple{value.value}"
    return "null" if value is None else str(value).lower()


def _plain(value: bytes | str | float) -> str:
    if isinstance(value, float):
        return f"f{value + 0!r}"
    if isinstance(value, bytes):
        return "b" + ",".join(map(str, value))
    return "s" + ",".join(str(ord(letter)) for letter in value)


def _certificate(question: Question) -> dict[str, Any]:
    found = read_certificate(_data(question))
    try:
        algorithm: str | None = str(found.algorithm)
    except ProofError:
        algorithm = None
    return {
        "country": found.country,
        "commonName": found.common_name,
        "notBefore": found.not_before.timestamp() * 1000,
        "notAfter": found.not_after.timestamp() * 1000,
        "foreignPurposes": found.foreign_purposes,
        "maySign": found.may_sign,
        "keyId": found.key_id.hex(),
        "purposes": sorted(map(str, found.purposes)) if found.purposes else None,
        "algorithm": algorithm,
    }


def _case(question: Question) -> dict[str, Any]:
    case = question["case"]
    files = {name: base64.b64decode(data) for name, data in question["documents"].items()}
    at = time_of(case["at"])
    device = Device(
        None if case["pins"] is None else Pins(files[name] for name in case["pins"]),
        policy=_policy(case["policy"]),
        numbers=case["numbers"],
        last_seen=time_of(case["last_seen"]) if case["last_seen"] else None,
    )
    for name in case["take"]:
        device.take(files[name], at=at)
    return _said(device.check(case["text"], at=at, log=_log(case, files))) | {"numbers": device.numbers}


def _policy(values: dict[str, Any]) -> Policy:
    return Policy(
        list_grace=timedelta(hours=values["list_grace_hours"]),
        guard_clock=values["guard_clock"],
        revocations_needed=values["revocations_needed"],
        ignore_foreign_purposes=values["ignore_foreign_purposes"],
    )


def _log(case: dict[str, Any], files: dict[str, bytes]) -> LogAnswer | None:
    name = case["proof"] or case["bucket"]
    if not name:
        return None
    read = read_proof if case["proof"] else read_bucket
    return read(files[name], cose_of(case["text"]), LogPolicy.from_json(files[case["log_policy"]]))


def _certlogic(question: Question) -> dict[str, Any]:
    read = documents.read_object(json.dumps(question).encode(), Code.RULES_INVALID)
    value = certlogic.evaluate(read["expression"], read["data"])
    return {"value": json.loads(json.dumps(value, default=_moment), parse_constant=lambda _: None)}


def _moment(value: Any) -> str:
    assert isinstance(value, Moment)
    return str(value)


def _expression(question: Question) -> dict[str, Any]:
    read = documents.read_object(json.dumps(question).encode(), Code.RULES_INVALID)
    return {"good": not expression.faults(read["expression"])}


_OPERATIONS: dict[str, Callable[[Question], dict[str, Any]]] = {
    "verify": _verify,
    "inflate": _inflate,
    "cbor": _cbor,
    "certificate": _certificate,
    "case": _case,
    "certlogic": _certlogic,
    "expression": _expression,
}
