"""Forms of the pages about revocation orders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.revocation_words import CRITERIA, HOLDERS
from vaxpass.passports.orders.rules import Criterion, Holder, OrderReason, OrderRefusal, OrderWish


class DraftOrder(forms.Form):
    """What an order is about."""

    subject = forms.CharField(
        label=_("Which one"),
        max_length=80,
        help_text=_(
            "By the choice above: an ID number, a passport's number (URN:UVCI:…), a facility's code, an officer's user"
            " name, or a batch's number."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Facility: when the doses were given. Officer: when they were entered or signed."),
    )  # fmt: skip
    last = forms.DateField(
        label=_("To day, itself included"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("criterion", "subject", "first", "last", "reason", "supposed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"] = _radio(_("What do the passports have in common?"), CRITERIA.items())
        self.fields["reason"] = _radio(_("Why do they end?"), [(one, sentence(one.value)) for one in OrderReason])
        self.fields["supposed"] = _radio(
            _("What are the holders, until you mark somebody otherwise?"),
            HOLDERS.items(),
            _("A false dose is refused for good. An honest holder gets a new passport in the same instant."),
        )
        self.order_fields(self.field_order)

    def wish(self) -> OrderWish:
        """Give what was asked for."""
        given = self.cleaned_data
        return OrderWish(
            Criterion(given["criterion"]),
            given["subject"],
            OrderReason(given["reason"]),
            Holder(given["supposed"]),
            given["first"],
            given["last"],
        )


def _radio(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in choices],
        help_text=help_text,
    )


class RefuseOrder(forms.Form):
    """Why an order is refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _radio(_("Why"), [(one, sentence(one.value)) for one in OrderRefusal])
