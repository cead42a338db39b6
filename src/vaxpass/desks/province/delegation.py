"""Naming the unit that signs for a facility, and giving the signing back: chosen, confirmed, done."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.offices.actions import delegate_signing
from vaxpass.offices.queries import (
    DelegationFacts,
    OfficeFacts,
    delegations_of,
    facilities_in_scope,
    facility_names,
    signing_units,
)
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused

ITSELF = "0"


class SignerForm(forms.Form):
    """Which unit signs for the facility from now on."""

    unit = forms.ChoiceField(label=_("Who signs for this facility"), widget=forms.RadioSelect)

    def __init__(self, *arguments: object, units: list[OfficeFacts], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # Django's own arguments, passed on
        language = get_language() or "vi"
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (ITSELF, gettext("The facility itself")),
            *((str(unit.id), f"{unit.name(language)} ({unit.code})") for unit in units),
        ]


@needs(Permission.SIGNING_DELEGATE)
@require_http_methods(["GET", "POST"])
def signer(request: DeskRequest, facility_id: int) -> HttpResponse:
    """Choose who signs for a facility; the choice is confirmed on a page of its own."""
    facility = _facility(request.actor, facility_id)
    present = delegations_of({facility_id}).get(facility_id)
    form = _form(request, facility, present)
    if request.method == "POST" and form.is_valid():
        return _ask_once_more(request, facility, form.cleaned_data["unit"])
    name = facility.name(get_language() or "vi")
    status = 422 if form.is_bound else 200
    return render(request, "province/signer.html", {"form": form, "facility": facility, "name": name}, status=status)


@needs(Permission.SIGNING_DELEGATE)
@require_POST
def change_signer(request: DeskRequest, facility_id: int) -> HttpResponseBase:
    """Do what was confirmed."""
    facility = _facility(request.actor, facility_id)
    form = _form(request, facility, None)
    if not form.is_valid() or request.POST.get("confirmed") != "yes":
        return redirect("province:signer", facility_id)
    unit = form.cleaned_data["unit"]
    signer_id = None if unit == ITSELF else int(unit)
    with transaction.atomic():
        delegate_signing(request.actor, facility_id=facility_id, signer_office_id=signer_id, now=request.now)
    done = gettext("The facility signs for itself again.") if unit == ITSELF else gettext("The signing unit is named.")
    messages.success(request, done)
    return redirect("province:facility", facility_id)


def _facility(actor: Actor, facility_id: int) -> OfficeFacts:
    if not facilities_in_scope(actor).filter(pk=facility_id).exists():
        raise Refused("OFFICE_UNKNOWN")
    return facility_names({facility_id})[facility_id]


def _form(request: DeskRequest, facility: OfficeFacts, present: DelegationFacts | None) -> SignerForm:
    units = [unit for unit in signing_units(request.actor) if unit.id != facility.id]
    chosen = {"unit": str(present.unit.id) if present else ITSELF}
    return SignerForm(request.POST if request.method == "POST" else None, units=units, initial=chosen)


def _ask_once_more(request: DeskRequest, facility: OfficeFacts, unit: str) -> HttpResponse:
    language = get_language() or "vi"
    units = {str(one.id): one.name(language) for one in signing_units(request.actor)}
    new = gettext("The facility itself") if unit == ITSELF else units[unit]
    return confirm_page(
        request,
        Question(
            title=_("Change who signs?"),
            sentence=_(
                "From now on this unit answers with its signature for the facility's doses; the other no longer does."
            ),
            button=_("Yes, change it"),
            action_url=reverse("province:change_signer", args=[facility.id]),
            back_url=reverse("province:signer", args=[facility.id]),
            facts=[(_("Facility"), facility.name(language)), (_("Signs from now on"), new)],
            hidden={"unit": unit},
        ),
    )
