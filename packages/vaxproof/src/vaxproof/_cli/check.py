"""`vaxproof verify`: the verdict for people or, with `--json`, for programs."""

import json
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from vaxproof._cli import exits
from vaxproof._cli.lists import read_lists, read_log
from vaxproof._cli.output import as_values, harmless, show
from vaxproof._cli.source import read_text
from vaxproof.claims import Claims, Kind
from vaxproof.errors import ProofError
from vaxproof.sentences import LANGUAGES, sentence
from vaxproof.trust.certificates import SignerCertificate
from vaxproof.trust.documents import stamp
from vaxproof.valuesets import PRODUCTS
from vaxproof.verify import Answer, Facts, Policy, Verdict, answer_of, verify

_EXITS = {
    Answer.VALID: exits.VALID,
    Answer.NOT_VALID: exits.NOT_VALID,
    Answer.CANNOT_TELL: exits.CANNOT_TELL,
}


def run(arguments: Namespace) -> int:
    """Print the verdict; the exit code is the answer."""
    at: datetime = arguments.at or datetime.now(UTC)
    policy = Policy(guard_clock=arguments.at is None)
    verdict = _verdict(arguments, at, policy)
    show(json.dumps(as_json(verdict), ensure_ascii=False, indent=1) if arguments.json else _as_text(verdict))
    return _EXITS[verdict.answer]


def _verdict(arguments: Namespace, at: datetime, policy: Policy) -> Verdict:
    """A picture without a code or a damaged list is an answer too: cannot tell."""
    try:
        lists = read_lists(arguments, at)
        text = read_text(arguments.source)
        log = read_log(arguments, text, at)
    except ProofError as error:
        return Verdict(answer_of(error.code), error.code, None, None, Facts(at, detail=error.detail))
    return verify(
        text,
        lists.trust,
        at=at,
        revocations=lists.revocations,
        revocation_filter=lists.revocation_filter,
        log=log,
        policy=policy,
    )


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain values; times in UTC, bytes in hexadecimal."""
    return {
        "answer": verdict.answer,
        "code": verdict.code,
        "sentence": {language: sentence(verdict.code, language) for language in LANGUAGES},
        "claims": _claims(verdict.claims) if verdict.claims else None,
        "signer": _signer(verdict.certificate) if verdict.certificate else None,
        "facts": _facts(verdict.facts),
    }


def _claims(claims: Claims) -> dict[str, Any]:
    return {
        "kind": claims.kind.name,
        "issuer": claims.issuer,
        "issued_at": stamp(claims.issued_at),
        "expires_at": stamp(claims.expires_at),
        "certificate": as_values(claims.certificate),
    }


def _signer(certificate: SignerCertificate) -> dict[str, Any]:
    return {
        "key_id": certificate.key_id.hex(),
        "country": certificate.country,
        "common_name": certificate.common_name,
        "not_before": stamp(certificate.not_before),
        "not_after": stamp(certificate.not_after),
        "source": certificate.source,
    }


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "checked_at": stamp(facts.checked_at),
        "algorithm": facts.algorithm,
        "key_id": facts.key_id.hex() if facts.key_id else None,
        "remarks": list(facts.remarks),
        "trust_list": _age(facts.trust_made_at, facts.trust_next_at),
        "revocations_checked": facts.revocations_checked,
        "revocation_list": _age(facts.revocations_made_at, facts.revocations_next_at),
        "log": facts.log._asdict() if facts.log else None,
        "detail": facts.detail,
    }


def _age(made_at: datetime | None, next_at: datetime | None) -> dict[str, str | None]:
    return {"made_at": stamp(made_at) if made_at else None, "next_at": stamp(next_at) if next_at else None}


def _as_text(verdict: Verdict) -> str:
    lines = [
        f"{verdict.answer} ({verdict.code})",
        *(sentence(verdict.code, language) for language in LANGUAGES),
    ]
    if verdict.facts.detail:
        lines.append(f"detail: {verdict.facts.detail}")
    if verdict.claims:
        lines += ["", *_lines_on_holder(verdict.claims)]
    if verdict.certificate:
        signer = verdict.certificate
        lines.append(f"signer: {signer.common_name}, {signer.country} (key {signer.key_id.hex()})")
    lines += ["", *_lines_on_lists(verdict.facts)]
    lines += [sentence(remark, language) for remark in verdict.facts.remarks for language in LANGUAGES]
    return "\n".join(map(harmless, lines))


def _lines_on_holder(claims: Claims) -> list[str]:
    entry = claims.entry
    lines = [
        f"name: {claims.family_name} {claims.given_name}".rstrip(),
        f"birth date: {claims.birth_date}",
        f"identifier: {claims.uvci}",
        f"issuer: {entry['is']}, {entry['co']}",
        f"valid: {stamp(claims.issued_at)} to {stamp(claims.expires_at)}",
    ]
    if claims.kind is Kind.VACCINATION:
        product = PRODUCTS.get(entry["mp"])
        name = product.name if product else entry["mp"]
        lines.insert(2, f"vaccination: {name}, dose {entry['dn']} of {entry['sd']}, {entry['dt']}")
    return lines


def _lines_on_lists(facts: Facts) -> list[str]:
    made = stamp(facts.trust_made_at) if facts.trust_made_at else "unknown"
    revoked = stamp(facts.revocations_made_at) if facts.revocations_made_at else "not checked"
    place = "not asked" if facts.log is None else f"entry {facts.log.issued_at} of {facts.log.size}"
    return [
        f"checked at: {stamp(facts.checked_at)}",
        f"trust list of: {made}",
        f"revocation list of: {revoked}",
        f"public log: {place}",
    ]
