"""What a proposal of rules must be and who may decide: pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from vaxproof import Code
from vaxproof.rules import gateway
from vaxproof.rules.expression import Fault, FaultKind
from vaxproof.rules.rule import Rule, RuleFault, form_faults

from vaxpass.offices.scope import Refused
from vaxpass.validity_rules import samples
from vaxpass.validity_rules.reading import Found

OWN_COUNTRY: Final = "VN"
ENTRY: Final = "entry"
MAX_CHANGES: Final = 2_000
_PURPOSE: Final = re.compile(r"[a-z][a-z0-9-]{1,29}")
_REMARKS: Final = frozenset({Code.RULE_FIELDS_DIFFER})


class Kind(IntEnum):
    """What a change does. The numbers are stored; never reuse one."""

    PUT = 1
    RETIRE = 2


class Status(IntEnum):
    """How far a proposal is. Stored."""

    DRAFT = 1
    OPEN = 2
    APPROVED = 3
    REFUSED = 4
    WITHDRAWN = 5


@dataclass(frozen=True, slots=True)
class Key:
    """Which rule: of which country, for which purpose."""

    country: str
    purpose: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Said:
    """One fault or remark, as it is stored. `code`: a msgid; `member`: of the rule; `parts`: of its logic."""

    code: str
    member: str = ""
    detail: str = ""
    parts: tuple[tuple[str, tuple[str | int, ...], Mapping[str, str]], ...] = ()

    @classmethod
    def of(cls, fault: RuleFault) -> "Said":
        """What the library found."""
        parts = tuple((part.kind.value, part.path, part.about) for part in fault.faults)
        return cls(fault.code.value, fault.member, fault.detail, parts)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        parts = [[kind, list(path), dict(about)] for kind, path, about in self.parts]
        return {"code": self.code, "member": self.member, "detail": self.detail, "parts": parts}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Said":
        """As it was stored."""
        parts = tuple((kind, tuple(path), about) for kind, path, about in stored["parts"])
        return cls(stored["code"], stored["member"], stored["detail"], parts)

    def expression_faults(self) -> list[Fault]:
        """The faults of the logic, to be put into words."""
        return [Fault(FaultKind(kind), path, None, "", dict(about)) for kind, path, about in self.parts]


@dataclass(frozen=True, slots=True)
class Change:
    """One rule put (a new one, or a higher version) or retired. `rule` is None where it is retired."""

    kind: Kind
    key: Key
    version: str
    rule: Rule | None
    remarks: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """One rule of a file: the change that it is, or why it is none."""

    where: str
    identifier: str
    change: Change | None
    faults: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a rule is held against: the purpose, the versions that are published, the time."""

    purpose: str
    published: Mapping[Key, Rule]
    now: datetime
    seen: set[tuple[Key, str]] = field(default_factory=set)


def check_purpose(purpose: str) -> str:
    """Refuse RULES_PURPOSE_ILLEGAL."""
    if _PURPOSE.fullmatch(purpose) is None:
        raise Refused("RULES_PURPOSE_ILLEGAL")
    return purpose


def assess(found: Iterable[Found], circumstances: Circumstances) -> list[Assessed]:
    """Hold each rule of a file against the form, against itself and against what is published."""
    return [assess_one(one, circumstances) for one in found]


def assess_one(found: Found, circumstances: Circumstances) -> Assessed:
    """One rule: a change with remarks, or its faults."""
    name = _name_of(found.value)
    faults = [Said(found.fault)] if found.fault else [Said.of(fault) for fault in form_faults(found.value)]
    if faults:
        return Assessed(found.where, name, None, tuple(faults))
    rule = Rule.from_json(found.value)
    key = Key(rule.country, circumstances.purpose, rule.identifier)
    last = circumstances.published.get(key)
    own = [*map(Said.of, _refusing(rule, last)), *_repeated(key, rule, circumstances)]
    if own:
        return Assessed(found.where, name, None, tuple(own))
    circumstances.seen.add((key, rule.version))
    remarks = (*found.remarks_as(Said), *_remarks(rule, last, circumstances.now))
    return Assessed(found.where, name, Change(Kind.PUT, key, rule.version, rule, remarks))


def _name_of(value: object) -> str:
    name = value.get("Identifier") if isinstance(value, dict) else None
    return name[:40] if isinstance(name, str) else ""


