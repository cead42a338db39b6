"""Two texts beside each other, what differs marked letter by letter, so that a lost accent is seen; dates by parts."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final
from unicodedata import normalize

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from vaxpass.desks._shared.navigation import Words
from vaxpass.records.names import fold_name

NOTHING = "–"
_DATE: Final = re.compile(r"\d{1,2}(/\d{1,2})?(/\d{4})|\d{4}")
"""A day, a month or a year as dates are shown: 07/05/1990, 05/1990, 1990."""


@dataclass(frozen=True)
class Compared:
    """One field: as the record stands, and as the citizen says; `said` is empty where nothing was said of it."""

    name: str
    label: Words
    stands: str
    said: str

    @property
    def differs(self) -> bool:
        """Say whether the citizen says something else."""
        return bool(self.said) and _tidy(self.said) != _tidy(self.stands)

    @property
    def accents_only(self) -> bool:
        """Say whether both are the same but for accents, capitals and spaces."""
        return self.differs and bool(self.stands) and fold_name(self.said) == fold_name(self.stands)

    @cached_property
    def marked(self) -> tuple[SafeString, SafeString]:
        """Give both texts as safe HTML; the letters that differ stand in <mark>."""
        if not self.differs:
            return _plain(self.stands), _plain(self.said)
        return mark_letters(self.stands, self.said)


def mark_letters(first: str, second: str) -> tuple[SafeString, SafeString]:
    """Mark what the other text does not say: letters at their place, of two dates whole days, months, years."""
    one, other = _tidy(first), _tidy(second)
    if not one or not other:
        return _plain(one), _marked([(other, True)]) if other else _plain("")
    if _DATE.fullmatch(one) and _DATE.fullmatch(other):
        return _mark_parts(one, other), _mark_parts(other, one)
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return (
        _marked([(one[a:b], tag != "equal") for tag, a, b, _c, _d in steps]),
        _marked([(other[c:d], tag != "equal") for tag, _a, _b, c, d in steps]),
    )


def _mark_parts(text: str, other: str) -> SafeString:
    """Mark the day, the month, the year that the other date does not say; both are read from the year backwards."""
    parts, others = text.split("/"), other.split("/")
    others = [""] * (len(parts) - len(others)) + others[max(0, len(others) - len(parts)) :]
    pieces = [(part, part != there) for part, there in zip(parts, others, strict=True)]
    return _marked([piece for one in pieces for piece in (("/", False), one)][1:])


def _marked(pieces: list[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if marked else text,) for text, marked in pieces if text)
    )


def _plain(text: str) -> SafeString:
    return format_html("{}", text or NOTHING)


def _tidy(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
