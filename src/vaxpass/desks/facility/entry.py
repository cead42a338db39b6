"""The form of one dose: for entering and for mending, by the rules of the file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.facility.words import COLUMN_WORDS, PRODUCT_NAMES
from vaxpass.intake import actions
from vaxpass.intake.columns import Column
from vaxpass.intake.rules import Finding
from vaxpass.jobs.identity import defer_checks
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.facts import VersionFacts

_TEXT_LONGEST = 300


def _text(column: Column, *, required: bool = False, hint: Any = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=COLUMN_WORDS[column.value],
        required=required,
        help_text=hint,
        max_length=_TEXT_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


class DoseForm(forms.Form):
    """The cells of one row. What they mean is decided by the rules of intake, not here."""

    use_required_attribute = False

    name = _text(Column.NAME, required=True, hint=gettext_lazy("As in the citizen card, with accents."))
    birth = _text(Column.BIRTH, required=True, hint=gettext_lazy("day/month/year, or the year alone"))
    sex = forms.ChoiceField(
        label=COLUMN_WORDS["sex"], choices=[("", "—"), ("1", gettext_lazy("Man")), ("2", gettext_lazy("Woman"))]
    )
    nationality = _text(Column.NATIONALITY, hint=gettext_lazy("Vietnamese if left empty."))
    number = _text(
        Column.NUMBER, hint=gettext_lazy("12 digits; 9 of the old card; foreigners: passport."), inputmode="text"
    )
    phone = _text(Column.PHONE, inputmode="tel")
    address = _text(Column.ADDRESS)
    vaccine = forms.ChoiceField(label=COLUMN_WORDS["vaccine"], choices=[("", "—"), *PRODUCT_NAMES.items()])
    lot = _text(Column.LOT, required=True)
    day = _text(Column.DAY, required=True, hint=gettext_lazy("day/month/year"), inputmode="numeric")
    dose = _text(Column.DOSE, inputmode="numeric")
    place = _text(Column.PLACE)
    group = _text(Column.GROUP)
    stated = forms.BooleanField(
        label=gettext_lazy("The facility saw this foreigner's passport and answers for the identity."), required=False
    )

    def cells(self) -> dict[Column, str]:
        """Give what was typed as the cells of a row."""
        return {column: self.cleaned_data[column.value] for column in Column if column.value in self.cleaned_data}

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Put each refusal beside its field."""
        for finding in findings:
            self.add_error(finding.column if finding.column in self.fields else None, sentence(finding.code))

    def add_refusal(self, refused: Refused) -> None:
        """Put a refusal that belongs to no field above the form."""
        self.add_error(None, sentence(refused.code, refused.facts))


def typed(version: VersionFacts) -> dict[str, object]:
    """Give a version as the form would have been typed."""
    who, dose = version.identity, version.dose
    return {
        "name": who.full_name,
        "birth": "/".join(reversed(who.birth_date.split("-"))),
        "sex": str(who.sex),
        "nationality": who.nationality,
        "number": who.number,
        "phone": who.phone,
        "address": who.address,
        "vaccine": dose.product,
        "lot": dose.lot,
        "day": dose.given_on.strftime("%d/%m/%Y"),
        "dose": dose.dose_number or "",
        "place": dose.place,
        "group": dose.priority_group,
        "stated": version.facility_states_identity,
    }


@needs(Permission.RECORD_ENTER)
def entry(request: DeskRequest) -> HttpResponseBase:
    """Enter one dose; what was typed stays when something is wrong."""
    form = DoseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        messages.success(request, _("The dose was recorded. Its person is now compared with the population database."))
        return redirect("facility:entry" if "another" in request.POST else "facility:records")
    status = 422 if request.method == "POST" else 200
    return render(request, "facility/entry.html", {"form": form}, status=status)


def _entered(request: DeskRequest, form: DoseForm) -> bool:
    try:
        stated = form.cleaned_data["stated"]
        actions.enter(request.actor, form.cells(), states_identity=stated, now=request.now)
        defer_checks()
    except actions.RowRefused as refused:
        form.add_findings(refused.findings)
    except Refused as refused:
        form.add_refusal(refused)
    else:
        return True
    return False
