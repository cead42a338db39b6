"""What an administrator types."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxpass.offices.roles import ROLES


class EnrolForm(forms.Form):
    """A new officer."""

    full_name = forms.CharField(label=_("Full name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    username = forms.RegexField(
        r"^[a-z0-9._-]{3,60}$",
        label=_("User name"),
        help_text=_("Small letters, digits, dot, hyphen; at least three."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    office_code = forms.CharField(label=_("Code of the office"), max_length=12)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("Only roles that fit the kind of office are accepted."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the roles in the reader's language."""
        super().__init__(*args, **kwargs)
        english = get_language() == "en"
        self.fields["roles"].choices = [  # type: ignore[attr-defined]  # a field by name loses its kind
            (role.code, role.name_en if english else role.name_vi) for role in ROLES.values()
        ]

    def clean_office_code(self) -> str:
        """Codes are capital letters and digits."""
        return str(self.cleaned_data["office_code"]).strip().upper()
