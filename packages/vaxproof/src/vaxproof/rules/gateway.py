"""What the EU gateway asks of a rule before it takes it, each point a fault of its own (its ValidationRuleService)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from vaxproof.errors import Code
from vaxproof.rules import expression
from vaxproof.rules.rule import CertificateType, Rule, RuleFault, RuleType

FURTHEST: Final = timedelta(weeks=2)
SOONEST: Final = timedelta(hours=48)
SHORTEST: Final = timedelta(hours=72)
LEAST_LETTERS: Final = 20
_PREFIXES: Final = {
    CertificateType.GENERAL: "GR",
    CertificateType.VACCINATION: "VR",
    CertificateType.TEST: "TR",
    CertificateType.RECOVERY: "RR",
}


def faults(rule: Rule, *, now: datetime, sender: str | None = None, last: Rule | None = None) -> Iterator[RuleFault]:
    """Why the gateway would refuse it. `sender`: the country that sends; `last`: the version that is there."""
    yield from identity_faults(rule, sender=sender)
    yield from version_faults(rule, last)
    yield from window_faults(rule, now)
    if last is not None and rule.valid_from < last.valid_from:
        yield RuleFault(Code.RULE_FROM_BEFORE_LAST, "ValidFrom")
    yield from content_faults(rule)


def identity_faults(rule: Rule, *, sender: str | None = None) -> Iterator[RuleFault]:
    """Identifier, type, certificate type and country must fit each other."""
    prefix, country, _ = rule.identifier.split("-")
    invalidates = rule.type is RuleType.INVALIDATION
    if invalidates and prefix != "IR":
        yield RuleFault(Code.RULE_INVALIDATION_PREFIX, "Identifier")
    if not invalidates and prefix == "IR":
        yield RuleFault(Code.RULE_ACCEPTANCE_PREFIX, "Identifier")
    if prefix not in {"IR", _PREFIXES[rule.certificate_type]}:
        yield RuleFault(Code.RULE_PREFIX_MISMATCH, "Identifier")
    if {country, rule.country} - {sender or rule.country}:
        yield RuleFault(Code.RULE_COUNTRY_DIFFERS, "Country")


def version_faults(rule: Rule, last: Rule | None) -> Iterator[RuleFault]:
    """The version must grow."""
    if last is not None and rule.precedence <= last.precedence:
        yield RuleFault(Code.RULE_VERSION_NOT_HIGHER, "Version")


def window_faults(rule: Rule, now: datetime) -> Iterator[RuleFault]:
    """The window must be one, long enough, and begin neither too soon nor too late."""
    if rule.valid_from >= rule.valid_to:
        yield RuleFault(Code.RULE_WINDOW_BACKWARDS, "ValidTo")
    elif rule.valid_to - rule.valid_from < SHORTEST:
        yield RuleFault(Code.RULE_WINDOW_TOO_SHORT, "ValidTo")
    if rule.valid_from > now + FURTHEST:
        yield RuleFault(Code.RULE_FROM_TOO_FAR, "ValidFrom")
    if rule.type is RuleType.INVALIDATION and rule.valid_from <= now:
        yield RuleFault(Code.RULE_FROM_PAST, "ValidFrom")
    if rule.type is RuleType.ACCEPTANCE and rule.valid_from < now + SOONEST:
        yield RuleFault(Code.RULE_FROM_TOO_SOON, "ValidFrom")


def content_faults(rule: Rule) -> Iterator[RuleFault]:
    """An English description, the fields that the logic reads, an engine that we know."""
    if len(rule.descriptions.get("en", "").strip()) < LEAST_LETTERS:
        yield RuleFault(Code.RULE_ENGLISH_MISSING, "Description")
    read = expression.affected_fields(dict(rule.logic))
    if set(read) != set(rule.affected_fields):
        yield RuleFault(Code.RULE_FIELDS_DIFFER, "AffectedFields", ", ".join(read)[:200])
    if rule.is_of_later_engine:
        yield RuleFault(Code.RULE_ENGINE_TOO_NEW, "EngineVersion")
