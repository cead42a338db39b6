"""The forms of support."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks.support import words
from vaxpass.support.actions.articles import LONGEST_BODY, LONGEST_TITLE
from vaxpass.support.rules import LONGEST_SUBJECT, LONGEST_TEXT, Component, Kind, ProblemState, Urgency

WORDLESS: Final = frozenset({"close", "problem"})
"""Decisions that say nothing in words."""


class AskForm(forms.Form):
    """A difficulty. Page and code go along; the record only where it is ticked; nothing is ticked beforehand."""

    kind = forms.ChoiceField(
        label=_("What the trouble is about"),
        choices=[("", "–"), *((kind.value, word) for kind, word in words.KINDS.items())],
    )
    urgency = forms.ChoiceField(
        label=_("How much does it hinder?"),
        choices=[(one.value, word) for one, word in words.URGENCIES.items()],
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(label=_("In one line"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("What did you do, and what happened?"),
        help_text=_("No names and no numbers of citizens, please: support does not need them to begin."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 7}),
    )
    with_record = forms.BooleanField(required=False, label=_("Show support where this record stands"))
    page = forms.CharField(required=False, widget=forms.HiddenInput, max_length=81)
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
    record = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    looked = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)
    sends_numbers = forms.BooleanField(
        required=False, label=_("Send the numbers as they are; support cannot help without them")
    )

    def __init__(self, *arguments: Any, has_record: bool = False, warns: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if has_record:
            self.fields["with_record"].help_text = _(
                "Its state and history, without name, numbers and dose. Who looked, and when, is written down."
            )
        else:
            del self.fields["with_record"]
        if not warns:
            del self.fields["sends_numbers"]

    @property
    def kind_chosen(self) -> Kind:
        """Give the kind of a valid form."""
        return Kind(self.cleaned_data["kind"])

    @property
    def urgency_chosen(self) -> Urgency:
        """Give the urgency of a valid form."""
        return Urgency(self.cleaned_data["urgency"])


class DecisionForm(forms.Form):
    """One decision: what is said, and the newest step that was read when it was made."""

    text = forms.CharField(label=_("Your words"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 5}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    do = forms.CharField(widget=forms.HiddenInput, max_length=12)
    problem = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    sends_numbers = forms.BooleanField(required=False, label=_("Send the numbers as they are"))

    def __init__(self, *arguments: Any, warns: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not warns:
            del self.fields["sends_numbers"]
        if (self.data or self.initial).get("do") in WORDLESS:
            del self.fields["text"]


class ProblemForm(forms.Form):
    """A known problem, told to everybody in both languages."""

    component = forms.ChoiceField(
        label=_("Which part of the platform?"),
        choices=[(one.value, word) for one, word in words.COMPONENTS.items()],
    )
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=LONGEST_TITLE)
    title_en = forms.CharField(label=_("Title in English"), max_length=LONGEST_TITLE)
    since = forms.DateTimeField(
        label=_("Since when"),
        help_text=_("As 08:30 23/11/2026, Vietnam's time; empty: since now."),
        required=False,
        input_formats=["%H:%M %d/%m/%Y"],
    )
    text_vi = forms.CharField(
        label=_("What happens and what to do meanwhile, in Vietnamese"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )
    text_en = forms.CharField(
        label=_("The same in English"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 4})
    )

    @property
    def component_chosen(self) -> Component:
        """Give the part of the platform of a valid form."""
        return Component(self.cleaned_data["component"])


class ProblemUpdateForm(forms.Form):
    """How far a known problem is."""

    state = forms.ChoiceField(
        label=_("How far is it?"), choices=[(one.value, word) for one, (word, _tone) in words.PROBLEM_STATES.items()]
    )
    text_vi = forms.CharField(
        label=_("What is new, in Vietnamese"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    text_en = forms.CharField(
        label=_("The same in English"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )

    @property
    def state_chosen(self) -> ProblemState:
        """Give the state of a valid form."""
        return ProblemState(self.cleaned_data["state"])


class ArticleForm(forms.Form):
    """A help article."""

    kind = forms.ChoiceField(
        label=_("What the trouble is about"), choices=[(kind.value, word) for kind, word in words.KINDS.items()]
    )
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=LONGEST_TITLE)
    body_vi = forms.CharField(
        label=_("Text in Vietnamese"), max_length=LONGEST_BODY, widget=forms.Textarea({"rows": 10})
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=LONGEST_TITLE, required=False)
    body_en = forms.CharField(
        label=_("Text in English"), max_length=LONGEST_BODY, required=False, widget=forms.Textarea({"rows": 8})
    )
    pages = forms.CharField(
        label=_("Offered on these pages"),
        help_text=_("Names of pages with spaces between them, such as facility:ready."),
        required=False,
        max_length=1000,
    )
    codes = forms.CharField(
        label=_("Offered for these codes"),
        help_text=_("Codes of refusals with spaces between them, such as SIGNING_PIN_WRONG."),
        required=False,
        max_length=1000,
    )

    @property
    def kind_chosen(self) -> Kind:
        """Give the kind of a valid form."""
        return Kind(self.cleaned_data["kind"])


class SearchForm(forms.Form):
    """Words to look for in the help; posted, so that nothing typed by mistake stands in an address."""

    words = forms.CharField(label=_("Search the help"), max_length=200, required=False)
