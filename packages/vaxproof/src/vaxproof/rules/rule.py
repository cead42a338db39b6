"""One rule, as the EU gateway exchanges it (its validation-rule schema): read strictly, every fault named.

What the gateway asks of an upload besides the form is in `gateway.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from vaxproof.errors import Code, ProofError
from vaxproof.rules import expression
from vaxproof.rules.certlogic import LANGUAGE_VERSION

ENGINE: Final = "CERTLOGIC"
MAX_TEXT: Final = 5_000
MAX_DESCRIPTIONS: Final = 100
MAX_FIELDS: Final = 200
MAX_NAME: Final = 100
MAX_REGION: Final = 10
_VERSION_TEXT: Final = r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}"
_PATTERNS: Final = {
    "Identifier": re.compile("(?:GR|VR|TR|RR|IR)-[A-Z]{2}-[0-9]{1,9}"),
    "Country": re.compile("[A-Z]{2}"),
    "Version": re.compile(_VERSION_TEXT),
    "SchemaVersion": re.compile(_VERSION_TEXT),
    "EngineVersion": re.compile(_VERSION_TEXT),
}
_LANGUAGE: Final = re.compile("[a-z]{2}(?:-[a-zA-Z]{2})?")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


class RuleType(StrEnum):
    """Acceptance: of the country that is entered. Invalidation: of the country that issued the certificate."""

    ACCEPTANCE = "Acceptance"
    INVALIDATION = "Invalidation"


class CertificateType(StrEnum):
    """Which certificates a rule is about."""

    GENERAL = "General"
    VACCINATION = "Vaccination"
    TEST = "Test"
    RECOVERY = "Recovery"


@dataclass(frozen=True, slots=True)
class RuleFault:
    """What is wrong with a rule. `member`: of its JSON; `detail`: technical, or None. `faults`: of its logic."""

    code: Code
    member: str
    detail: str = ""
    faults: tuple[expression.Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that is well formed. `descriptions`: texts by language; `logic`: CertLogic; times are aware UTC."""

    identifier: str
    type: RuleType
    country: str
    region: str | None
    version: str
    schema_version: str
    engine_version: str
    certificate_type: CertificateType
    descriptions: Mapping[str, str]
    valid_from: datetime
    valid_to: datetime
    affected_fields: tuple[str, ...]
    logic: Mapping[str, Any]

    @classmethod
    def from_json(cls, value: object) -> "Rule":
        """The rule of this JSON object. Unknown members are ignored.

        Raises:
            ProofError: RULE_INVALID (detail: the member), RULE_ENGINE_UNKNOWN, RULE_EXPRESSION_INVALID (detail: the
                first fault).
        """
        for fault in form_faults(value):
            raise ProofError(fault.code, fault.detail or fault.member)
        assert isinstance(value, dict)  # form_faults said so
        return cls(
            identifier=value["Identifier"],
            type=RuleType(value["Type"]),
            country=value["Country"],
            region=value.get("Region") or None,
            version=value["Version"],
            schema_version=value["SchemaVersion"],
            engine_version=value["EngineVersion"],
            certificate_type=CertificateType(value["CertificateType"]),
            descriptions={entry["lang"].lower(): entry["desc"] for entry in reversed(value["Description"])},
            valid_from=_time(value["ValidFrom"]),
            valid_to=_time(value["ValidTo"]),
            affected_fields=tuple(value["AffectedFields"]),
            logic=value["Logic"],
        )

    def to_json(self) -> dict[str, Any]:
        """The JSON object in the gateway's form."""
        region = {"Region": self.region} if self.region else {}
        return {
            "Identifier": self.identifier,
            "Type": self.type.value,
            "Country": self.country,
            **region,
            "Version": self.version,
            "SchemaVersion": self.schema_version,
            "Engine": ENGINE,
            "EngineVersion": self.engine_version,
            "CertificateType": self.certificate_type.value,
            "Description": [{"lang": language, "desc": text} for language, text in sorted(self.descriptions.items())],
            "ValidFrom": _stamp(self.valid_from),
            "ValidTo": _stamp(self.valid_to),
            "AffectedFields": list(self.affected_fields),
            "Logic": dict(self.logic),
        }

    def description(self, language: str) -> str:
        """What it asks, in this language; in English where that is missing, in any where both are."""
        texts = self.descriptions
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), self.identifier)

    def is_in_force(self, at: datetime) -> bool:
        """Whether the time lies in its window, both ends included."""
        return self.valid_from <= at <= self.valid_to

    @property
    def is_of_later_engine(self) -> bool:
        """Whether it asks for a later CertLogic than we know."""
        return version_of(self.engine_version) > LANGUAGE_VERSION

    @property
    def precedence(self) -> tuple[int, ...]:
        """Of two versions of a rule the one with the higher precedence counts."""
        return version_of(self.version)


def version_of(text: str) -> tuple[int, ...]:
    """`1.10.2` as numbers, for comparing."""
    return tuple(map(int, text.split(".")))


def form_faults(value: object) -> Iterator[RuleFault]:
    """Every member that is missing or of the wrong form, then those of the logic."""
    if not isinstance(value, dict):
        yield RuleFault(Code.RULE_INVALID, "", "no object")
        return
    for member, is_right in _CHECKS.items():
        if not is_right(value.get(member)):
            yield RuleFault(Code.RULE_INVALID, member)
    if isinstance(value.get("Engine"), str) and value["Engine"] != ENGINE:
        yield RuleFault(Code.RULE_ENGINE_UNKNOWN, "Engine")
    if isinstance(value.get("Logic"), dict):
        found = expression.faults(value["Logic"])
        if found:
            yield RuleFault(Code.RULE_EXPRESSION_INVALID, "Logic", found[0].message[:200], found)


def _matches(member: str) -> Any:
    return lambda value: isinstance(value, str) and _PATTERNS[member].fullmatch(value) is not None


def _is_one_of(kinds: type[StrEnum]) -> Any:
    return lambda value: isinstance(value, str) and value in {kind.value for kind in kinds}


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        return False
    try:
        _time(value)
    except (ValueError, OverflowError):
        return False
    return True


def _are_descriptions(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MAX_DESCRIPTIONS and all(map(_is_description, value))


def _is_description(entry: object) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("lang"), str):
        return False
    text = entry.get("desc")
    return _LANGUAGE.fullmatch(entry["lang"]) is not None and isinstance(text, str) and 0 < len(text) <= MAX_TEXT


def _are_fields(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_FIELDS
        and all(isinstance(field, str) and 0 < len(field) <= MAX_NAME for field in value)
    )


def _is_region(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= MAX_REGION)


_CHECKS: Final[dict[str, Any]] = {
    "Identifier": _matches("Identifier"),
    "Type": _is_one_of(RuleType),
    "Country": _matches("Country"),
    "Region": _is_region,
    "Version": _matches("Version"),
    "SchemaVersion": _matches("SchemaVersion"),
    "Engine": lambda value: isinstance(value, str),
    "EngineVersion": _matches("EngineVersion"),
    "CertificateType": _is_one_of(CertificateType),
    "Description": _are_descriptions,
    "ValidFrom": _is_time,
    "ValidTo": _is_time,
    "AffectedFields": _are_fields,
    "Logic": lambda value: isinstance(value, dict),
}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
