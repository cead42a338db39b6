"""The forms of corrections: what is right, that a record should not be there, or why a request is refused."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.corrections.rules import CAUSES, Kind, Refusal
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi
from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.rules import read_row
from vaxpass.records.facts import ReceivedDose, VersionFacts

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PRODUCTS = [(product.mp, product.vietnamese_name) for product in LICENSED_IN_VIETNAM]
LONGEST_NOTE = 500


class WithdrawForm(forms.Form):
    """Ask that a record be withdrawn, because it should never have been entered."""

    prefix = "withdraw"
    cause = forms.ChoiceField(label=_("Why it should not be there"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note for who decides"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choose(self, "cause", [cause.value for cause in CAUSES[Kind.WITHDRAW]])


class MendForm(forms.Form):
    """Ask that a record say something else. Reads what is typed by the rules of intake."""

    prefix = "mend"
    name = forms.CharField(label=_("Full name"))
    birth = forms.CharField(label=_("Date of birth"), help_text=_("dd/mm/yyyy, or the year alone"))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("1", _("Male")), ("2", _("Female"))])
    nationality = forms.CharField(label=_("Nationality"), required=False)
    number = forms.CharField(label=_("ID or passport number"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False)
    address = forms.CharField(label=_("Address"), required=False)
    vaccine = forms.ChoiceField(label=_("Vaccine"), choices=PRODUCTS)
    lot = forms.CharField(label=_("Lot"))
    day = forms.CharField(label=_("Day of the dose"), help_text=_("dd/mm/yyyy"))
    dose = forms.CharField(label=_("Dose number"), required=False)
    place = forms.CharField(label=_("Place"), required=False)
    cause = forms.ChoiceField(label=_("Why the record is wrong"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note for who decides"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *arguments: Any, version: VersionFacts, now: datetime, **named: Any) -> None:
        super().__init__(*arguments, **{"initial": _typed(version), **named})
        self.version, self.now = version, now
        self.mended: ReceivedDose | None = None
        _choose(self, "cause", [cause.value for cause in CAUSES[Kind.MEND]])

    def clean(self) -> dict[str, Any]:
        """Read the record as intake would; its findings become errors of the fields."""
        data: dict[str, Any] = super().clean() or {}
        cells: dict[Column, Cell] = {
            column: data.get(column.value, "") for column in Column if column not in {Column.RECORD, Column.GROUP}
        } | {Column.GROUP: self.version.dose.priority_group}
        reading = read_row(0, cells, today=self.now.astimezone(HANOI).date())
        for finding in reading.findings:
            if finding.refuses and finding.column not in self.errors:
                self.add_error(finding.column, sentence(finding.code))
        self.mended = reading.dose
        return data


class RefuseForm(forms.Form):
    """Refuse a request for one of the reasons that fit."""

    code = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, reasons: tuple[Refusal, ...], **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choose(self, "code", [reason.value for reason in reasons])


def _choose(form: forms.Form, name: str, codes: list[str]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(code, sentence(code)) for code in codes]


def _typed(version: VersionFacts) -> dict[str, object]:
    """Give a record as somebody would type it."""
    who, dose = version.identity, version.dose
    return {
        "name": who.full_name,
        "birth": birth_date(who.birth_date),
        "sex": str(who.sex),
        "nationality": who.nationality,
        "number": who.number,
        "phone": who.phone,
        "address": who.address,
        "vaccine": dose.product,
        "lot": dose.lot,
        "day": date_vi(dose.given_on),
        "dose": str(dose.dose_number or ""),
        "place": dose.place,
    }
