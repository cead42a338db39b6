"""Rules in words, Vietnamese or English: what failed, which fields it looked at, what is wrong with an expression."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from vaxproof.rules import value_sets as names
from vaxproof.rules.expression import Fault
from vaxproof.rules.judge import Finding, Judgement
from vaxproof.rules.value_sets import ValueSets
from vaxproof.sentences import LANGUAGES, sentence

_SETS: Final = {
    "tg": names.DISEASES,
    "vp": names.PROPHYLAXIS,
    "mp": names.PRODUCTS,
    "tt": names.TEST_TYPES,
    "tr": names.TEST_RESULTS,
    "co": names.COUNTRIES,
}
_DATES: Final = frozenset({"dob", "dt", "sc", "fr", "df", "du"})


@dataclass(frozen=True, slots=True)
class FieldInWords:
    """One field that a rule looked at. `value`: as it stands; `name`: as people say it."""

    field: str
    label: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding in words. `outcome`: the sentence; `asks`: what the rule asks; `fields`: what the certificate says."""

    outcome: str
    asks: str
    fields: tuple[FieldInWords, ...]

    @property
    def text(self) -> str:
        """All of it on one line."""
        said = "; ".join(f"{field.label}: {field.name}" for field in self.fields)
        return " ".join(filter(None, (self.outcome, self.asks, said and f"({said})")))


def explain(finding: Finding, language: str = "vi", value_sets: ValueSets | None = None) -> Explanation:
    """A finding in the reader's language; the rule's own description in English where it has none in that language."""
    sets = value_sets or names.built_in()
    fields = tuple(_field(field, value, language, sets) for field, value in finding.affected.items())
    outcome = sentence(finding.code, language) if finding.code else _words(language)["outcomes"][finding.outcome.value]
    return Explanation(outcome, finding.rule.description(language), fields)


def outcome_sentence(judgement: Judgement, language: str = "vi") -> str:
    """What all rules together say."""
    if judgement.code is not None:
        return sentence(judgement.code, language)
    text: str = _words(language)["judgements"][judgement.outcome.value]
    return text


def not_checked(language: str = "vi") -> str:
    """That judging by rules does not check the proof."""
    text: str = _words(language)["not_checked"]
    return text


def fault_sentence(fault: Fault, language: str = "vi") -> str:
    """What is wrong with a part of an expression and how to mend it."""
    text: str = _words(language)["faults"][fault.kind.value]
    said = text.format(**fault.about)
    place = _words(language)["place"].format(place=fault.place) if fault.path else ""
    return f"{said} {place}".strip()


def label_of(field: str, language: str = "vi") -> str:
    """What a field of a certificate is called: `v.0.mp` is the vaccine."""
    known: dict[str, str] = _words(language)["fields"]
    group, _, rest = field.partition(".")
    member = rest.partition(".")[2] if rest[:1].isdigit() else rest
    return known.get(f"{group}.{member}") or known.get(member) or known.get(field) or field


def _field(field: str, value: str | float | bool, language: str, sets: ValueSets) -> FieldInWords:  # noqa: FBT001 -- a value of JSON
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return FieldInWords(field, label_of(field, language), text, _name(field, text, language, sets))


def _name(field: str, value: str, language: str, sets: ValueSets) -> str:
    member = field.rpartition(".")[2]
    if member in _DATES:
        return _date(value, language)
    ours: dict[str, str] = _words(language)["values"]
    holder = names.TEST_DEVICES if field.startswith("t.") else names.HOLDERS
    found = ours.get(value) or sets.name_of(holder if member == "ma" else _SETS.get(member, ""), value)
    return f"{found} ({value})" if found and found != value else value


def _date(value: str, language: str) -> str:
    """Day first in Vietnamese; a time of day stays as it stands."""
    date, _, time = value.partition("T")
    said = "/".join(reversed(date.split("-"))) if language == "vi" else date
    return f"{said} {time}" if time else said


@cache
def _words(language: str) -> dict[str, Any]:
    known = language if language in LANGUAGES else "en"
    file = resources.files("vaxproof") / "locale" / f"rules.{known}.toml"
    return tomllib.loads(file.read_text("utf-8"))
