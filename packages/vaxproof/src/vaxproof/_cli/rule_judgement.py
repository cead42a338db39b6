"""`vaxproof rules judge`: what a country's rules say of a certificate. The proof itself is not checked here."""

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vaxproof import verify
from vaxproof._cli import exits
from vaxproof._cli.output import as_values, harmless, show
from vaxproof._cli.source import read_text
from vaxproof.envelope import cwt
from vaxproof.errors import Code, ProofError
from vaxproof.rules import book, explain
from vaxproof.rules.judge import Circumstances, Finding, Judgement, Outcome, judge_in
from vaxproof.rules.rule import Rule
from vaxproof.rules.value_sets import ValueSets, built_in
from vaxproof.schema import normalise
from vaxproof.sentences import LANGUAGES, sentence

_EXITS = {
    Outcome.PASSED: exits.VALID,
    Outcome.FAILED: exits.NOT_VALID,
    Outcome.OPEN: exits.CANNOT_TELL,
}


def run(arguments: Namespace) -> int:
    """Print what the rules say; 0 passed, 1 failed, 2 open."""
    try:
        judgement, sets = _judgement(arguments)
    except ProofError as error:
        show(harmless(f"{error}: {sentence(error.code, arguments.language)}"))
        return exits.CANNOT_TELL
    if arguments.json:
        show(json.dumps(as_json(judgement, sets), ensure_ascii=False, indent=1))
    else:
        show(_as_text(judgement, sets, arguments.language))
    return _EXITS[judgement.outcome]


def _judgement(arguments: Namespace) -> tuple[Judgement, ValueSets]:
    value_sets = ValueSets.from_json(arguments.value_sets.read_bytes()) if arguments.value_sets else built_in()
    sets = read_rules(arguments.rules, arguments.purpose)
    dcc, known = _certificate(read_text(arguments.source))
    circumstances = Circumstances(
        country=arguments.country,
        at=arguments.at or datetime.now(UTC),
        purpose=arguments.purpose,
        region=arguments.region,
        **known,
    )
    return judge_in(sets, dcc, circumstances, value_sets), value_sets


def read_rules(path: Path, purpose: str) -> tuple[book.RuleSet, ...]:
    """The sets of a published document; or one rule, or a list of rules, as they are exchanged.

    Raises:
        ProofError: RULES_INVALID, or what is wrong with a rule.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ProofError(Code.RULES_INVALID, "not JSON") from None
    if isinstance(content, dict) and content.get("format") == book.FORMAT:
        return book.sets_of(content)
    rules = [Rule.from_json(value) for value in (content if isinstance(content, list) else [content])]
    countries = sorted({rule.country for rule in rules})
    return tuple(book.RuleSet(c, purpose, tuple(rule for rule in rules if rule.country == c)) for c in countries)


def _certificate(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The DCC of an `HC1:` text or of JSON, and what the envelope says besides."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text), {}
        except (ValueError, RecursionError):
            raise ProofError(Code.CBOR_DESERIALIZATION_FAILED, "not JSON") from None
    token = cwt.decode(verify.open_text(text).payload)
    return dict(normalise(token.dcc)), {
        "issued_at": datetime.fromtimestamp(token.issued_at, UTC),
        "expires_at": datetime.fromtimestamp(token.expires_at, UTC),
        "issuer_country": token.issuer,
    }


def as_json(judgement: Judgement, value_sets: ValueSets) -> dict[str, Any]:
    """The judgement as plain values."""
    return {
        "outcome": judgement.outcome,
        "code": judgement.code,
        "sentence": {language: _heading(judgement, language) for language in LANGUAGES},
        "findings": [_finding(finding, value_sets) for finding in judgement.findings],
    }


def _finding(finding: Finding, value_sets: ValueSets) -> dict[str, Any]:
    return {
        "rule": finding.identifier,
        "version": finding.version,
        "outcome": finding.outcome,
        "code": finding.code,
        "affected": as_values(finding.affected),
        "words": {language: explain.explain(finding, language, value_sets).text for language in LANGUAGES},
    }


def _heading(judgement: Judgement, language: str) -> str:
    return explain.outcome_sentence(judgement, language)


def _as_text(judgement: Judgement, value_sets: ValueSets, language: str) -> str:
    lines = [judgement.outcome.value.upper(), _heading(judgement, language)]
    for finding in judgement.findings:
        said = explain.explain(finding, language, value_sets)
        lines.append(f"{finding.outcome.value:6} {finding.identifier} {finding.version}: {said.text}")
    return "\n".join(map(harmless, [*lines, explain.not_checked(language)]))