def _refusing(rule: Rule, last: Rule | None) -> Iterable[RuleFault]:
    """What would make the rule useless or ambiguous for verifiers."""
    yield from gateway.identity_faults(rule)
    yield from gateway.version_faults(rule, last)
    yield from (fault for fault in gateway.content_faults(rule) if fault.code not in _REMARKS)
    if rule.valid_from >= rule.valid_to:
        yield RuleFault(Code.RULE_WINDOW_BACKWARDS, "ValidTo")


def _repeated(key: Key, rule: Rule, circumstances: Circumstances) -> list[Said]:
    return [Said("RULE_TWICE_IN_FILE", "Identifier")] if (key, rule.version) in circumstances.seen else []


def _remarks(rule: Rule, last: Rule | None, now: datetime) -> Iterable[Said]:
    """What both officers should know before they publish it."""
    yield from (Said.of(fault) for fault in gateway.content_faults(rule) if fault.code in _REMARKS)
    if not rule.descriptions.get("vi"):
        yield Said("RULE_VIETNAMESE_MISSING", "Description")
    if rule.valid_to < now:
        yield Said("RULE_OVER_ALREADY", "ValidTo")
    if rule.country == OWN_COUNTRY:
        yield from map(Said.of, gateway.window_faults(rule, now))
        if last is not None and rule.valid_from < last.valid_from:
            yield Said(Code.RULE_FROM_BEFORE_LAST.value, "ValidFrom")
    yield from (Said(code, "Logic") for code in samples.what_is_odd(rule))


def check_count(changes: int) -> None:
    """Refuse RULES_NOTHING_TO_PROPOSE, RULES_TOO_MANY."""
    if not changes:
        raise Refused("RULES_NOTHING_TO_PROPOSE")
    if changes > MAX_CHANGES:
        raise Refused("RULES_TOO_MANY", most=MAX_CHANGES)


def check_may_send(*, status: int, proposed_by: int, actor: int) -> None:
    """Refuse RULES_PROPOSAL_NOT_YOURS, RULES_PROPOSAL_SENT_ALREADY."""
    if proposed_by != actor:
        raise Refused("RULES_PROPOSAL_NOT_YOURS")
    if status != Status.DRAFT:
        raise Refused("RULES_PROPOSAL_SENT_ALREADY")


def check_may_withdraw(*, status: int, proposed_by: int, actor: int) -> None:
    """Refuse RULES_PROPOSAL_NOT_YOURS, RULES_PROPOSAL_DECIDED_ALREADY."""
    if proposed_by != actor:
        raise Refused("RULES_PROPOSAL_NOT_YOURS")
    if status not in {Status.DRAFT, Status.OPEN}:
        raise Refused("RULES_PROPOSAL_DECIDED_ALREADY")


def check_may_decide(*, status: int, proposed_by: int, actor: int) -> None:
    """Refuse RULES_PROPOSAL_OWN, RULES_PROPOSAL_NOT_SENT, RULES_PROPOSAL_DECIDED_ALREADY."""
    if proposed_by == actor:
        raise Refused("RULES_PROPOSAL_OWN")
    if status == Status.DRAFT:
        raise Refused("RULES_PROPOSAL_NOT_SENT")
    if status != Status.OPEN:
        raise Refused("RULES_PROPOSAL_DECIDED_ALREADY")


def check_still_fits(changes: Iterable[Change], published: Mapping[Key, Rule]) -> None:
    """Refuse RULES_OVERTAKEN: since it was proposed, another version came, or what should be retired is gone."""
    latest = {key: rule.precedence for key, rule in published.items()}
    for change in changes:
        known = latest.get(change.key)
        if change.rule is None:
            if known is None:
                raise Refused("RULES_OVERTAKEN", rule=change.key.identifier)
            latest.pop(change.key)
        elif known is not None and change.rule.precedence <= known:
            raise Refused("RULES_OVERTAKEN", rule=change.key.identifier)
        else:
            latest[change.key] = change.rule.precedence


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The order in which they are published: lower versions first."""
    return sorted(changes, key=lambda change: (change.key.country, change.key.identifier, _precedence(change)))


def _precedence(change: Change) -> tuple[int, ...]:
    return change.rule.precedence if change.rule else ()
