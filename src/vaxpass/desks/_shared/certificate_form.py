"""What is told of a signer's certificate: the file, and where its key lives."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.refusals import sentence
from vaxpass.facility_signing.certificates import read_file
from vaxpass.facility_signing.credentials import Registration
from vaxpass.facility_signing.rules import check_key_place, token_address
from vaxpass.offices.scope import Refused

MOST_BYTES = 100_000  # a chain of certificates has some thousand

_OF_THE_FILE = "CERTIFICATE_"


class CertificateForm(forms.Form):
    """A certificate, the kind of its key's place, the reference there, and the algorithm."""

    certificate = forms.FileField(
        label=_("Certificate file"),
        help_text=_("PEM or DER, from the certificate's provider. In a PEM file the signer's certificate comes first."),
        widget=forms.ClearableFileInput({"accept": ".pem,.crt,.cer,.der"}),
    )
    kind = forms.ChoiceField(
        label=_("Where the key lives"),
        choices=(("pkcs11", _("Token or HSM (PKCS#11)")), ("pkcs12", _("Encrypted file (PKCS#12)"))),
        widget=forms.RadioSelect,
        initial="pkcs11",
    )
    reference = forms.CharField(
        label=_("Name of the key there"),
        max_length=120,
        help_text=_(
            "For a token: its label and the key's label, as token/key. For a file: its name in the key folder."
        ),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    algorithm = forms.ChoiceField(
        label=_("Signature algorithm"),
        choices=(
            ("ES256", _("ES256 (EC key)")),
            ("PS256", _("PS256 (RSA key)")),
            ("RS256", _("RS256 (older RSA key)")),
        ),
    )

    def clean_certificate(self) -> str:
        """Give the file as PEM."""
        file = self.cleaned_data["certificate"]
        if file.size > MOST_BYTES:
            raise ValidationError(sentence("CERTIFICATE_UNREADABLE"))
        try:
            return read_file(file.read())
        except Refused as refused:
            raise ValidationError(sentence(refused.code, refused.facts)) from None

    def clean(self) -> dict[str, Any]:
        """Turn `token/key` into the address of a key in a token."""
        told = super().clean() or self.cleaned_data
        if "kind" in told and "reference" in told:
            try:
                told["reference"] = _reference(told["kind"], told["reference"])
            except Refused as refused:
                self.add_error("reference", sentence(refused.code, refused.facts))
        return told

    def registration(self, officer_id: int) -> Registration:
        """Give what was typed, for an officer."""
        told = self.cleaned_data
        return Registration(officer_id, told["kind"], told["reference"], told["certificate"], told["algorithm"])

    def field_of(self, code: str) -> str | None:
        """Name the field that a refusal speaks of; None: the whole form."""
        if code == "KEY_ALGORITHM_UNSUITABLE":
            return "algorithm"
        return "certificate" if code.startswith(_OF_THE_FILE) else None


def _reference(kind: str, typed: str) -> str:
    if kind == "pkcs11":
        token, _slash, key = typed.partition("/")
        typed = token_address(token.strip(), key.strip())
    check_key_place(kind, typed)
    return typed
