"""What each document says, apart from its number and times: the members of its JSON and a fingerprint of them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from babel import Locale
from vaxproof import valuesets
from vaxproof.trust import documents
from vaxproof.trust.entries import TrustEntry, write_entry

from vaxpass.publication.rules import Document, Head

COUNTRIES = ("VN",)
"""Whose passports our revocations speak of."""


@dataclass(frozen=True, slots=True)
class Content:
    """One document before it has a number. `fingerprint`: SHA-256 in hex of what it says; same content, same one."""

    document: Document
    fingerprint: str
    encode: Callable[[Head], bytes]

    @property
    def format_name(self) -> str:
        """The name in the document's head."""
        return format_of(self.document)


def format_of(document: Document) -> str:
    """Give the format's name of a document."""
    return f"vaxproof-{document}"


def content_of(document: Document, **members: object) -> Content:
    """A document of plain members."""
    fingerprint = sha256(json.dumps(members, sort_keys=True).encode()).hexdigest()

    def encode(head: Head) -> bytes:
        return documents.encode(format_of(document), head.made_at, head.next_at, number=head.number, **members)

    return Content(document, fingerprint, encode)


def trust_list(entries: Iterable[TrustEntry]) -> Content:
    """The trust list of these entries (vaxproof's format)."""
    return content_of(Document.TRUST_LIST, certificates=[write_entry(entry) for entry in entries])


def rules(sets: Sequence[Mapping[str, Any]]) -> Content:
    """The validity rules by country and purpose: `{"country", "purpose", "rules"}` each."""
    return content_of(Document.RULES, sets=list(sets))


def value_sets() -> Content:
    """The EU's value sets as far as our passports and their rules need them, in the EU's own shape."""
    return content_of(Document.VALUE_SETS, value_sets=_value_sets())


_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Two letters that the Unicode names have and the value set of ISO 3166-1 countries has not."""


def _value_sets() -> dict[str, Any]:
    """Dates: those of the EU's release 2.12.0, from which vaxproof's codes come."""
    products = {code: product.name for code, product in valuesets.PRODUCTS.items()}
    named: dict[str, tuple[str, Mapping[str, str]]] = {
        "country-2-codes": ("2019-11-01", _countries()),
        "covid-19-lab-result": ("2021-04-27", valuesets.TEST_RESULTS),
        "covid-19-lab-test-type": ("2021-04-27", valuesets.TEST_TYPES),
        "disease-agent-targeted": ("2021-04-27", {valuesets.DISEASE: "COVID-19"}),
        "sct-vaccines-covid-19": ("2023-01-25", valuesets.PROPHYLAXIS),
        "vaccines-covid-19-auth-holders": ("2022-01-26", valuesets.HOLDERS),
        "vaccines-covid-19-names": ("2022-11-30", products),
    }
    return {name: {"date": date, "values": _values(codes)} for name, (date, codes) in named.items()}


def _countries() -> dict[str, str]:
    names = Locale("en").territories
    return {code: str(name) for code, name in names.items() if _is_country(code)}


def _is_country(code: str) -> bool:
    return len(code) == len("VN") and code.isalpha() and code not in _NO_COUNTRIES


def _values(codes: Mapping[str, str]) -> dict[str, Any]:
    withdrawn = valuesets.WITHDRAWN
    return {code: {"display": name, "active": code not in withdrawn} for code, name in sorted(codes.items())}
