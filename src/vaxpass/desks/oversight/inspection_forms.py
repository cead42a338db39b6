"""Forms of inspections and findings. What is right is decided by the rooms' rules, not here."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.desks.oversight.inspection_words import POPULATIONS, SEVERITIES, choices, language
from vaxpass.inspections.rules import LONGEST_TEXT, QUESTIONS, SUBJECTS, Population, Wish
from vaxpass.offices.provinces import provinces_to_choose
from vaxpass.offices.queries import find_officer_id, office_ids_with_code
from vaxpass.offices.scope import Refused

_DAYS: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_USUAL_SIZE: Final = 20
_TO_ANSWER: Final = timedelta(days=30)
_FIELD_OF: Final[Mapping[str, str]] = {
    "INSPECTION_UNTITLED": "title",
    "INSPECTION_PERIOD_WRONG": "until",
    "INSPECTION_SIZE_WRONG": "size",
    "INSPECTION_DUE_PAST": "due_on",
    "INSPECTION_OUT_OF_REACH": "province",
    "INSPECTION_NEEDS_OFFICER": "officer",
    "INSPECTION_ABOUT_ONESELF": "officer",
    "INSPECTION_OF_OWN_OFFICE": "office",
    "OFFICER_UNKNOWN": "officer",
    "OFFICE_UNKNOWN": "office",
    "INSPECTION_TOO_MANY_QUESTIONS": "own",
    "FINDING_TEXT_MISSING": "text",
    "FINDING_TEXT_TOO_LONG": "text",
    "FINDING_DUE_PAST": "due_on",
    "FINDING_ABOUT_ONESELF": "officer",
    "FINDING_NOBODY_ANSWERS": "office",
}


def refuse_in(form: forms.Form, refused: Refused) -> None:
    """Show a refusal at the field that it is about, or above the form."""
    field = _FIELD_OF.get(refused.code, "")
    form.add_error(field if field in form.fields else None, sentence(refused.code, refused.facts))


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """Give a field for a day."""
    return forms.DateField(label=label, widget=_DAYS, help_text=help_text)


def text_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """Give a field for a text of some lines; the rules say when it is too long."""
    widget = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_TEXT})
    return forms.CharField(label=label, widget=widget, help_text=help_text, required=required)


class NewInspection(forms.Form):
    """Where, of what, how many, by when."""

    title = forms.CharField(label=_("Title"), max_length=150, help_text=_("No names and numbers of people."))
    population = forms.ChoiceField(label=_("What is drawn"), widget=forms.RadioSelect, choices=choices(POPULATIONS))
    office = forms.CharField(
        label=_("Code of one office"), max_length=12, required=False, help_text=_("Empty: every office of the area.")
    )
    province = forms.ChoiceField(label=_("Area"), required=False)
    officer = forms.CharField(
        label=_("User name of one officer"),
        max_length=60,
        required=False,
        help_text=_("Needed where the sample is about one officer; otherwise empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = day_field(_("From day"))
    until = day_field(
        _("To day, itself included"), _("Yesterday at the latest, so that the same draw can be repeated.")
    )
    size = forms.IntegerField(label=_("How many rows"), min_value=1)
    due_on = day_field(_("Looked through by"))
    own = forms.CharField(
        label=_("Own questions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in each line, besides those of the standard checklist; five at most."),
    )

    def __init__(self, request: DeskRequest, *args: Any, **kwargs: Any) -> None:
        today = request.now.astimezone(HANOI).date()
        first = {
            "population": Population.RECORDS.value,
            "since": today - timedelta(days=30),
            "until": today - timedelta(days=1),
            "size": _USUAL_SIZE,
            "due_on": today + _TO_ANSWER,
        }
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.actor = request.actor
        if self.actor.office_kind == "ministry":
            field = self.fields["province"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("The whole country")), *provinces_to_choose(language())]
        else:
            del self.fields["province"]

    def wish(self, risk_id: int | None) -> Wish:
        """Give what was asked for. Refuses OFFICE_UNKNOWN, OFFICER_UNKNOWN."""
        said = self.cleaned_data
        population = Population(said["population"])
        return Wish(
            title=said["title"],
            population=population,
            since=said["since"],
            until=said["until"],
            size=said["size"],
            due_on=said["due_on"],
            office_id=office_with(said["office"]),
            province_code=said.get("province", self.actor.province_code) or "",
            officer_id=officer_with(said["officer"]),
            questions=QUESTIONS[SUBJECTS[population]],
            own=tuple(line for line in said["own"].splitlines() if line.strip()),
            risk_id=risk_id,
        )


def office_with(code: str) -> int | None:
    """Give the id of the office with a code, None for no code. Refuses OFFICE_UNKNOWN."""
    if not code.strip():
        return None
    found = office_ids_with_code(code).first()
    if found is None:
        raise Refused("OFFICE_UNKNOWN")
    return found


def officer_with(username: str) -> int | None:
    """Give the id of the officer with a user name, None for no name. Refuses OFFICER_UNKNOWN."""
    if not username.strip():
        return None
    found = find_officer_id(username)
    if found is None:
        raise Refused("OFFICER_UNKNOWN")
    return found


class WriteFinding(forms.Form):
    """What is wrong, who mends it, by when."""

    office = forms.ChoiceField(label=_("Which unit mends it"))
    officer = forms.CharField(
        label=_("User name of the officer whom it is about"),
        max_length=60,
        required=False,
        help_text=_("Only where it is about one officer, who then answers neither for the unit nor closes it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    severity = forms.ChoiceField(label=_("How grave is it"), widget=forms.RadioSelect, choices=choices(SEVERITIES))
    text = text_field(
        _("What is wrong, and what must be done"), _("Name records by their number, not people by their name.")
    )
    due_on = day_field(_("Mended by"))

    def __init__(self, offices: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(offices)


class Said(forms.Form):
    """A text with which a finding or complaint goes on."""

    text = text_field(_("What you say"))


class SentBack(forms.Form):
    """Why an answer is not enough, and by when the next one is due."""

    text = text_field(_("What is missing"))
    due_on = day_field(_("Mended by"))
