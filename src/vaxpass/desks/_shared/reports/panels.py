"""Answers of one key: a panel opens, and each of its choices has a key of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from vaxpass.corrections.rules import Refusal
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.reports.forms import ChoiceForm
from vaxpass.reports.rules import MoreCode

CHOICE_KEYS: Final = "1234567890bcde"
"""Keys of the choices in their order: digits first, then letters that no other key of the page uses in a panel."""
REFUSALS: Final = tuple(refusal for refusal in Refusal if refusal is not Refusal.OVERTAKEN)
"""The thirteen reasons of dispatch 9458/BYT-CNTT, in its order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its code, its sentence, its key."""

    code: str
    words: str
    key: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: what it is called, the key that opens it, where it posts, its form and its choices."""

    name: str
    key: str
    title: Words
    lead: Words
    url: str
    form: ChoiceForm
    choices: list[Choice]

    @property
    def open(self) -> bool:
        """Stand open when something in it has to be mended."""
        return self.form.is_bound


def more_panel(url: str, data: Any = None) -> Panel:
    """Ask the citizen for more: what exactly, by one key."""
    title, lead = _("More is needed"), _("The citizen is told what to send. The clock stands until the answer comes.")
    return _panel("more", "m", (title, lead), url, [code.value for code in MoreCode], data)


def refuse_panel(url: str, data: Any = None, *, overtaken: bool = False) -> Panel:
    """Refuse for one of the thirteen reasons, by one key; a fourteenth where the record has ended meanwhile."""
    codes = [refusal.value for refusal in REFUSALS] + [Refusal.OVERTAKEN.value] * overtaken
    title, lead = _("Refuse"), _("The citizen reads the reason and what to do, and may object once to the province.")
    return _panel("refuse", "r", (title, lead), url, codes, data)


def uphold_panel(url: str, data: Any = None) -> Panel:
    """Uphold a refusal against an objection, for one of the thirteen reasons."""
    title, lead = _("Uphold the refusal"), _("The citizen reads the reason. This answer is final.")
    return _panel("uphold", "r", (title, lead), url, [refusal.value for refusal in REFUSALS], data)


def _panel(  # noqa: PLR0913 -- a panel is these
    name: str, key: str, words: tuple[Words, Words], url: str, codes: Iterable[str], data: Any
) -> Panel:
    sentences: Mapping[str, str] = {code: sentence(code) for code in codes}
    form = ChoiceForm(data, codes=sentences, auto_id=f"{name}-%s")
    choices = [Choice(code, text, at) for (code, text), at in zip(sentences.items(), CHOICE_KEYS, strict=False)]
    return Panel(name, key, words[0], words[1], url, form, choices)
