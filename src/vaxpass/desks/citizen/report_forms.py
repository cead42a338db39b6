"""The forms of a report. What is typed is read by the rules of reports.claims, not here."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.citizens.reading import read_number
from vaxpass.desks._shared.refusals import sentence
from vaxpass.intake.rules import Finding
from vaxpass.offices.scope import Refused
from vaxpass.reports.claims import COLUMNS, NEEDED
from vaxpass.reports.rules import ALONE, DOSE_WRONGS, IDENTITY_WRONGS, WITHDRAWING, Relation, Wrong

_TEXT: Final = 200
_NOTE: Final = 1000

WRONG_WORDS: Final[dict[Wrong, Any]] = {
    Wrong.NAME: _("REPORT_WRONG_NAME"),
    Wrong.BIRTH_DATE: _("REPORT_WRONG_BIRTH_DATE"),
    Wrong.SEX: _("REPORT_WRONG_SEX"),
    Wrong.ID_NUMBER: _("REPORT_WRONG_ID_NUMBER"),
    Wrong.PHONE: _("REPORT_WRONG_PHONE"),
    Wrong.DOSE_DATE: _("REPORT_WRONG_DOSE_DATE"),
    Wrong.VACCINE: _("REPORT_WRONG_VACCINE"),
    Wrong.LOT: _("REPORT_WRONG_LOT"),
    Wrong.FACILITY: _("REPORT_WRONG_FACILITY"),
    Wrong.MISSING_DOSE: _("REPORT_WRONG_MISSING_DOSE"),
    Wrong.NOT_MINE_DOSE: _("REPORT_WRONG_NOT_MINE_DOSE"),
    Wrong.SOMEONE_ELSES: _("REPORT_WRONG_SOMEONE_ELSES"),
    Wrong.DUPLICATE: _("REPORT_WRONG_DUPLICATE"),
    Wrong.OTHER: _("REPORT_WRONG_OTHER"),
}
RELATION_WORDS: Final[dict[Relation, Any]] = {
    Relation.SELF: _("For myself"),
    Relation.CHILD: _("For my child"),
    Relation.OTHER_WARD: _("For somebody I look after by law (a ward)"),
}
FIELD_WORDS: Final[dict[str, Any]] = {
    "full_name": _("Full name"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "nationality": _("Nationality"),
    "number": _("Citizen card or passport number"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "product": _("Vaccine"),
    "lot": _("Lot"),
    "given_on": _("Day of vaccination"),
    "dose_number": _("Dose number"),
    "place": _("Place of vaccination"),
}
_HINTS: Final[dict[str, Any]] = {
    "full_name": _("As in the citizen card, with accents."),
    "birth_date": _("day/month/year, or the year alone"),
    "number": _("12 digits; 9 of the old card; foreigners: passport."),
    "phone": _(
        "The phone opens the record, so the facility asks you to come with your citizen card unless you signed in with "
        "VNeID."
    ),
    "given_on": _("day/month/year"),
    "lot": _("It stands on the paper beside the vaccine."),
    "dose_number": _("1 for the first dose, 2 for the second"),
}
_INPUTS: Final[dict[str, dict[str, str]]] = {
    "full_name": {"autocomplete": "name"},
    "birth_date": {"autocomplete": "bday", "inputmode": "text"},
    "number": {"autocomplete": "off"},
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
    "given_on": {"autocomplete": "off"},
    "dose_number": {"autocomplete": "off", "inputmode": "numeric"},
}
PRODUCT_NAMES: Final[dict[str, str]] = {one.mp: one.vietnamese_name for one in LICENSED_IN_VIETNAM}
_PRODUCTS: Final = [("", "—"), *PRODUCT_NAMES.items()]
_SEXES: Final = [("", "—"), ("1", _("Man")), ("2", _("Woman"))]


class Radios(forms.RadioSelect):
    """Radio buttons to whose first one an error's link leads."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Give the id of one button; of the first where none is named."""
        return super().id_for_label(id_, index or "0")


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, to whose first one an error's link leads."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Give the id of one box; of the first where none is named."""
        return super().id_for_label(id_, index or "0")


