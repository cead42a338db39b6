"""Forms of this desk."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.words import office_label
from vaxpass.ministry_signing.rules import MAX_RUN, RunRefusal, RunScope
from vaxpass.offices.provinces import list_provinces
from vaxpass.offices.queries import list_offices


class AskForRun(forms.Form):
    """For whom a run is prepared."""

    province = forms.ChoiceField(label=_("Province"), required=False)
    facility = forms.ChoiceField(label=_("Facility"), required=False)
    limit = forms.IntegerField(
        label=_("Most passports"),
        min_value=1,
        max_value=MAX_RUN,
        initial=50_000,
        help_text=_("A small first run shows soon whether all is well."),
    )

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "vi"
        provinces = [(code, en if language == "en" else vi) for code, vi, en in list_provinces(now)]
        facilities = [(str(office.id), office_label(office, language)) for office in list_offices("facility")]
        self.fields["province"] = _choice(_("Province"), _("The whole country"), provinces)
        self.fields["facility"] = _choice(_("Facility"), _("Every facility"), facilities)

    def scope(self) -> RunScope:
        """Give what was asked for; a facility named wins over its province."""
        given = self.cleaned_data
        facility = int(given["facility"]) if given["facility"] else None
        return RunScope("" if facility else given["province"], facility, given["limit"])


def _choice(label: Any, empty: Any, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *choices])


class RefuseRun(forms.Form):
    """Why a run is refused."""

    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code.value, sentence(code.value)) for code in RunRefusal]
        self.fields["reason"] = forms.ChoiceField(label=_("Why"), choices=choices, widget=forms.RadioSelect)
