"""Value sets: lists of codes for the rules to look into, names of codes for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from vaxproof import valuesets
from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents

FORMAT: Final = "vaxproof-value-sets"
MAX_BYTES: Final = 8_000_000
DISEASES: Final = "disease-agent-targeted"
PROPHYLAXIS: Final = "sct-vaccines-covid-19"
PRODUCTS: Final = "vaccines-covid-19-names"
HOLDERS: Final = "vaccines-covid-19-auth-holders"
TEST_TYPES: Final = "covid-19-lab-test-type"
TEST_RESULTS: Final = "covid-19-lab-result"
TEST_DEVICES: Final = "covid-19-lab-test-manufacturer-and-name"
COUNTRIES: Final = "country-2-codes"


@dataclass(frozen=True, slots=True)
class ValueSets:
    """`codes`: every code of each set, withdrawn ones too, as rules see them; `names`: of the codes, in English."""

    codes: Mapping[str, list[str]]
    names: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_json(cls, data: bytes) -> "ValueSets":
        """Those of a published document's bytes.

        Raises:
            ProofError: VALUE_SETS_INVALID.
        """
        refusal = Code.VALUE_SETS_INVALID
        return cls.from_document(documents.parse(data, format_name=FORMAT, limit=MAX_BYTES, refusal=refusal))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ValueSets":
        """Those of a published document that was parsed already.

        Raises:
            ProofError: VALUE_SETS_INVALID.
        """
        sets = document.get("value_sets")
        if not isinstance(sets, dict) or not all(map(_is_set, sets.values())):
            raise ProofError(Code.VALUE_SETS_INVALID, "value_sets")
        return cls(
            {name: list(entry["values"]) for name, entry in sets.items()},
            {name: {code: _name(value) for code, value in entry["values"].items()} for name, entry in sets.items()},
        )

    def name_of(self, value_set: str, code: str) -> str | None:
        """The name of a code; None where there is none."""
        return self.names.get(value_set, {}).get(code) or None


def _is_set(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("values"), dict)


def _name(value: object) -> str:
    name = value.get("display") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


@cache
def built_in() -> ValueSets:
    """The EU's value sets that this library knows by itself: all but countries and test devices."""
    names: dict[str, Mapping[str, str]] = {
        DISEASES: {valuesets.DISEASE: "COVID-19"},
        PROPHYLAXIS: valuesets.PROPHYLAXIS,
        PRODUCTS: {product.mp: product.name for product in valuesets.PRODUCTS.values()},
        HOLDERS: valuesets.HOLDERS,
        TEST_TYPES: valuesets.TEST_TYPES,
        TEST_RESULTS: valuesets.TEST_RESULTS,
    }
    return ValueSets({name: list(values) for name, values in names.items()}, names)
