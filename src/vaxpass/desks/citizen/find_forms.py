"""The forms of finding one's record."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.citizens.actions import BY_EMAIL, BY_SMS
from vaxpass.citizens.matching import Details
from vaxpass.citizens.reading import read_birth_date, read_name, read_number
from vaxpass.desks._shared.refusals import sentence
from vaxpass.offices.scope import Refused

Read = TypeVar("Read")
_LONGEST: Final = 100


def _text(label: Any, hint: Any, missing: Any, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
    return forms.CharField(
        label=label, help_text=hint, max_length=_LONGEST, widget=widget, error_messages={"required": missing}
    )


class FindForm(forms.Form):
    """Who is looked for, and by which way the code shall come."""

    name = _text(
        _("Full name"),
        _("With or without accents, capital or small letters."),
        _("FIND_NAME_MISSING"),
        autocomplete="name",
    )
    birth = _text(
        _("Date of birth"),
        _("For example 17/5/1990; the year alone is enough."),
        _("FIND_BIRTH_UNREADABLE"),
        autocomplete="bday",
    )
    number = _text(
        _("ID number or phone number"),
        _("The citizen card (12 digits), the old card (9 digits), a passport, or the phone you gave when vaccinated."),
        _("FIND_NUMBER_UNREADABLE"),
    )
    by = forms.ChoiceField(
        label=_("How shall the code come?"),
        choices=[
            (BY_SMS, _("By SMS to the phone in my record")),
            (BY_EMAIL, _("By e-mail to the address that I confirmed here earlier")),
        ],
        widget=forms.RadioSelect(),
        initial=BY_SMS,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_name(self) -> str:
        """Read the name."""
        return _read(lambda: read_name(self.cleaned_data["name"]))

    def clean_birth(self) -> str:
        """Read the birth date or year."""
        return _read(lambda: read_birth_date(self.cleaned_data["birth"], today=self._today))

    def clean_number(self) -> tuple[str, str]:
        """Read the number: (ID number, phone)."""
        return _read(lambda: read_number(self.cleaned_data["number"]))

    def details(self) -> Details:
        """Give what was typed, once the form is valid."""
        number, phone = self.cleaned_data["number"]
        return Details(self.cleaned_data["name"], self.cleaned_data["birth"], number, phone)


class CodeForm(forms.Form):
    """The six digits."""

    code = forms.CharField(
        label=_("The code of six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-field", "size": "10"}
        ),
    )


def _read(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except Refused as refused:
        raise forms.ValidationError(sentence(refused.code)) from None
