"""The forms of the data-protection officer: one coded answer for each matter, and more time. Nothing is preselected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.refusals import sentence
from vaxpass.rights.facts import DemandFacts
from vaxpass.rights.rules import ANSWERS, LONGEST_WORDS, NEED_AN_OPEN_REPORT, Answer, Matter
from vaxpass.rights.words import MATTERS


class AnswerForm(forms.Form):
    """An answer for each matter of a demand; answers that cannot be given as things stand are not offered."""

    words = forms.CharField(
        label=_("In your words"),
        help_text=_("The citizen reads it. Needed where something was examined or was not clear."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *arguments: Any, demand: DemandFacts, dispute_open: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.matters = demand.matters
        for matter in demand.matters:
            fitting = [
                answer for answer in ANSWERS[demand.kind, matter] if dispute_open or answer not in NEED_AN_OPEN_REPORT
            ]
            self.fields[matter.value] = forms.ChoiceField(
                label=str(MATTERS[matter]),
                choices=[(answer.value, sentence(answer.value)) for answer in fitting],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one answer.")},
            )
        self.order_fields([matter.value for matter in demand.matters])

    def answers(self) -> dict[Matter, Answer]:
        """Give the answers of a valid form."""
        return {matter: Answer(self.cleaned_data[matter.value]) for matter in self.matters}


class ExtendForm(forms.Form):
    """Why the answer needs more time; the citizen reads it."""

    why = forms.CharField(
        label=_("Why more time is needed"), max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 3})
    )
