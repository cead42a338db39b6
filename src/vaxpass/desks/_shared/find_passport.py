"""Searching for a passport: what is sought is posted, so that it never stands in an address."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindPassport(forms.Form):
    """One certificate number or ID number."""

    sought = forms.CharField(label=_("Certificate number or ID number"), max_length=100, strip=True)
