"""A verdict of vaxproof as the API gives it."""

from datetime import datetime, timedelta
from typing import Any, Final

from vaxproof import Answer, Code, ProofError, Verdict, sentence
from vaxproof import Claims as ReadClaims
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.proof import LogAnswer
from vaxproof.rules import book
from vaxproof.rules.judge import Finding as FoundBy
from vaxproof.rules.judge import Judgement as JudgedBy
from vaxproof.rules.judge import Outcome, judge
from vaxproof.rules.value_sets import ValueSets
from vaxproof.verify import Facts as ReadFacts
from vaxproof.verify import answer_of, cose_of

from vaxpass.desks._shared.published_lists import Known
from vaxpass.desks.integrators.schemas import (
    Claims,
    Edition,
    Facts,
    Finding,
    Judgement,
    LogPlaces,
    Reason,
    Result,
    Said,
    VerifyRequest,
)
from vaxpass.publication.issued import ask_database

OLD: Final = timedelta(hours=24)


def verify_one(text: str, asked: VerifyRequest, known: Known, now: datetime) -> Result:
    """The verdict on one text; cannot tell where a list itself is the trouble."""
    if known.trouble:
        verdict = Verdict(answer_of(known.trouble), known.trouble, None, None, ReadFacts(now))
    else:
        verdict = known.device.check(text, at=now)
    places = _ask_log(text, verdict, known) if asked.log else None
    if places:
        verdict = known.device.check(text, at=now, log=places)
    return Result(
        answer=verdict.answer.value,
        code=verdict.code.value,
        sentence=_sentences(verdict.code),
        facts=_facts(verdict, known, places),
        claims=_claims(verdict.claims) if asked.claims and verdict.claims else None,
        rules=_rules(verdict, asked, known, now),
    )


def _ask_log(text: str, verdict: Verdict, known: Known) -> LogAnswer | None:
    """What our log says; None where it has no say: the signature is not a key's of ours, or no log is published."""
    log = (known.device.index or {}).get("log")
    signer = verdict.certificate
    if not isinstance(log, dict) or signer is None:
        return None
    ours = LogPolicy.from_index(known.device.index or {}).countries
    return ask_database(cose_of(text), ours) if not ours or signer.country in ours else None


def reason(code: Code) -> Reason:
    """A code with its sentences."""
    return Reason(code=code.value, sentence=_sentences(code))


def _sentences(code: Code) -> dict[str, str]:
    return {language: sentence(code, language) for language in ("vi", "en")}


def _facts(verdict: Verdict, known: Known, places: LogAnswer | None) -> Facts:
    facts, numbers, signer = verdict.facts, known.device.numbers, verdict.certificate
    at = facts.checked_at
    return Facts(
        checked_at=at,
        trust_list=edition(numbers.get("vaxproof-trust-list", 0), facts.trust_made_at, facts.trust_next_at, at),
        revocation_list=edition(
            numbers.get("vaxproof-revocation-list", 0), facts.revocations_made_at, facts.revocations_next_at, at
        ),
        algorithm=facts.algorithm.value if facts.algorithm else None,
        key_id=facts.key_id.hex() if facts.key_id else None,
        signer=signer.common_name if signer else None,
        signer_country=signer.country if signer else None,
        log=LogPlaces(issued_at=places.issued_at, revoked_at=places.revoked_at) if places else None,
        remarks=[reason(code) for code in facts.remarks],
    )


def edition(number: int, made_at: datetime | None, next_at: datetime | None, now: datetime) -> Edition | None:
    """A document's number and times; None where it is not there."""
    if made_at is None or next_at is None:
        return None
    age = now - made_at
    return Edition(
        number=number, made_at=made_at, next_at=next_at, age_seconds=int(age.total_seconds()), is_old=age >= OLD
    )


def _claims(claims: ReadClaims) -> Claims:
    return Claims(
        kind=claims.kind.value,
        family_name=claims.family_name,
        given_name=claims.given_name,
        birth_date=claims.birth_date,
        identifier=claims.uvci,
        issuer=claims.issuer,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        certificate=_plain(claims.certificate),
    )


def _plain(value: Any) -> Any:
    """CBOR knows more than JSON: keys that are no texts become texts, bytes hexadecimal, what is neither its name."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not abs(value) < float("inf"):
        return str(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _rules(verdict: Verdict, asked: VerifyRequest, known: Known, now: datetime) -> Judgement | None:
    """The rules' answer; what is no valid proof is not judged."""
    if not asked.country or not verdict.claims or verdict.answer is not Answer.VALID:
        return None
    try:
        judged = _judged(verdict.claims, asked, known, now)
    except ProofError as error:
        judged = JudgedBy(Outcome.OPEN, error.code, ())
    return Judgement(
        country=asked.country,
        purpose=asked.purpose,
        outcome=Said[judged.outcome.name],
        reason=reason(judged.code) if judged.code else None,
        findings=[_finding(one) for one in judged.findings],
    )


_last_read: tuple[dict[str, Any], tuple[book.RuleSet, ...]] | None = None


def _sets_of(document: dict[str, Any]) -> tuple[book.RuleSet, ...]:
    """Read a document once, not with each of a hundred texts. Raises ProofError RULES_INVALID."""
    global _last_read  # noqa: PLW0603 -- one document a process; the swap of one name is atomic
    last = _last_read
    if last is None or last[0] is not document:
        _last_read = last = (document, book.sets_of(document))
    return last[1]


def _judged(claims: ReadClaims, asked: VerifyRequest, known: Known, now: datetime) -> JudgedBy:
    """Raises ProofError RULES_INVALID, VALUE_SETS_INVALID."""
    device = known.device
    if known.rules_trouble:
        raise ProofError(known.rules_trouble)
    return judge(
        _sets_of(device.rules) if device.rules else (),
        claims.certificate,
        country=asked.country or "",
        purpose=asked.purpose,
        region=asked.region,
        at=now,
        value_sets=ValueSets.from_document(device.value_sets) if device.value_sets else None,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        issuer_country=claims.issuer,
    )


def _finding(found: FoundBy) -> Finding:
    return Finding(
        identifier=found.identifier,
        version=found.version,
        outcome=Said[found.outcome.name],
        reason=reason(found.code) if found.code else None,
        description=dict(found.descriptions),
    )
