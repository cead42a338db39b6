"""Two texts beside each other, what differs marked letter by letter, so that a lost accent is seen."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from unicodedata import normalize

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from vaxpass.desks._shared.navigation import Words
from vaxpass.records.names import fold_name

NOTHING = "–"


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
    """Mark the letters of each text that the other does not have at that place."""
    one, other = _tidy(first), _tidy(second)
    if not one or not other:
        return _plain(one), _marked([(other, True)]) if other else _plain("")
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return (
        _marked([(one[a:b], tag != "equal") for tag, a, b, _c, _d in steps]),
        _marked([(other[c:d], tag != "equal") for tag, _a, _b, c, d in steps]),
    )


def _marked(pieces: list[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if marked else text,) for text, marked in pieces if text)
    )


def _plain(text: str) -> SafeString:
    return format_html("{}", text or NOTHING)


def _tidy(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
