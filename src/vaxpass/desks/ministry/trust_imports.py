"""A foreign list comes in: uploaded, judged key by key, proposed in one go."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from vaxproof.trust.foreign import MAX_BYTES

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi
from vaxpass.desks.ministry.navigation import TRUST
from vaxpass.desks.ministry.trust_forms import ImportKeys, ProposeImport
from vaxpass.desks.ministry.trust_words import SOURCES, country_name, refusals, spaced, why
from vaxpass.offices.queries import officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.trust import actions, queries
from vaxpass.trust.facts import EntryFacts
from vaxpass.trust.rules import Compared

_LONGEST = 64  # digits of a fingerprint

LEFT: Table[EntryFacts] = Table(
    "left",
    gettext_lazy("Entries that are refused"),
    (
        Column("country", gettext_lazy("Country"), lambda one: country_name(one.country), sort=("country",)),
        Column("name", gettext_lazy("Name in the certificate"), lambda one: one.common_name),
        Column("until", gettext_lazy("Valid until"), lambda one: date_vi(one.not_after), sort=("not_after",)),
        Column("why", gettext_lazy("Why"), lambda one: why(one.refusal)),
        Column("detail", gettext_lazy("Detail"), lambda one: one.detail),
    ),
    default_sort="country",
    filters=(Filter("reason", gettext_lazy("Reason (code)"), lambda rows, value: rows.filter(refusal=value)),),
    empty=gettext_lazy("No entry is refused."),
)


@needs(Permission.PUBLICATION_PROPOSE)
@require_http_methods(["GET", "POST"])
def import_new(request: DeskRequest) -> HttpResponse:
    """Take a list in; a refusal of the whole file is said beside the field."""
    form = ImportKeys(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = actions.import_list(request.actor, file.read(MAX_BYTES + 1), file.name or "", now=request.now)
            return redirect("ministry:trust_import", found)
        except Refused as refused:
            form.add_error("file", sentence(refused.code, refused.facts))
    status = 422 if request.method == "POST" else 200
    return render(request, "ministry/trust_import_new.html", {"form": form}, status=status)


@needs(*TRUST)
@require_GET
def import_shown(request: DeskRequest, import_id: int) -> HttpResponse:
    """Show what the list holds: authorities with their fingerprints, acceptable keys, refusals in words."""
    return render(request, "ministry/trust_import.html", _context(request, import_id, ProposeImport()))


def _context(request: DeskRequest, import_id: int, form: forms.Form) -> dict[str, Any]:
    found = queries.get_import(import_id)
    above = queries.authorities(import_id)
    accepted = {one.key.fingerprint for one in above if one.accepted}
    return {
        "key_import": found,
        "source": SOURCES.get(found.kind, found.kind),
        "digest": spaced(found.sha256),
        "imported_by": officer_names({found.imported_by}).get(found.imported_by, ""),
        "authorities": [(one, country_name(one.key.country), spaced(one.key.fingerprint)) for one in above],
        "below_accepted": sum(one.signers for one in above if one.key.fingerprint in accepted),
        "refusals": refusals(found.reasons),
        "refused": found.entries - found.acceptable,
        "form": form,
        "may_propose": request.actor.may(Permission.PUBLICATION_PROPOSE),
    }


@needs(Permission.PUBLICATION_PROPOSE)
@require_POST
def propose(request: DeskRequest, import_id: int) -> HttpResponse:
    """Propose all that is believable by what was compared, in one go."""
    form = ProposeImport(request.POST)
    if form.is_valid():
        picked = [one for one in request.POST.getlist("authority") if len(one) <= _LONGEST]
        try:
            proposal_id = actions.propose_import(
                request.actor,
                import_id,
                compared=Compared(form.cleaned_data["compared"]),
                picked=picked,
                words=form.cleaned_data["words"],
                now=request.now,
            )
            return redirect("ministry:trust_proposal", proposal_id)
        except Refused as refused:
            if refused.code == "TRUST_IMPORT_UNKNOWN":
                raise
            form.add_error(None, sentence(refused.code, refused.facts))
    return render(request, "ministry/trust_import.html", _context(request, import_id, form), status=422)


@needs(*TRUST)
@require_GET
def left(request: DeskRequest, import_id: int) -> HttpResponse:
    """List the entries that are refused, each with its reason."""
    found = queries.get_import(import_id)
    table = LEFT.show(request, queries.refused_entries(import_id), load=queries.entries_of)
    context = {"table": table, "key_import": found}
    return render(request, "ministry/trust_left.html", context)
