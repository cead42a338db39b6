"""Forms of directives: the draft, its steps, its file, and what a unit says to it."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.campaigns.facts import DirectiveDraft, DirectiveFacts, StepFacts
from vaxpass.campaigns.following import LONGEST_NOTE
from vaxpass.campaigns.rules import COUNTRYWIDE, Function, StepDraft, Target
from vaxpass.desks.oversight.campaign_words import CLASS_WORDS, FUNCTION_WORDS, KIND_WORDS, TARGET_WORDS
from vaxpass.offices.units import Level, Scheme, units_of

_NUMBER: Final = r"^\d{1,6}(/[\w.-]{1,20}){1,2}$"
_CODES: Final = {"districts": "district", "communes": "commune", "offices": "office"}
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_MOST_CODES: Final = 500
_TICKS = forms.CheckboxSelectMultiple


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DirectiveForm(forms.Form):
    """A directive and whom it addresses. `provinces` stand there for the ministry alone."""

    number = forms.RegexField(
        _NUMBER, label=_("Number and sign"), help_text=_("As on the paper, for example 1975/BYT-CNTT."), max_length=40
    )
    signed_on = _day(_("Signed on"), required=True)
    title = forms.CharField(label=_("Concerning"), max_length=250)
    text = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}), help_text=_("Plain words.")
    )
    kinds = forms.MultipleChoiceField(label=_("Addressed to"), choices=list(KIND_WORDS.items()), widget=_TICKS)
    classes = forms.MultipleChoiceField(
        label=_("Facilities of these kinds only"),
        choices=list(CLASS_WORDS.items()),
        widget=_TICKS,
        required=False,
        help_text=_("None ticked: facilities of every kind."),
    )
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    districts = forms.CharField(label=_("Codes of districts"), required=False, max_length=2_000)
    communes = forms.CharField(label=_("Codes of communes"), required=False, max_length=4_000)
    offices = forms.CharField(
        label=_("Codes of single units"),
        required=False,
        max_length=6_000,
        help_text=_("With commas or spaces between them. Nothing chosen in these lists: everybody in your reach."),
    )
    moves_deadlines = forms.BooleanField(
        label=_("A deadline on a day off moves to the next working day"), required=False, initial=True
    )

    def __init__(self, *args: Any, of_ministry: bool, language: str, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["signed_on"].widget.attrs["max"] = today.isoformat()
        if of_ministry:
            names = units_of(Level.PROVINCE, Scheme.NEW)
            choices = [(one.code, one.name(language)) for one in names]
            self.fields["provinces"] = forms.MultipleChoiceField(
                label=_("Provinces"),
                required=False,
                choices=choices,
                widget=forms.SelectMultiple(attrs={"size": 8}),
                help_text=_("None chosen: the whole country, unless single units are named below."),
            )
        else:
            del self.fields["provinces"]

    def _codes(self, name: str) -> list[str]:
        codes = sorted({code.upper() for code in _SEPARATORS.split(self.cleaned_data[name]) if code})
        if len(codes) > _MOST_CODES or any(not re.fullmatch(r"[A-Z0-9]{1,12}", code) for code in codes):
            raise forms.ValidationError(_("Codes are letters and digits, at most 500 of them."))
        return codes

    def clean_districts(self) -> list[str]:
        """Read the codes."""
        return self._codes("districts")

    def clean_communes(self) -> list[str]:
        """Read the codes."""
        return self._codes("communes")

    def clean_offices(self) -> list[str]:
        """Read the codes."""
        return self._codes("offices")

    def draft(self) -> DirectiveDraft:
        """Give what was typed."""
        said = self.cleaned_data
        areas = [f"province:{code}" for code in said.get("provinces", [])]
        areas += [f"{level}:{code}" for field, level in _CODES.items() for code in said[field]]
        return DirectiveDraft(
            number=said["number"],
            signed_on=said["signed_on"],
            title=said["title"],
            text=said["text"].replace("\r\n", "\n"),
            areas=areas,
            kinds=said["kinds"],
            classes=said["classes"],
            moves_deadlines=said["moves_deadlines"],
        )


def typed(directive: DirectiveFacts) -> dict[str, Any]:
    """Give a directive as the form's first values."""
    areas: dict[str, list[str]] = {}
    for area in directive.areas:
        level, _colon, code = area.partition(":")
        areas.setdefault(level, []).append(code)
    return {
        "number": directive.number,
        "signed_on": directive.signed_on,
        "title": directive.title,
        "text": directive.text,
        "kinds": list(directive.kinds),
        "classes": list(directive.classes),
        "provinces": areas.get("province", []),
        "moves_deadlines": directive.moves_deadlines,
        **{field: ", ".join(areas.get(level, [])) for field, level in _CODES.items()},
    }


class StepForm(forms.Form):
    """One step of a draft."""

    title = forms.CharField(label=_("What is to be done"), max_length=250)
    target = forms.ChoiceField(
        label=_("Counted by"), choices=[(one.value, words) for one, words in TARGET_WORDS.items()]
    )
    percent = forms.IntegerField(
        label=_("Share in per cent"), required=False, min_value=1, max_value=100, help_text=_("For a share alone.")
    )
    due_on = _day(_("Deadline"))
    facility_class = forms.ChoiceField(
        label=_("For facilities of"), required=False, choices=[("", _("every kind")), *CLASS_WORDS.items()]
    )
    function = forms.ChoiceField(
        label=_("Function that it opens or closes"),
        required=False,
        help_text=_("Outside of the two days nobody addressed can use the function."),
    )
    opens_on = _day(_("Open from"))
    closes_on = _day(_("Open until, this day included"))

    def __init__(self, *args: Any, of_ministry: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = [one for one in Function if of_ministry or one not in COUNTRYWIDE]
        self.fields["function"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("none")),
            *((one.value, FUNCTION_WORDS[one]) for one in offered),
        ]

    def draft(self) -> StepDraft:
        """Give what was typed."""
        said = self.cleaned_data
        return StepDraft(
            title=said["title"],
            function=Function(said["function"]) if said["function"] else None,
            target=Target(said["target"]),
            percent=said["percent"],
            opens_on=said["opens_on"],
            closes_on=said["closes_on"],
            due_on=said["due_on"],
            facility_class=said["facility_class"],
        )


def typed_step(step: StepFacts) -> dict[str, Any]:
    """Give a step as the form's first values."""
    return {
        "title": step.title,
        "target": step.target.value,
        "percent": step.percent,
        "due_on": step.due.written if step.due else None,
        "facility_class": step.facility_class,
        "function": step.function.value if step.function else "",
        "opens_on": step.opens_on,
        "closes_on": step.closes_on,
    }


class FileForm(forms.Form):
    """The file of a directive."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word (.docx) or Excel (.xlsx), at most 10 MB, without macros."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.xlsx"}),
    )


class NoteForm(forms.Form):
    """What a unit adds to its acknowledgement or to a step that is done."""

    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)


class WithdrawForm(forms.Form):
    """Why a directive is withdrawn."""

    because = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("The units that received the directive read it.")
    )


class MailboxForm(forms.Form):
    """The mailbox of an office."""

    email = forms.EmailField(
        label=_("Mailbox for directives and reminders"),
        required=False,
        max_length=254,
        help_text=_("Better the office's than one person's. Empty: the desk alone tells it."),
    )
