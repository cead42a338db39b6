"""The forms of an answer: what becomes of the record, what is asked, to whom it is passed on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.rules import read_row
from vaxpass.offices.queries import office_ids_with_code
from vaxpass.records.facts import ReceivedDose

LONGEST_NOTE: Final = 1000
_LONGEST_TEXT: Final = 300
PRODUCT_NAMES: Final = {product.mp: product.vietnamese_name for product in LICENSED_IN_VIETNAM}
LABELS: Final[dict[str, Any]] = {
    "name": _("Full name"),
    "birth": _("Birth date"),
    "sex": _("Sex"),
    "nationality": _("Nationality"),
    "number": _("Citizen card or passport number"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "vaccine": _("Vaccine"),
    "lot": _("Lot"),
    "day": _("Day of vaccination"),
    "dose": _("Dose number"),
    "place": _("Place of vaccination"),
}
SEXES: Final[dict[str, Any]] = {"1": _("Man"), "2": _("Woman")}


def _text(name: str, *, required: bool = False, hint: Any = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
    return forms.CharField(
        label=LABELS[name], required=required, help_text=hint, max_length=_LONGEST_TEXT, widget=widget
    )


def note_field() -> forms.CharField:
    """Give the field of a note that the citizen reads."""
    return forms.CharField(
        label=_("Note for the citizen"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 2}),
    )


class AcceptForm(forms.Form):
    """The record as it should be: filled with what the citizen says over what stands there, for the officer to mend.

    What is typed is read by the rules of intake; `right` is the dose read, once the form is valid.
    """

    use_required_attribute = False
    right: ReceivedDose | None
    facility_id: int | None

    name = _text("name", required=True)
    birth = _text("birth", required=True, hint=_("day/month/year, or the year alone"))
    sex = forms.ChoiceField(label=LABELS["sex"], choices=[("", "—"), *SEXES.items()])
    number = _text("number")
    phone = _text("phone", inputmode="tel")
    nationality = _text("nationality", hint=_("Vietnamese if left empty."))
    address = _text("address")
    vaccine = forms.ChoiceField(label=LABELS["vaccine"], choices=[("", "—"), *PRODUCT_NAMES.items()])
    lot = _text("lot", required=True)
    day = _text("day", required=True, hint=_("day/month/year"), inputmode="numeric")
    dose = _text("dose", inputmode="numeric")
    place = _text("place")
    facility = forms.CharField(
        label=_("Code of the facility that gave the dose"), required=False, max_length=12, widget=forms.TextInput
    )
    seen = forms.BooleanField(
        label=_("The citizen stood before me with a document of identity (needed for another phone)."), required=False
    )
    note = note_field()

    def __init__(
        self, *arguments: Any, now: datetime, group: str = "", with_facility: bool = False, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.now, self.group = now, group
        self.right = None
        self.facility_id = None
        if not with_facility:
            del self.fields["facility"]

    def clean(self) -> dict[str, Any]:
        """Read the record as intake would; its findings become errors of the fields."""
        data: dict[str, Any] = super().clean() or {}
        cells: dict[Column, Cell] = {column: data.get(column.value, "") for column in Column}
        cells |= {Column.RECORD: "", Column.GROUP: self.group}
        reading = read_row(0, cells, today=self.now.astimezone(HANOI).date())
        for finding in reading.findings:
            if finding.refuses and finding.column not in self.errors:
                self.add_error(finding.column if finding.column in self.fields else None, sentence(finding.code))
        self.right = reading.dose
        return data

    def clean_facility(self) -> str:
        """Find the facility by its code."""
        code = str(self.cleaned_data["facility"]).strip().upper()
        self.facility_id = office_ids_with_code(code).first() if code else None
        if code and self.facility_id is None:
            self.add_error("facility", sentence("OFFICE_UNKNOWN"))
        return code


class NoteForm(forms.Form):
    """An answer that needs nothing but, perhaps, a note for the citizen."""

    note = note_field()


class ChoiceForm(forms.Form):
    """An answer that is one code out of a list, with a note for the citizen."""

    code = forms.ChoiceField()
    note = note_field()

    def __init__(self, *arguments: Any, codes: Mapping[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(codes.items())