class ReportForm(forms.Form):
    """A step's form; refusals of the rules go beside the field that they name."""

    use_required_attribute = False

    def clean_number(self) -> str:
        """Refuse what is no number of a card or passport; a facility's file would only remark on it."""
        typed = str(self.cleaned_data["number"]).strip()
        try:
            is_wrong = bool(typed) and not read_number(typed)[0]
        except Refused:
            is_wrong = True
        if is_wrong:
            raise forms.ValidationError(sentence("REPORT_NUMBER_UNREADABLE"))
        return typed

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Put each refusal beside its field."""
        fields = {column.value: name for name, column in COLUMNS.items()}
        for finding in findings:
            name = fields.get(finding.column, "")
            self.add_error(name if name in self.fields else None, sentence(finding.code))


def field_of(name: str, *, required: bool = False) -> forms.Field:
    """Give the field of one part of a claim."""
    if name in {"product", "sex"}:
        choices = _PRODUCTS if name == "product" else _SEXES
        return forms.ChoiceField(label=FIELD_WORDS[name], required=required, choices=choices)
    attributes = _INPUTS.get(name, {"autocomplete": "off"})
    return forms.CharField(
        label=FIELD_WORDS[name],
        required=required,
        max_length=_TEXT,
        help_text=_HINTS.get(name, ""),
        widget=forms.TextInput(attrs=attributes),
    )


class WhoReportsForm(ReportForm):
    """For whom, and who asks."""

    relation = forms.ChoiceField(
        label=_("For whom do you report?"), choices=list(RELATION_WORDS.items()), widget=Radios
    )
    reporter_name = forms.CharField(
        label=_("Your own full name"),
        required=False,
        max_length=100,
        help_text=_("Only if you report for somebody else."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reporter's name where it is not the vaccinated person's."""
        said = super().clean() or {}
        if said.get("relation", Relation.SELF) != Relation.SELF and not said.get("reporter_name"):
            self.add_error("reporter_name", _("Write your own name, so that the office knows who asks."))
        return said


class WhoForm(WhoReportsForm):
    """For whom, by somebody who showed nothing yet."""

    full_name = field_of("full_name", required=True)
    birth_date = field_of("birth_date", required=True)
    number = field_of("number")
    field_order = ("relation", "full_name", "birth_date", "number", "reporter_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].label = _("Full name of the vaccinated person")
        self.fields["birth_date"].label = _("Birth date of the vaccinated person")
        self.fields["full_name"].help_text = _("As it is right: as in the citizen card or birth certificate.")
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"
        self.fields["birth_date"].widget.attrs["autocomplete"] = "off"


class LineForm(WhoReportsForm):
    """What of the own record is wrong: a dose, a person's details, or a dose that is missing."""

    line = forms.ChoiceField(label=_("What is it about?"), widget=Radios)
    field_order = ("line", "relation", "reporter_name")

    def __init__(self, lines: Sequence[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["line"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = list(lines)


class WhatForm(ReportForm):
    """What is wrong; several may be chosen, but for those that stand alone."""

    wrongs = forms.MultipleChoiceField(
        label=_("What is wrong?"),
        help_text=_("Choose all that fit."),
        widget=Ticks,
        error_messages={"required": _("Choose at least one thing that is wrong.")},
    )

    def __init__(self, kinds: Iterable[Wrong], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["wrongs"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = _grouped(set(kinds))

    def clean_wrongs(self) -> list[str]:
        """Refuse what does not go together."""
        chosen = list(self.cleaned_data["wrongs"])
        if len(chosen) > 1 and {Wrong(one) for one in chosen} & ALONE:
            raise forms.ValidationError(sentence("REPORT_WRONGS_APART"))
        return chosen


def _grouped(kinds: set[Wrong]) -> list[tuple[Any, list[tuple[str, Any]]]]:
    groups = (
        (_("About the person"), IDENTITY_WRONGS),
        (_("About a dose"), DOSE_WRONGS),
        (_("About the whole dose (choose only one)"), WITHDRAWING | {Wrong.MISSING_DOSE}),
        (_("Something else"), frozenset({Wrong.OTHER})),
    )
    shown = [
        (word, [(one.value, WRONG_WORDS[one]) for one in WRONG_WORDS if one in part & kinds]) for word, part in groups
    ]
    return [(word, choices) for word, choices in shown if choices]


_ASKED: Final[dict[Wrong, tuple[str, ...]]] = {
    **NEEDED,
    Wrong.MISSING_DOSE: (*NEEDED[Wrong.MISSING_DOSE], "lot", "dose_number"),
}
_WHICH_DOSE: Final = ("dose_number", "given_on", "product")
_NEW_PERSON: Final = ("sex",)


class RightForm(ReportForm):
    """What is right: only the fields concerned, and for an unproven reporter which dose is meant."""

    def __init__(self, kinds: Sequence[Wrong], *args: Any, proven: bool, which_dose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            for name in _ASKED.get(kind, ()):
                optional = kind is Wrong.MISSING_DOSE and name not in NEEDED[Wrong.MISSING_DOSE]
                self.fields[name] = field_of(name, required=not optional)
        if not proven:
            extra = (*(_WHICH_DOSE if which_dose else ()), *(_NEW_PERSON if Wrong.MISSING_DOSE in kinds else ()))
            for name in extra:
                self.fields.setdefault(name, field_of(name))
        self.fields["note"] = forms.CharField(
            label=_("Anything else that helps"),
            required=Wrong.OTHER in kinds,
            max_length=_NOTE,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def claimed(self) -> dict[str, str]:
        """Give what was typed, by the names of a claim."""
        return {name: self.cleaned_data[name].strip() for name in self.fields if name != "note"}


class ContactForm(ReportForm):
    """Where the answer goes, for whom it is not known."""

    phone = field_of("phone")
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("If you have no Vietnamese phone."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Your phone")
        self.fields["phone"].help_text = _("A code goes there now, and later a word when something happens.")


class CodeForm(ReportForm):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits, valid for 10 minutes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
