"""The form of a demand: what it is about, and the citizen's own words. Nothing is ticked beforehand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.rights.rules import LONGEST_WORDS, MATTERS, Kind, Matter, Wish
from vaxpass.rights.words import MATTERS as MATTER_WORDS

WHAT_FOLLOWS: Mapping[Kind, Mapping[Matter, Words]] = {
    Kind.DELETION: {
        Matter.MESSAGES: _("the address is deleted"),
        Matter.CONSENTS: _("all are taken back; that they once were given is kept as proof"),
        Matter.PHOTOS: _("deleted once the report is decided"),
        Matter.LOOKS: _("kept: it protects you"),
        Matter.RECORD: _("kept as long as the law on health records orders"),
        Matter.PASSPORT: _("kept: what is signed is never taken away; the log holds no name"),
        Matter.REPORTS: _("kept as proof of what was answered"),
    },
}


class DemandForm(forms.Form):
    """What is demanded. Raises nothing: the rules of rights judge the wish."""

    matters = forms.MultipleChoiceField(
        label=_("What it is about"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    words = forms.CharField(
        label=_("In your words"),
        help_text=_("Why, and what you want instead. Do not write numbers of papers here."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *arguments: Any, kind: Kind, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind = kind
        field = self.fields["matters"]
        assert isinstance(field, forms.MultipleChoiceField)
        follows = WHAT_FOLLOWS.get(kind, {})
        field.choices = [(matter.value, _choice(matter, follows.get(matter, ""))) for matter in MATTERS[kind]]

    def wish(self, language: str) -> Wish:
        """Give what a valid form demands."""
        matters = tuple(Matter(matter) for matter in self.cleaned_data["matters"])
        return Wish(self.kind, matters, self.cleaned_data["words"].strip(), language)


def _choice(matter: Matter, follows: Words) -> str:
    word = str(MATTER_WORDS[matter])
    return f"{word} ({follows})" if follows else word
