"""The list of records and the page of one record."""

from dataclasses import dataclass, replace
from datetime import date

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaxpass.desks._shared.causes import REASON_WORDS
from vaxpass.desks._shared.chips import STATE_WORDS, chip_html
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi, moment_vi
from vaxpass.desks.facility.words import PRODUCT_NAMES, VERB_WORDS
from vaxpass.intake.actions.checking import MENDABLE
from vaxpass.intake.dates import DayUnreadable, read_day
from vaxpass.offices.queries import get_office, office_ids_with_code, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.records.access import access_version, list_versions
from vaxpass.records.facts import VersionFacts
from vaxpass.records.queries import history_of, versions_of_dose
from vaxpass.records.search import FoundVersion, Search, find_versions
from vaxpass.records.states import State

_LISTED = 2_000
_FOUND = 100


def _kept(rows: list[FoundVersion], _value: str) -> list[FoundVersion]:
    """Leave the rows alone: the search has narrowed them already."""
    return rows


def _number_shown(version: VersionFacts) -> str:
    return version.identity.number or "—"


RECORDS: Table[VersionFacts] = Table(
    "records",
    gettext_lazy("Records"),
    (
        Column(
            "name",
            gettext_lazy("Full name"),
            lambda one: one.identity.full_name,
            link=lambda one: reverse("facility:record", args=[one.version_id]),
        ),
        Column("birth", gettext_lazy("Birth date"), lambda one: birth_date(one.identity.birth_date)),
        Column("number", gettext_lazy("Number"), _number_shown),
        Column("product", gettext_lazy("Vaccine"), lambda one: PRODUCT_NAMES.get(one.dose.product, one.dose.product)),
        Column("given_on", gettext_lazy("Day"), lambda one: date_vi(one.dose.given_on), sort=("given_on",)),
        Column("state", gettext_lazy("State"), lambda one: chip_html(one.state), sort=("state",)),
        Column("since", gettext_lazy("Since"), lambda one: moment_vi(one.since), sort=("since",)),
        Column("entered", gettext_lazy("Record number"), lambda one: f"V{one.version_id}", sort=("version_id",)),
    ),
    default_sort="-entered",
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            _kept,
            choices=tuple((str(state.value), word) for state, word in STATE_WORDS.items()),
        ),
        Filter("reason", gettext_lazy("Why it waits"), _kept, choices=tuple(REASON_WORDS.items())),
        Filter("product", gettext_lazy("Vaccine"), _kept, choices=tuple(PRODUCT_NAMES.items())),
        Filter("day", gettext_lazy("Day of vaccination"), _kept),
    ),
    empty=gettext_lazy("No record here."),
    tie="version_id",
)
OF_OFFICES = replace(RECORDS, filters=(*RECORDS.filters, Filter("office", gettext_lazy("Code of the office"), _kept)))
"""The list as whoever reaches several facilities sees it."""


class PersonForm(forms.Form):
    """A search for a person. Posted, never in the address."""

    use_required_attribute = False
    words = forms.CharField(
        label=gettext_lazy("Words of the name"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("With or without accents"),
    )
    number = forms.CharField(label=gettext_lazy("Citizen card or passport number"), required=False, max_length=20)


@needs(Permission.RECORD_SEE)
def records(request: DeskRequest) -> HttpResponse:
    """List records, newest first, narrowed by what the address says; or, posted, those of a person looked for."""
    form = PersonForm(request.POST or None)
    search, limit = _narrowed(request), _LISTED
    if request.method == "POST" and form.is_valid():
        number = "".join(form.cleaned_data["number"].split()).upper()
        search, limit = Search(words=form.cleaned_data["words"], number=number), _FOUND
    found = find_versions(request.actor, search, limit=limit)
    kind = RECORDS if request.actor.office_kind == "facility" else OF_OFFICES
    table = kind.show(request, found, load=lambda part: _load(request, part))
    context = {"table": table, "form": form, "cut": len(found) == limit, "limit": limit, "searched": form.is_bound}
    context["may_mend"] = request.actor.may(Permission.RECORD_MEND)
    return render(request, "facility/records.html", context)


def _load(request: DeskRequest, part: list[FoundVersion]) -> list[VersionFacts]:
    return list_versions(request.actor, [one.version_id for one in part], purpose="records", now=request.now)


def _narrowed(request: DeskRequest) -> Search:
    state = request.GET.get("state", "")
    states = [State(int(state))] if state in {str(one.value) for one in State} else []
    product = request.GET.get("product", "")
    office = request.GET.get("office", "")
    reason = request.GET.get("reason", "")
    return Search(
        states,
        product if product in PRODUCT_NAMES else "",
        _day(request.GET.get("day", "")),
        facilities=list(office_ids_with_code(office)) if office else None,
        reason=reason if reason in REASON_WORDS else "",
    )


def _day(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except DayUnreadable:
        return None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history in words."""

    at: object
    word: object
    officer: str
    reason: str


@needs(Permission.RECORD_SEE)
def record(request: DeskRequest, version_id: int) -> HttpResponse:
    """Show one record: person, dose, state, whose turn, why, history, other versions of the same dose."""
    version = access_version(request.actor, version_id, purpose="record", now=request.now)
    versions = versions_of_dose(version.dose_id)
    may_mend = request.actor.may(Permission.RECORD_MEND) and version.state in MENDABLE
    context = {
        "version": version,
        "facility": get_office(version.facility_id),
        "product": PRODUCT_NAMES.get(version.dose.product, version.dose.product),
        "reason": sentence(version.reason) if version.reason else "",
        "steps": _steps([one for one, _number in versions]),
        "versions": versions if len(versions) > 1 else [],
        "may_mend": may_mend,
        "may_ask": request.actor.may(Permission.CORRECTION_ASK)
        and State(version.state) in {State.ATTESTED, State.CERTIFIED},
    }
    return render(request, "facility/record.html", context)


def _steps(version_ids: list[int]) -> list[Step]:
    steps = history_of(version_ids)
    names = officer_names({step.officer_id for step in steps if step.officer_id})
    system = _("The system")
    return [
        Step(
            step.at,
            VERB_WORDS.get(step.verb, step.verb),
            names.get(step.officer_id, system) if step.officer_id else system,
            sentence(step.reason) if step.reason else "",
        )
        for step in steps
    ]
