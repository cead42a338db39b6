"""Judging a certificate by a country's rules: passed, failed or open. The verdict on the proof is another matter.

A rule is passed where it evaluates to true and failed where it evaluates to false, invalidation rules too; it is open
where it gives anything else, cannot be evaluated, or asks for a later CertLogic.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from vaxproof.claims import Kind
from vaxproof.errors import Code, ProofError
from vaxproof.rules import certlogic
from vaxproof.rules.book import ENTRY, Question, RuleSet, select
from vaxproof.rules.rule import Rule, RuleType
from vaxproof.rules.value_sets import ValueSets, built_in


class Outcome(StrEnum):
    """What a rule, or all of them together, say. The value is the word of the JSON output."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. `code`: why it is open; `affected`: the fields that it reads and that are there."""

    rule: Rule
    outcome: Outcome
    code: Code | None
    affected: Mapping[str, str | int | float | bool]

    @property
    def identifier(self) -> str:
        """The rule's."""
        return self.rule.identifier

    @property
    def version(self) -> str:
        """The rule's."""
        return self.rule.version

    @property
    def descriptions(self) -> Mapping[str, str]:
        """What the rule asks, by language."""
        return self.rule.descriptions


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say together: failed where one is, else open where one is, else passed.

    `code`: RULES_NOT_KNOWN where the country has none for this purpose and kind at this time, RULE_NOT_EVALUABLE
    where a rule is open, else None.
    """

    outcome: Outcome
    code: Code | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What rules may know besides the certificate itself. Times are aware; `kid`: base64."""

    country: str
    at: datetime
    purpose: str = ENTRY
    region: str | None = None
    kid: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    issuer_country: str | None = None

    def external(self, value_sets: ValueSets) -> dict[str, Any]:
        """The rules' external parameters (EU business rules); what is not known is absent."""
        known = {
            "validationClock": _stamp(self.at),
            "valueSets": value_sets.codes,
            "countryCode": self.country,
            "exp": _stamp(self.expires_at) if self.expires_at else None,
            "iat": _stamp(self.issued_at) if self.issued_at else None,
            "issuerCountryCode": self.issuer_country,
            "kid": self.kid,
            "region": self.region,
        }
        return {name: value for name, value in known.items() if value is not None}


def judge(  # noqa: PLR0913 -- all that rules may ask for
    sets: Iterable[RuleSet],
    dcc: Mapping[str, Any],
    *,
    country: str,
    at: datetime,
    purpose: str = ENTRY,
    value_sets: ValueSets | None = None,
    kid: str | None = None,
    issued_at: datetime | None = None,
    expires_at: datetime | None = None,
    issuer_country: str | None = None,
    region: str | None = None,
) -> Judgement:
    """What the country's rules say of a certificate (`dcc`: its JSON, as `Claims.certificate`). Never raises.

    `country`: that is entered; `kid`: base64; `value_sets`: those of this library where None. Invalidation rules are
    those of `issuer_country`, or of the country in the certificate's entry where that is None.
    """
    circumstances = Circumstances(
        country=country,
        at=at,
        purpose=purpose,
        region=region,
        kid=kid,
        issued_at=issued_at,
        expires_at=expires_at,
        issuer_country=issuer_country or _issuing_country(dcc),
    )
    return judge_in(sets, dcc, circumstances, value_sets or built_in())


def judge_in(
    sets: Iterable[RuleSet], dcc: Mapping[str, Any], circumstances: Circumstances, value_sets: ValueSets
) -> Judgement:
    """`judge`, with all that it asks for in one value."""
    kind = next((kind for kind in Kind if dcc.get(kind.value)), None)
    if kind is None:
        return Judgement(Outcome.OPEN, Code.RULE_NOT_EVALUABLE, ())
    question = Question(
        country=circumstances.country,
        purpose=circumstances.purpose,
        kind=kind,
        at=circumstances.at,
        region=circumstances.region,
        issuer_country=circumstances.issuer_country,
    )
    data = {"payload": dict(dcc), "external": circumstances.external(value_sets)}
    return _together(tuple(find(rule, data) for rule in select(sets, question)))


def find(rule: Rule, data: Mapping[str, Any]) -> Finding:
    """What one rule says of `{"payload": …, "external": …}`. Never raises."""
    affected = _affected(rule, data)
    if rule.is_of_later_engine:
        return Finding(rule, Outcome.OPEN, Code.RULE_ENGINE_TOO_NEW, affected)
    try:
        value = certlogic.evaluate(dict(rule.logic), data if type(data) is dict else dict(data))
    except ProofError as error:
        return Finding(rule, Outcome.OPEN, error.code, affected)
    if type(value) is not bool:
        return Finding(rule, Outcome.OPEN, Code.RULE_NOT_EVALUABLE, affected)
    return Finding(rule, Outcome.PASSED if value else Outcome.FAILED, None, affected)


def _together(findings: tuple[Finding, ...]) -> Judgement:
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAILED in outcomes:
        return Judgement(Outcome.FAILED, None, findings)
    if Outcome.OPEN in outcomes:
        return Judgement(Outcome.OPEN, Code.RULE_NOT_EVALUABLE, findings)
    if not any(finding.rule.type is RuleType.ACCEPTANCE for finding in findings):
        return Judgement(Outcome.OPEN, Code.RULES_NOT_KNOWN, findings)
    return Judgement(Outcome.PASSED, None, findings)


def _affected(rule: Rule, data: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    found = {}
    for field in rule.affected_fields:
        value: Any = data.get("payload")
        for step in field.split("."):
            value = certlogic.member(value, step)
        if isinstance(value, str | int | float | bool):
            found[field] = value
    return found


def _issuing_country(dcc: Mapping[str, Any]) -> str | None:
    entries = next((dcc[kind.value] for kind in Kind if dcc.get(kind.value)), None)
    entry = entries[0] if isinstance(entries, list) else None
    country = entry.get("co") if isinstance(entry, dict) else None
    return country if isinstance(country, str) else None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
