"""Passports of the facility's people: the list, one passport, and its print for the citizen at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.find_passport import FindPassport
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.passport_page import passport_chip, print_passport, show_passport
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor
from vaxpass.passports.access import search_passports
from vaxpass.passports.face import Face, read_face
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import facts_of, hc1_text, passports
from vaxpass.passports.rules import Status
from vaxpass.records.access import note_looks


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: the passport and what its signed code says."""

    passport: PassportFacts
    face: Face
    chip: Chip


def _lines(part: Sequence[object], actor: Actor, now: datetime) -> list[Line]:
    found = facts_of(part)  # type: ignore[arg-type]  # rows of `passports()`; their model stays in its room
    note_looks(actor, {passport.person_id for passport in found}, "passports", now)
    return _read(found, now)


def _read(found: Sequence[PassportFacts], now: datetime) -> list[Line]:
    return [Line(one, read_face(hc1_text(one), "VN"), passport_chip(one, now)) for one in found]


PASSPORTS: Table[Line] = Table(
    "passports",
    _("Passports of this facility"),
    (
        Column(
            "name",
            _("Name"),
            lambda line: line.face.name,
            link=lambda line: reverse("facility:passport", args=[line.passport.id]),
        ),
        Column("born", _("Date of birth"), lambda line: line.face.fields[1].value.vi),
        Column("dose", _("Dose"), lambda line: line.face.fields[6].value.vi),
        Column("issued", _("Issued at"), lambda line: moment_vi(line.passport.issued_at), sort=("pk",)),
        Column("until", _("Valid until"), lambda line: moment_vi(line.passport.expires_at)),
        Column("state", _("State"), lambda line: line.chip.word),
    ),
    default_sort="-issued",
    filters=(
        Filter(
            "state",
            _("State"),
            lambda rows, value: rows.filter(status=int(value)),
            choices=(
                (str(Status.LIVE.value), _("In force")),
                (str(Status.SUPERSEDED.value), _("Superseded")),
                (str(Status.REVOKED.value), _("Revoked")),
            ),
        ),
    ),
    empty=_("No passport has been issued for a dose of this facility yet."),
)


@needs(Permission.PASSPORT_SEE)
@require_GET
def passport_list(request: DeskRequest) -> HttpResponse:
    """List the passports whose dose this facility gave."""
    rows = passports().filter(facility_id=request.actor.office_id)
    table = PASSPORTS.show(request, rows, load=lambda part: _lines(part, request.actor, request.now))
    return render(request, "facility/passports.html", {"table": table, "form": FindPassport()})


@needs(Permission.PASSPORT_SEE)
@require_POST
def find_passport(request: DeskRequest) -> HttpResponse:
    """Find a passport by certificate number or ID number; what was sought stands in no address."""
    form = FindPassport(request.POST)
    found = search_passports(request.actor, form.cleaned_data["sought"]) if form.is_valid() else []
    if len(found) == 1:
        return redirect("facility:passport", found[0].id)
    note_looks(request.actor, {one.person_id for one in found}, "passports", request.now)
    context = {"form": form, "lines": _read(found, request.now), "sought": form.is_valid()}
    return render(request, "facility/passports_found.html", context, status=200 if form.is_valid() else 422)


@needs(Permission.PASSPORT_SEE)
@require_GET
def passport(request: DeskRequest, passport_id: int) -> HttpResponse:
    """Show one passport."""
    return show_passport(
        request,
        passport_id,
        pdf_url=reverse("facility:passport_pdf", args=[passport_id]),
        back_url=reverse("facility:passports"),
    )


@needs(Permission.PASSPORT_SEE)
@require_GET
def passport_pdf(request: DeskRequest, passport_id: int) -> HttpResponse:
    """Print one passport for the citizen at the counter."""
    return print_passport(request, passport_id)
