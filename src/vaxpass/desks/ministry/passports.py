"""Passports as the ministry sees them: list, search without a trace in addresses, one passport, an inspector's view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.find_passport import FindPassport
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.passport_page import passport_chip, print_passport, show_passport
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi, moment_vi
from vaxpass.desks.ministry.navigation import MINISTRY
from vaxpass.desks.ministry.people import PersonRow, person_rows
from vaxpass.desks.ministry.words import LOOKED_FOR
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import check_may
from vaxpass.passports import queries
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.rules import Status
from vaxpass.records.access import access_person, list_versions
from vaxpass.records.queries import find_people_by_number, history_of, looks_at


@dataclass(frozen=True, slots=True)
class PassportRow:
    """One line of the list."""

    passport: PassportFacts
    person: PersonRow
    chip: Chip


PASSPORTS: Table[PassportRow] = Table(
    "passports",
    _("Passports"),
    (
        Column(
            "id",
            _("No."),
            lambda row: f"{row.passport.id}",
            sort=("pk",),
            link=lambda row: reverse("ministry:passport", args=[row.passport.id]),
        ),
        Column("name", _("Name"), lambda row: row.person.version.identity.full_name, link=lambda row: row.person.url),
        Column("born", _("Date of birth"), lambda row: birth_date(row.person.version.identity.birth_date)),
        Column("dose", _("Dose"), lambda row: f"{row.passport.dose_number}/{row.passport.series_size}"),
        Column("facility", _("Facility"), lambda row: row.person.facility),
        Column("issued", _("Issued at"), lambda row: moment_vi(row.passport.recorded_at)),
        Column("until", _("Valid until"), lambda row: date_vi(row.passport.expires_at)),
        Column("state", _("State"), lambda row: row.chip.word),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "state",
            _("State"),
            lambda rows, value: rows.filter(status=int(value)),
            choices=(
                (str(Status.LIVE.value), _("In force")),
                (str(Status.SUPERSEDED.value), _("Superseded by a newer one")),
                (str(Status.REVOKED.value), _("Revoked")),
            ),
        ),
    ),
    empty=_("No passport has been issued yet."),
)


@needs(*MINISTRY)
@require_GET
def passports(request: DeskRequest) -> HttpResponse:
    """List the passports, newest first."""
    table = PASSPORTS.show(request, queries.passports(), load=_load(request))
    return render(request, "ministry/passports.html", {"table": table, "form": FindPassport()})


def _load(request: DeskRequest) -> Callable[[Sequence[Any]], list[PassportRow]]:
    def load(part: Sequence[Any]) -> list[PassportRow]:
        found = queries.facts_of(part)
        return _rows(request, found)

    return load


def _rows(request: DeskRequest, found: Sequence[PassportFacts]) -> list[PassportRow]:
    ids = list(dict.fromkeys(passport.version_id for passport in found))
    versions = list_versions(request.actor, ids, purpose="passports", now=request.now)
    people = {row.version.version_id: row for row in person_rows(request, versions, {})}
    return [PassportRow(one, people[one.version_id], passport_chip(one, request.now)) for one in found]


@needs(*MINISTRY)
@require_POST
def find(request: DeskRequest) -> HttpResponse:
    """Find passports by certificate number or ID number; what was sought stands in no address."""
    form = FindPassport(request.POST)
    found = _found(form.cleaned_data["sought"]) if form.is_valid() else []
    if len(found) == 1:
        return redirect("ministry:passport", found[0].id)
    context = {"form": form, "rows": _rows(request, found), "sought": form.is_bound and form.is_valid()}
    return render(request, "ministry/found.html", context, status=200 if form.is_valid() else 422)


def _found(sought: str) -> list[PassportFacts]:
    by_identifier = queries.find_by_uvci(sought.upper())
    if by_identifier is not None:
        return [by_identifier]
    return [passport for person_id in find_people_by_number(sought) for passport in queries.passports_of(person_id)]


@needs(*MINISTRY)
@require_GET
def passport(request: DeskRequest, passport_id: int) -> HttpResponse:
    """Show one passport."""
    print_url = reverse("ministry:passport_print", args=[passport_id])
    return show_passport(request, passport_id, pdf_url=print_url, back_url=reverse("ministry:passports"))


@needs(*MINISTRY)
@require_GET
def passport_print(request: DeskRequest, passport_id: int) -> HttpResponse:
    """Give the PDF."""
    return print_passport(request, passport_id)


@needs(Permission.HISTORY_SEE)
@require_GET
def person(request: DeskRequest, person_id: int) -> HttpResponse:
    """Show an inspector everything about one person: doses, steps, passports with their log leaves, who looked."""
    check_may(request.actor, Permission.HISTORY_SEE)
    versions = access_person(request.actor, person_id, purpose="inspection", now=request.now)
    steps = history_of([version.version_id for version in versions])
    looks = looks_at(person_id)
    found = queries.passports_of(person_id)
    officers = {one for one in (*(s.officer_id for s in steps), *(look.officer_id for look in looks)) if one}
    offices = facility_names({look.office_id for look in looks})
    names = officer_names(officers)
    context = {
        "rows": person_rows(request, versions, {}),
        "passports": [
            (one, passport_chip(one, request.now), _reason(one.status_reason), queries.leaves_of(one.id))
            for one in found
        ],
        "steps": [(step, names.get(step.officer_id or 0, ""), _reason(step.reason)) for step in steps],
        "looks": [
            (
                look,
                LOOKED_FOR.get(look.purpose, look.purpose),
                names.get(look.officer_id, ""),
                offices.get(look.office_id),
            )
            for look in looks
        ],
    }
    return render(request, "ministry/person.html", context)


def _reason(code: str) -> str:
    return sentence(code) if code else ""
