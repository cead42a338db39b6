"""The copy of everything that the platform keeps about somebody who showed who he is.

In: the people of a proven citizen. Out: sections of entries, which the page shows and the file `vaxpass-personal-data`
holds (docs/reference/personal-data-copy.md). Reads the lower rooms through their queries; what is left out is named
with its reason (keeping.KEPT). An officer is an office here, no name; what the population database answered beyond
"confirmed" or not is never said.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.utils.translation import override

from vaxpass.citizens.rules import Citizen
from vaxpass.rights.copied_dealings import DEALING_SECTIONS
from vaxpass.rights.copied_record import RECORD_SECTIONS
from vaxpass.rights.keeping import KEPT, Text
from vaxpass.rights.values import Entry, Picture, Reader, Value

FORMAT: Final = "vaxpass-personal-data"
VERSION: Final = 1
LANGUAGES: Final = ("vi", "en")
SECTIONS: Final = (*RECORD_SECTIONS, *DEALING_SECTIONS)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data: what it is called, why and how long it is kept, its columns by name, its entries."""

    name: str
    label: Text
    why: Text
    how_long: tuple[Text, ...]
    columns: Mapping[str, Text]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything about a citizen's people. `left_out`: tables of which nothing is copied, with the reason."""

    made_at: datetime
    sections: tuple[Section, ...]
    left_out: tuple[tuple[str, Text], ...]


def gather(citizen: Citizen, *, now: datetime) -> Copy:
    """Read everything about the people of a citizen; a section without entries is there and empty."""
    reader = Reader(tuple(sorted(citizen.person_ids)), now)
    sections = tuple(
        Section(spec.name, spec.label, spec.why, _how_long(spec.name), spec.columns, tuple(spec.read(reader)))
        for spec in SECTIONS
    )
    left_out = tuple((table, kept.left_out) for table, kept in KEPT.items() if kept.left_out)
    return Copy(now, sections, left_out)


def _how_long(section: str) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(kept.how_long for kept in KEPT.values() if kept.section == section))


def to_json(copy: Copy) -> dict[str, Any]:
    """Give the copy as the documented file: days and times in ISO 8601, each field and code with its words beside."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _plain(copy.made_at),
        "controller": {"vi": "Bộ Y tế", "en": "Ministry of Health of Viet Nam"},
        "sections": [
            {
                "name": section.name,
                "label": _both(section.label),
                "why": _both(section.why),
                "kept": [_both(text) for text in section.how_long],
                "fields": {name: _both(label) for name, label in section.columns.items()},
                "entries": [{name: _plain(value) for name, value in entry.items()} for entry in section.entries],
            }
            for section in copy.sections
        ],
        "left_out": [{"table": table, "why": _both(why)} for table, why in copy.left_out],
    }


def _both(text: Text) -> dict[str, str]:
    return {language: _in(language, text) for language in LANGUAGES}


def _in(language: str, text: Text) -> str:
    with override(language):
        return str(text)


def _plain(value: Value) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, Picture):
        return {"media_type": "image/jpeg", "base64": b64encode(value.content).decode()}
    return {"code": value.code, **_both(value.words)}
