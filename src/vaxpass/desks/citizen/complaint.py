"""Telling inspectors that somebody demands money, obstructs or does worse (dispatch 2228/BYT-CNTT): without a name.

Open to citizens and officers alike. Nothing of the sender is kept: no address, no account, no record. The button for
the units of a province shows the page again with their names, so that no script is needed.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen import captcha
from vaxpass.inspections import complaints
from vaxpass.inspections.complaints import NewComplaint
from vaxpass.inspections.rules import ANSWERING_KINDS, LONGEST_TEXT, ComplaintKind
from vaxpass.offices.provinces import provinces_to_choose
from vaxpass.offices.queries import open_offices_of_province
from vaxpass.offices.scope import Refused

_SHOW: Final = "show"
_UNPROCESSABLE, _TOO_OFTEN = 422, 429
_KINDS: Final = [
    (ComplaintKind.DEMANDS_MONEY.value, _("Somebody demands money or a favour")),
    (ComplaintKind.OBSTRUCTS.value, _("Somebody obstructs, delays or sends people away")),
    (ComplaintKind.FALSE_DOSES.value, _("Doses that nobody had are entered or passports are sold")),
    (ComplaintKind.SHARES_DATA.value, _("Data about people are passed on")),
    (ComplaintKind.PRESSURE.value, _("An officer is pressed to do what is not right")),
    (ComplaintKind.OTHER.value, _("Something else")),
]
_FIELDS: Final = {"COMPLAINT_EMPTY": "text", "COMPLAINT_TOO_LONG": "text", "COMPLAINT_CONTACT_TOO_LONG": "contact"}


class ComplaintForm(forms.Form):
    """What happened, where, and, only if wanted, who tells it."""

    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect, choices=_KINDS)
    province = forms.ChoiceField(label=_("In which province?"), required=False)
    office = forms.ChoiceField(label=_("At which unit?"), required=False)
    text = forms.CharField(
        label=_("What happened, when, and who did it"),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT}),
        help_text=_("As exactly as you can: the day, the counter, what was said, how much was demanded."),
        error_messages={"required": _("COMPLAINT_EMPTY")},
    )
    by_staff = forms.BooleanField(label=_("I work in the health sector myself"), required=False)
    ministry_only = forms.BooleanField(
        label=_("Only the ministry's inspectors shall read it, not those of the province"), required=False
    )
    contact = forms.CharField(
        label=_("How inspectors may reach you"),
        max_length=120,
        required=False,
        help_text=_("Only if you want; without it you stay nameless, and nobody can ask you back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, province: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "vi"
        self._choose("province", [("", _("not said")), *provinces_to_choose(language)])
        units = [
            (str(one.id), one.name(language))
            for kind in sorted(ANSWERING_KINDS if province else ())
            for one in open_offices_of_province(kind, province)
        ]
        self._choose("office", [("", _("not said")), *units])
        if not units:
            self.fields["office"].widget = forms.HiddenInput()

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def complaint(self) -> NewComplaint:
        """Give what was told."""
        said = self.cleaned_data
        return NewComplaint(
            ComplaintKind(said["kind"]),
            said["text"],
            said["by_staff"],
            int(said["office"]) if said["office"] else None,
            said["province"],
            said["ministry_only"],
            said["contact"],
        )


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponseBase:
    """Take a complaint."""
    now = datetime.now(UTC)
    province = request.POST.get("province", "")[:2]
    if request.method != "POST":
        return _page(request, ComplaintForm(province=""), now)
    if _SHOW in request.POST:
        return _page(request, ComplaintForm(initial=request.POST.dict(), province=province), now)
    form = ComplaintForm(request.POST, province=province)
    if not form.is_valid():
        return _page(request, form, now, status=_UNPROCESSABLE)
    visitor = visitor_of(request)
    try:
        new = form.complaint()
        complaints.check(new)
        captcha.check(request.POST, now, visitor=visitor)
        complaints.file(new, visitor=visitor, now=now)
    except Refused as refused:
        return _refused(request, form, refused, now)
    return redirect("citizen:complaint_done")


def _refused(request: HttpRequest, form: ComplaintForm, refused: Refused, now: datetime) -> HttpResponse:
    status = _TOO_OFTEN if "TOO_OFTEN" in refused.code else _UNPROCESSABLE
    words = sentence(refused.code, refused.facts)
    if refused.code.startswith("CAPTCHA_"):
        return _page(request, form, now, status=status, captcha_error=words)
    form.add_error(_FIELDS.get(refused.code), words)
    return _page(request, form, now, status=status)


def _page(
    request: HttpRequest, form: ComplaintForm, now: datetime, *, status: int = 200, captcha_error: str = ""
) -> HttpResponse:
    context = {"form": form, "captcha": captcha.ask(now), "captcha_error": captcha_error}
    return render(request, "citizen/complaint.html", context, status=status)


@open_to_all
@require_GET
def complaint_done(request: HttpRequest) -> HttpResponse:
    """Say what happens now."""
    return render(request, "citizen/complaint_done.html")
