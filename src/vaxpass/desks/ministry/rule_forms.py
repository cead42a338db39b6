"""Forms of the rules' pages: a file, one rule, a refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from vaxproof.rules import expression
from vaxproof.rules.certlogic import LANGUAGE_VERSION
from vaxproof.rules.rule import ENGINE, Rule

from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.rule_words import CERTIFICATE_WORDS, TYPE_WORDS, in_words, pretty
from vaxpass.offices.scope import Refused
from vaxpass.validity_rules.reading import MAX_BYTES, read_text
from vaxpass.validity_rules.rules import ENTRY, OWN_COUNTRY, Said

LONGEST_LOGIC: Final = 200_000
SCHEMA_VERSION: Final = "1.3.0"
NOTICE: Final = timedelta(days=3)  # the gateway asks for 48 hours
LASTS: Final = timedelta(days=365)
_FIELDS: Final = {
    "Identifier": "identifier",
    "Country": "country",
    "Region": "region",
    "Type": "type",
    "CertificateType": "certificate_type",
    "Version": "version",
    "Description": "description_en",
    "ValidFrom": "valid_from",
    "ValidTo": "valid_to",
    "Logic": "logic",
}


def _purpose_field() -> forms.CharField:
    return forms.CharField(
        label=_("Purpose"),
        initial=ENTRY,
        max_length=30,
        help_text=_("entry for entering the country; another word for another purpose, such as school."),
    )


class MomentInput(forms.DateTimeInput):
    """A day and a time, as the browser asks for them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ImportRules(forms.Form):
    """A file of rules and what for."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A rule as JSON, a list of rules, a ZIP of rule folders, or the EU gateway's list."),
        error_messages={"empty": _("The file is empty. Choose a file with rules.")},
    )
    purpose = _purpose_field()

    def content(self) -> bytes:
        """What was uploaded, or a little more than may be."""
        read: bytes = self.cleaned_data["file"].read(MAX_BYTES + 1)
        return read


class EditRule(forms.Form):
    """One rule. What it reads is worked out from its logic."""

    identifier = forms.CharField(
        label=_("Identifier"),
        max_length=20,
        help_text=_("Kind, country, number: VR-VN-0001. GR every certificate, VR vaccination, TR test, RR recovery."),
    )
    country = forms.CharField(label=_("Country"), max_length=2, initial=OWN_COUNTRY)
    purpose = _purpose_field()
    region = forms.CharField(label=_("Region"), max_length=10, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=tuple(TYPE_WORDS.items()))
    certificate_type = forms.ChoiceField(label=_("Certificates"), choices=tuple(CERTIFICATE_WORDS.items()))
    version = forms.CharField(
        label=_("Version"), max_length=30, initial="1.0.0", help_text=_("Three numbers; each version is higher.")
    )
    description_vi = forms.CharField(
        label=_("What it asks, in Vietnamese"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    description_en = forms.CharField(
        label=_("What it asks, in English"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("At least 20 characters; other countries read it."),
    )
    valid_from = forms.DateTimeField(label=_("In force from"), widget=MomentInput, help_text=_("Vietnam's time."))
    valid_to = forms.DateTimeField(label=_("In force until"), widget=MomentInput)
    logic = forms.CharField(
        label=_("Logic (CertLogic, as JSON)"),
        max_length=LONGEST_LOGIC,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "rule-logic", "spellcheck": "false"}),
        help_text=_("True means passed. payload is the certificate, external.validationClock the time of checking."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=1000, required=False, help_text=_("For the officer who decides on it.")
    )

    def __init__(self, *args: Any, now: datetime, before: Rule | None = None, purpose: str = "", **kwargs: Any) -> None:
        self.before = before
        begins = (now + NOTICE).replace(hour=0, minute=0, second=0, microsecond=0)
        kwargs["initial"] = {"valid_from": begins, "valid_to": begins + LASTS}
        if before is not None:
            kwargs["initial"] |= _initial(before, purpose)
        super().__init__(*args, **kwargs)
        if before is not None:
            for name in ("identifier", "country", "purpose"):
                self.fields[name].disabled = True

    def clean_logic(self) -> object:
        """The logic as JSON, or where it stops being JSON."""
        try:
            return read_text(self.cleaned_data["logic"])
        except Refused as refused:
            raise forms.ValidationError(sentence(refused.code, refused.facts)) from None

    def rule(self) -> dict[str, Any]:
        """The rule in the gateway's form."""
        given = self.cleaned_data
        texts = dict(self.before.descriptions) if self.before else {}
        texts |= {"vi": given["description_vi"], "en": given["description_en"]}
        region = {"Region": given["region"]} if given["region"] else {}
        return {
            "Identifier": given["identifier"],
            "Type": given["type"],
            "Country": given["country"],
            **region,
            "Version": given["version"],
            "SchemaVersion": self.before.schema_version if self.before else SCHEMA_VERSION,
            "Engine": ENGINE,
            "EngineVersion": self.before.engine_version if self.before else ".".join(map(str, LANGUAGE_VERSION)),
            "CertificateType": given["certificate_type"],
            "Description": [{"lang": code, "desc": text} for code, text in sorted(texts.items())],
            "ValidFrom": _stamp(given["valid_from"]),
            "ValidTo": _stamp(given["valid_to"]),
            "AffectedFields": _affected(given["logic"]),
            "Logic": given["logic"],
        }

    def tell(self, faults: tuple[Said, ...]) -> None:
        """Put each fault beside the field that it is about."""
        for fault, words in zip(faults, in_words(faults), strict=True):
            field = _FIELDS.get(fault.member)
            for said in words.parts or [words.sentence if field else f"{fault.member}: {words.sentence}"]:
                self.add_error(field, said)


def _affected(logic: object) -> list[str]:
    """What the logic reads; nothing where it is too odd to say."""
    return [] if expression.faults(logic) else list(expression.affected_fields(logic))


def _initial(before: Rule, purpose: str) -> dict[str, Any]:
    return {
        "identifier": before.identifier,
        "country": before.country,
        "purpose": purpose,
        "region": before.region or "",
        "type": before.type.value,
        "certificate_type": before.certificate_type.value,
        "version": _next(before.version),
        "description_vi": before.descriptions.get("vi", ""),
        "description_en": before.descriptions.get("en", ""),
        "valid_to": before.valid_to,
        "logic": pretty(before.logic),
    }


def _next(version: str) -> str:
    """The next version: its last number grows."""
    head, _, last = version.rpartition(".")
    return f"{head}.{int(last) + 1}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class RefuseRules(forms.Form):
    """Why a proposal is refused."""

    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class RetireRule(forms.Form):
    """Why a rule is retired."""

    note = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
