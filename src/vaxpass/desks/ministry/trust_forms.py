"""Forms of the pages about keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.trust_words import REASONS, UNLESS_LOGGED
from vaxpass.trust.rules import MAX_WORDS, Compared, WithdrawalReason


class ImportKeys(forms.Form):
    """One foreign list."""

    file = forms.FileField(
        label=_("List of keys"),
        help_text=_("The EU gateway's trust list (JSON), a WHO trust list (did.json), or certificates (PEM); 16 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.pem,.crt,.cer"}),
    )


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": sentence("TRUST_REASON_MISSING")},
    )


class ProposeImport(forms.Form):
    """What was compared, and how. The authorities stand in the page's own table."""

    compared = forms.ChoiceField(label=_("What did you compare?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compared"] = forms.ChoiceField(
            label=_("What did you compare?"),
            widget=forms.RadioSelect,
            help_text=_("By another way than the file came: a letter, a call to a known number, an official page."),
            choices=[
                (Compared.NOTHING.value, _("Nothing new: take only keys below authorities that we accept already")),
                (Compared.AUTHORITIES.value, _("The fingerprints of the authorities that I tick above")),
                (Compared.FILE.value, _("The SHA-256 of the whole file: all its authorities are right")),
            ],
        )
        self.fields["words"] = _words(
            _("How, and with what, did you compare it?"), _("The second officer reads this, and so does an inspector.")
        )


class GiveReason(forms.Form):
    """Why, in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = _words(_("Why"))


class WithdrawKey(forms.Form):
    """Why a key of ours shall count no longer, and what becomes of its honest holders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("What happened"), widget=forms.RadioSelect, choices=list(REASONS.items())
        )
        self.fields["spare"] = forms.ChoiceField(
            label=_("What becomes of the passports that this key has signed"),
            widget=forms.RadioSelect,
            help_text=_(
                "A thief can sign new passports, but cannot put them into the public log. Sparing what the log holds "
                "spares every honest holder; verifiers then ask the log, and cannot tell while they do not reach it."
            ),
            choices=[("yes", UNLESS_LOGGED[True]), ("no", UNLESS_LOGGED[False])],
        )
        self.fields["words"] = _words(_("What is known, in words"))

    def reason(self) -> WithdrawalReason:
        """The reason as a code."""
        return WithdrawalReason(self.cleaned_data["reason"])

    def unless_logged(self) -> bool:
        """Whether what the log holds stays valid."""
        return bool(self.cleaned_data["spare"] == "yes")
