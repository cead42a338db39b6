"""Rules in words for the pages: states, faults and remarks, the difference that a proposal would make."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import ndiff
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from vaxproof import Code
from vaxproof import sentence as proof_sentence
from vaxproof.rules.explain import fault_sentence
from vaxproof.rules.judge import Outcome
from vaxproof.rules.rule import Rule

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.validity_rules.rules import Assessed, Change, Key, Kind, Said, Status

Words = str | Promise
STATUS_WORDS: dict[Status, tuple[Words, str]] = {
    Status.DRAFT: (_("Draft"), "wait"),
    Status.OPEN: (_("Waits for approval"), "turn"),
    Status.APPROVED: (_("Approved"), "done"),
    Status.REFUSED: (_("Refused"), "refused"),
    Status.WITHDRAWN: (_("Withdrawn by its maker"), "ended"),
}
OUTCOME_WORDS: dict[Outcome, tuple[Words, str]] = {
    Outcome.PASSED: (_("Passed"), "done"),
    Outcome.FAILED: (_("Not passed"), "refused"),
    Outcome.OPEN: (_("Cannot be said"), "turn"),
}
CERTIFICATE_WORDS: dict[str, Words] = {
    "General": _("Every certificate"),
    "Vaccination": _("Vaccination"),
    "Test": _("Test"),
    "Recovery": _("Recovery"),
}
TYPE_WORDS: dict[str, Words] = {
    "Acceptance": _("Acceptance: asked of everybody who enters"),
    "Invalidation": _("Invalidation: asked of certificates that this country issued"),
}
PURPOSE_WORDS: dict[str, Words] = {"entry": _("Entry")}
MEMBER_WORDS: dict[str, Words] = {
    "Identifier": _("Identifier"),
    "Type": _("Type"),
    "Country": _("Country"),
    "Region": _("Region"),
    "Version": _("Version"),
    "SchemaVersion": "SchemaVersion",
    "Engine": "Engine",
    "EngineVersion": "EngineVersion",
    "CertificateType": _("Certificates"),
    "Description": _("Description"),
    "ValidFrom": _("In force from"),
    "ValidTo": _("In force until"),
    "AffectedFields": _("Fields that it reads"),
    "Logic": _("Logic"),
}


@dataclass(frozen=True, slots=True)
class SaidInWords:
    """A fault or remark as shown. `parts`: of the logic, each a sentence."""

    code: str
    member: Words
    sentence: str
    detail: str
    parts: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One member, now and then. `differs` says so in words too."""

    label: Words
    now: Words
    then: Words
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the logic: `mark` is + (new), - (gone) or empty."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change of a proposal as shown."""

    key: Key
    version: str
    chip: Chip
    title: str
    rows: list[Row]
    logic: list[Line]
    remarks: list[SaidInWords]


def language() -> str:
    """The reader's language, as the library names it."""
    return (get_language() or "vi")[:2]


def purpose_words(purpose: str) -> Words:
    """What a purpose is called; those that officers name stand as they are."""
    return PURPOSE_WORDS.get(purpose, purpose)


def status_chip(status: Status) -> Chip:
    """The chip of a proposal."""
    return Chip(*STATUS_WORDS[status])


def outcome_chip(outcome: Outcome) -> Chip:
    """The chip of a judgement."""
    return Chip(*OUTCOME_WORDS[outcome])


def in_words(said: Iterable[Said]) -> list[SaidInWords]:
    """Faults and remarks as sentences."""
    return [_one_in_words(one) for one in said]


def _one_in_words(said: Said) -> SaidInWords:
    known = said.code in Code.__members__
    parts = [fault_sentence(fault, language()) for fault in said.expression_faults()]
    return SaidInWords(
        said.code,
        MEMBER_WORDS.get(said.member, said.member),
        proof_sentence(said.code, language()) if known else sentence(said.code),
        "" if parts or said.detail == said.member else said.detail,
        parts,
    )


def shown_change(change: Change, before: Rule | None) -> ShownChange:
    """A change beside the version that is published now."""
    if change.rule is None:
        chip = Chip(_("Retire"), "ended")
    else:
        chip = Chip(_("New version"), "ready") if before else Chip(_("New rule"), "ready")
    version = f"{before.version} → {change.version}" if before and change.rule else change.version
    return ShownChange(
        change.key,
        version,
        chip,
        (change.rule or before).description(language()) if (change.rule or before) else "",  # type: ignore[union-attr]  # one is there
        [row for row in _rows(before, change.rule) if row.differs or not before],
        _logic_lines(before, change.rule),
        in_words(change.remarks),
    )


def _rows(before: Rule | None, after: Rule | None) -> list[Row]:
    left, right = _members(before), _members(after)
    return [
        Row(label, left.get(name, ""), right.get(name, ""), left.get(name) != right.get(name))
        for name, label in _labels(left, right)
    ]


def _labels(*members: Mapping[str, Words]) -> list[tuple[str, Words]]:
    names = dict.fromkeys(name for one in members for name in one)
    return [(name, _label(name)) for name in names]


def _label(name: str) -> Words:
    member, _colon, code = name.partition(":")
    label = MEMBER_WORDS[member]
    return f"{label} ({code})" if code else label


def _members(rule: Rule | None) -> dict[str, Words]:
    if rule is None:
        return {}
    texts = {f"Description:{code}": text for code, text in sorted(rule.descriptions.items())}
    return {
        "Version": rule.version,
        **texts,
        "Type": TYPE_WORDS[rule.type.value],
        "CertificateType": CERTIFICATE_WORDS[rule.certificate_type.value],
        "Region": rule.region or "",
        "ValidFrom": moment_vi(rule.valid_from),
        "ValidTo": moment_vi(rule.valid_to),
        "AffectedFields": ", ".join(rule.affected_fields),
    }


def pretty(logic: Mapping[str, Any]) -> str:
    """Logic as an officer reads and edits it."""
    return json.dumps(dict(logic), ensure_ascii=False, indent=2)


def _logic_lines(before: Rule | None, after: Rule | None) -> list[Line]:
    left = pretty(before.logic).splitlines() if before else []
    right = pretty(after.logic).splitlines() if after else []
    if left == right or after is None:
        return []
    if before is None:
        return [Line("", text) for text in right]
    return [Line(line[0].strip(), line[2:]) for line in ndiff(left, right) if line[0] != "?"]


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A rule of a file that is no change."""

    where: str
    identifier: str
    faults: list[SaidInWords]


def shown_findings(found: Iterable[Assessed]) -> list[ShownFinding]:
    """What is wrong with the rules that were left out."""
    return [ShownFinding(one.where, one.identifier, in_words(one.faults)) for one in found]


def retires(change: Change) -> bool:
    """Whether the change takes a rule away."""
    return change.kind is Kind.RETIRE
