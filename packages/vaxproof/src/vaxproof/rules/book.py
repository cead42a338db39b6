"""Rule sets by country and purpose, and the document in which they are published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vaxproof.claims import Kind
from vaxproof.errors import Code, ProofError
from vaxproof.rules.rule import CertificateType, Rule, RuleType
from vaxproof.trust import documents

FORMAT: Final = "vaxproof-rules"
ENTRY: Final = "entry"
MAX_BYTES: Final = 16_000_000
MAX_RULES: Final = 10_000
_TYPE_OF: Final = {
    Kind.VACCINATION: CertificateType.VACCINATION,
    Kind.TEST: CertificateType.TEST,
    Kind.RECOVERY: CertificateType.RECOVERY,
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What one country asks for one purpose. `purpose`: `entry`, or another that the country names."""

    country: str
    purpose: str
    rules: tuple[Rule, ...]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the published document."""
        return {
            "country": self.country,
            "purpose": self.purpose,
            "rules": [rule.to_json() for rule in sorted(self.rules, key=lambda r: (r.identifier, r.precedence))],
        }


def encode(sets: Iterable[RuleSet], *, made_at: datetime, next_at: datetime, number: int = 0) -> bytes:
    """The published document; same content, same bytes."""
    ordered = sorted(sets, key=lambda rule_set: (rule_set.country, rule_set.purpose))
    content = [rule_set.to_json() for rule_set in ordered]
    return documents.encode(FORMAT, made_at, next_at, number=number, sets=content)


def read(data: bytes) -> tuple[RuleSet, ...]:
    """The sets of a published document's bytes.

    Raises:
        ProofError: RULES_INVALID.
    """
    return sets_of(documents.parse(data, format_name=FORMAT, limit=MAX_BYTES, refusal=Code.RULES_INVALID))


def sets_of(document: Mapping[str, Any]) -> tuple[RuleSet, ...]:
    """The sets of a published document that was parsed already. One rule that is wrong refuses them all.

    Raises:
        ProofError: RULES_INVALID (detail: the rule and its fault).
    """
    sets = document.get("sets")
    if not isinstance(sets, list) or not all(map(_is_set, sets)):
        raise ProofError(Code.RULES_INVALID, "sets")
    if sum(len(entry["rules"]) for entry in sets) > MAX_RULES:
        raise ProofError(Code.RULES_INVALID, "too many rules")
    return tuple(RuleSet(entry["country"], entry["purpose"], tuple(map(_rule, entry["rules"]))) for entry in sets)


def _is_set(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("country"), str)
        and isinstance(entry.get("purpose"), str)
        and isinstance(entry.get("rules"), list)
    )


def _rule(value: object) -> Rule:
    try:
        return Rule.from_json(value)
    except ProofError as fault:
        name = value.get("Identifier") if isinstance(value, dict) else None
        raise ProofError(Code.RULES_INVALID, f"{str(name)[:40]}: {fault}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rules are asked for."""

    country: str
    purpose: str
    kind: Kind
    at: datetime
    region: str | None = None
    issuer_country: str | None = None


def select(sets: Iterable[RuleSet], question: Question) -> list[Rule]:
    """The rules that a certificate must satisfy, acceptance first, each in its highest version that is in force.

    Acceptance rules of the country that is entered, invalidation rules of the country that issued; rules about every
    certificate and those about this kind; rules of no region, and of the region that is asked for.
    """
    latest: dict[str, Rule] = {}
    for rule in _candidates(sets, question):
        known = latest.get(rule.identifier)
        if known is None or rule.precedence > known.precedence:
            latest[rule.identifier] = rule
    return sorted(latest.values(), key=lambda rule: (rule.type is RuleType.INVALIDATION, rule.identifier))


def _candidates(sets: Iterable[RuleSet], question: Question) -> Iterator[Rule]:
    types = {CertificateType.GENERAL, _TYPE_OF[question.kind]}
    for rule_set in sets:
        if rule_set.purpose != question.purpose:
            continue
        wanted = set[RuleType]()
        if rule_set.country == question.country:
            wanted.add(RuleType.ACCEPTANCE)
        if rule_set.country == question.issuer_country:
            wanted.add(RuleType.INVALIDATION)
        for rule in rule_set.rules:
            here = rule.region is None or rule.region == question.region
            if here and rule.type in wanted and rule.certificate_type in types and rule.is_in_force(question.at):
                yield rule
