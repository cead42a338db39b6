"""How a verifier runs a case; with vaxproof as the verifier. `python -m packages.vaxproof.vectors.run` runs them all."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vaxproof import Code, Policy, ProofError
from vaxproof.device import Device
from vaxproof.log.audit import audit_log
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.issued import read_bucket
from vaxproof.log.proof import LogAnswer, read_proof
from vaxproof.picture import read_qr
from vaxproof.rules import book
from vaxproof.rules.judge import judge
from vaxproof.rules.value_sets import ValueSets
from vaxproof.trust.publications import Pins
from vaxproof.verify import Verdict, answer_of, cose_of

HERE = Path(__file__).resolve().parent
Case = dict[str, Any]


def run(case: Case) -> dict[str, Any]:
    """What this verifier says, in the shape of `expected`."""
    try:
        return _audit(case) if case["kind"] == "log" else _check(case)
    except ProofError as error:
        refusal = _refusal(error.code)
        return {name: refusal[name] for name in case["expected"]}


def _check(case: Case) -> dict[str, Any]:
    at = datetime.fromisoformat(case["at"])
    device = device_of(case)
    text = read_qr(document(case["picture"])) if case["kind"] == "picture" else case["text"]
    verdict = device.check(text, at=at, log=_log_answer(case, text))
    judged = _judged(device, verdict, case, at) if case["kind"] == "rules" and verdict.claims else {}
    return _as_expected(verdict, case) | judged


def device_of(case: Case) -> Device:
    """A device that has taken the case's documents. Raises ProofError where one is refused."""
    at = datetime.fromisoformat(case["at"])
    last_seen = datetime.fromisoformat(case["last_seen"]) if case["last_seen"] else None
    pins = Pins(document(name) for name in case["pins"])
    device = Device(pins, policy=_policy(case["policy"]), numbers=case["numbers"], last_seen=last_seen)
    for name in case["take"]:
        device.take(document(name), at=at)
    return device


def _judged(device: Device, verdict: Verdict, case: Case, at: datetime) -> dict[str, Any]:
    claims = verdict.claims
    assert claims
    judgement = judge(
        book.sets_of(device.rules or {}),
        claims.certificate,
        country=case["country"],
        purpose=case["purpose"],
        region=case["region"],
        at=at,
        value_sets=ValueSets.from_document(device.value_sets) if device.value_sets else None,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        issuer_country=claims.issuer,
    )
    findings = [[f.identifier, f.version, f.outcome.name, f.code and str(f.code)] for f in judgement.findings]
    reason = judgement.code and str(judgement.code)
    return {"outcome": judgement.outcome.name, "reason": reason, "findings": findings}


def _log_answer(case: Case, text: str) -> LogAnswer | None:
    """What the proof or the bucket says about the passport, where there is one."""
    name = case["proof"] or case["bucket"]
    if not name:
        return None
    read = read_proof if case["proof"] else read_bucket
    return read(document(name), cose_of(text), LogPolicy.from_json(document(case["log_policy"])))


class _Files:
    """A log's folder among the documents, with some files replaced or taken away."""

    def __init__(self, folder: str, replaced: dict[str, str | None]) -> None:
        self.folder, self.replaced = folder, replaced

    def read(self, path: str) -> bytes:
        """The file; FileNotFoundError where there is none."""
        name = self.replaced.get(path, f"{self.folder}/{path}")
        if name is None:
            raise FileNotFoundError(path)
        return document(name)

    def write(self, path: str, data: bytes) -> None:
        """Nothing is written."""
        raise PermissionError(f"{path}: the vectors are only read, not {len(data)} bytes written")

    def settle(self) -> None:
        """Nothing was written."""


def _audit(case: Case) -> dict[str, Any]:
    files, policy = _Files(case["folder"], case["replaced"]), LogPolicy.from_json(document(case["policy"]))
    now = policy.open(files.read("checkpoint"))
    since = policy.open(document(case["since"])) if case["since"] else None
    findings = audit_log(files, now, since=since).findings
    code = findings[0].code if findings else Code.VALID
    return {"answer": str(answer_of(code)), "code": str(code)}


def document(name: str) -> bytes:
    """A file of the vectors."""
    return (HERE / "documents" / name).read_bytes()


def _policy(values: dict[str, Any]) -> Policy:
    return Policy(
        list_grace=timedelta(hours=values["list_grace_hours"]),
        guard_clock=values["guard_clock"],
        revocations_needed=values["revocations_needed"],
        ignore_foreign_purposes=values["ignore_foreign_purposes"],
    )


def _refusal(code: Code) -> dict[str, Any]:
    return {"answer": str(answer_of(code)), "code": str(code), "remarks": []}


def _as_expected(verdict: Verdict, case: Case) -> dict[str, Any]:
    said = {
        "answer": str(verdict.answer),
        "code": str(verdict.code),
        "remarks": sorted(map(str, verdict.facts.remarks)),
    }
    if "name" in case["expected"] and verdict.claims:
        said["name"] = f"{verdict.claims.family_name} {verdict.claims.given_name}".strip()
    return said


def main() -> None:
    """Print each case that deviates, and the count."""
    cases = json.loads((HERE / "vectors.json").read_text("utf-8"))["cases"]
    wrong = [(case, said) for case in cases if (said := run(case)) != case["expected"]]
    for case, said in wrong:
        print(f"{case['id']}: expected {case['expected']}, said {said}")  # noqa: T201 -- run by hand
    print(f"{len(cases) - len(wrong)}/{len(cases)}")  # noqa: T201 -- run by hand


if __name__ == "__main__":
    main()
