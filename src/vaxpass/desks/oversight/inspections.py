"""Inspections: the list, a new one, one inspection with its sample, its checklist and its findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi, number
from vaxpass.desks.oversight.inspection_forms import NewInspection, refuse_in
from vaxpass.desks.oversight.inspection_words import (
    POPULATIONS,
    SUBJECT_WORDS,
    language,
    office_labels,
    period_words,
    question_words,
    risk_sentence,
)
from vaxpass.inspections import actions, queries
from vaxpass.inspections.facts import InspectionFacts, SampledFacts
from vaxpass.inspections.rules import POPULATION_OF_RISK, Subject, Verdict
from vaxpass.jobs.inspections import begin_inspection
from vaxpass.offices.provinces import provinces_to_choose
from vaxpass.offices.queries import facility_names, officer_names, username_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.oversight.risks import RiskKind

LEAD = Permission.INSPECTION_LEAD


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection beside the name of its unit."""

    facts: InspectionFacts
    unit: str

    @property
    def state(self) -> str:
        """Give the chip of how far it is."""
        return word_chip(*state_of(self.facts))


def state_of(facts: InspectionFacts) -> tuple[str, str]:
    """Give how far an inspection is, in a word with its tone."""
    if facts.closed_at:
        return gettext("Closed"), "done"
    if facts.drawn_at is None:
        return gettext("Being drawn"), "wait"
    if not facts.rows and not facts.findings:
        return gettext("Nothing was drawn"), "turn"
    if facts.done < facts.rows:
        return gettext("Being looked through"), "turn"
    return (gettext("Findings stand"), "turn") if facts.standing else (gettext("Looked through"), "ready")


INSPECTIONS: Table[InspectionRow] = Table(
    "inspections",
    _("Inspections"),
    (
        Column(
            "id", _("Round of inspection"), lambda row: f"{row.facts.id}. {row.facts.title}", sort=("pk",),
            link=lambda row: reverse("oversight:inspection", args=[row.facts.id]),
        ),
        Column("unit", _("Unit"), lambda row: row.unit),
        Column("state", _("State"), lambda row: row.state),
        Column("done", _("Looked through"), lambda row: f"{number(row.facts.done)} / {number(row.facts.rows)}"),
        Column("findings", _("Findings that stand"), lambda row: number(row.facts.standing), numeric=True),
        Column("due", _("Looked through by"), lambda row: date_vi(row.facts.due_on), sort=("due_on",)),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "closed", _("State"), lambda rows, value: rows.filter(closed_at__isnull=value == "no"),
            choices=(("no", _("Under way")), ("yes", _("Closed"))),
        ),
    ),
    empty=_("There is no inspection yet."),
)  # fmt: skip
SAMPLE: Table[Any] = Table(
    "sample",
    _("Sample"),
    (
        Column(
            "place", _("Row"), lambda row: row.words, sort=("place",),
            link=lambda row: reverse("oversight:sampled", args=[row.facts.inspection_id, row.facts.place]),
        ),
        Column("office", _("Unit"), lambda row: row.office),
        Column("done", _("Looked through"), lambda row: moment_vi(row.facts.done_at), sort=("done_at",)),
        Column("wrong", _("Answered “wrong”"), lambda row: number(row.facts.wrong), sort=("wrong",), numeric=True),
        Column("findings", _("Findings"), lambda row: number(row.facts.findings), sort=("found",), numeric=True),
    ),
    default_sort="place",
    empty=_("Nothing was found to draw from in this period."),
    size=50,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of a sample in words, without anything personal."""

    facts: SampledFacts
    words: str
    office: str


@needs(LEAD)
@require_GET
def inspections(request: DeskRequest) -> HttpResponse:
    """List the inspections, newest first."""
    table = INSPECTIONS.show(request, queries.inspections_in_scope(request.actor), load=_rows)
    return render(request, "oversight/inspections.html", {"table": table})


def _rows(part: Sequence[Any]) -> list[InspectionRow]:
    found = queries.inspection_facts(part)
    names = office_labels({one.office_id for one in found if one.office_id})
    return [InspectionRow(one, unit_words(one, names)) for one in found]


def unit_words(facts: InspectionFacts, names: dict[int, str]) -> str:
    """Name the unit that is inspected."""
    if facts.office_id:
        return names.get(facts.office_id, "")
    provinces = dict(provinces_to_choose(language()))
    return provinces.get(facts.province_code, facts.province_code) or gettext("The whole country")


@needs(LEAD)
@require_http_methods(["GET", "POST"])
def inspection_new(request: DeskRequest) -> HttpResponseBase:
    """Begin an inspection, at random or because of a risk; a job draws the sample."""
    risk = _risk(request)
    first = _first(risk) if risk is not None else {}
    form = NewInspection(request, request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            wish = form.wish(risk.pk if risk is not None else None)
            inspection_id = begin_inspection(request.actor, wish, now=request.now)
        except Refused as refused:
            refuse_in(form, refused)
        else:
            messages.success(request, gettext("The inspection is begun; its sample is being drawn."))
            return redirect("oversight:inspection", inspection_id)
    context = {"form": form, "risk": _risk_words(risk), "risk_id": risk.pk if risk is not None else ""}
    return render(request, "oversight/inspection_new.html", context, status=422 if form.errors else 200)


def _risk(request: DeskRequest) -> Any:
    asked = request.GET.get("risk", "") or request.POST.get("risk", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):  # noqa: PLR2004 -- digits of a bigint
        return None
    return queries.risks_in_scope(request.actor).filter(pk=int(asked)).first()


def _risk_words(risk: Any) -> str:
    return risk_sentence(risk.kind, risk.count, risk.base, risk.value, risk.usual) if risk is not None else ""


def _first(risk: Any) -> dict[str, Any]:
    """Fill the form in from a risk: its office and officer, and from what the sample is drawn."""
    office = facility_names({risk.office_id}).get(risk.office_id)
    first = {"population": POPULATION_OF_RISK[RiskKind(risk.kind)].value, "office": office.code if office else ""}
    if risk.officer_id:
        first["officer"] = username_of(risk.officer_id)
    return first


@needs(LEAD)
@require_GET
def inspection(request: DeskRequest, inspection_id: int) -> HttpResponse:
    """Show one inspection: how it was drawn, how far it is, what was answered and found."""
    facts = queries.get_inspection(request.actor, inspection_id)
    names = office_labels({facts.led_office_id} | ({facts.office_id} if facts.office_id else set()))
    officers = officer_names({facts.led_by} | ({facts.officer_id} if facts.officer_id else set()))
    context = {
        "inspection": facts,
        "population": POPULATIONS[facts.population],
        "unit": unit_words(facts, names),
        "period": period_words(facts),
        "led_by": f"{officers.get(facts.led_by, '')}, {names.get(facts.led_office_id, '')}",
        "officer": officers.get(facts.officer_id or 0, ""),
        "risk": risk_sentence(**facts.risk) if facts.risk else "",
        "state": state_of(facts),
        "next": queries.next_open_place(inspection_id, 0),
        "answers": _answers(inspection_id),
        "is_led": queries.leads(request.actor, facts) and facts.closed_at is None,
        "table": SAMPLE.show(request, queries.sample_of(inspection_id), load=_sample_rows),
    }
    return render(request, "oversight/inspection.html", context)


def _sample_rows(part: Sequence[Any]) -> list[SampleRow]:
    rows = queries.sampled_facts(part)
    names = office_labels({row.office_id for row in rows})
    people = officer_names({row.subject_id for row in rows if row.subject is Subject.OFFICER})
    return [SampleRow(row, row_words(row, people), names.get(row.office_id, "")) for row in rows]


def row_words(row: SampledFacts, officers: dict[int, str]) -> str:
    """Name a row of a sample by its number; an officer by name, for inspectors call officers by their names."""
    what = officers.get(row.subject_id, "") if row.subject is Subject.OFFICER else number(row.subject_id)
    return f"{row.place}. {SUBJECT_WORDS[row.subject]} {what}"


def _answers(inspection_id: int) -> list[tuple[str, list[int]]]:
    """Give each question with how often it was answered right, wrong, cannot tell."""
    counts = queries.wrong_by_question(inspection_id)
    return [
        (question_words(one), [counts.get(one.id, {}).get(verdict, 0) for verdict in Verdict])
        for one in queries.checklist(inspection_id)
    ]


@needs(LEAD)
@require_POST
def inspection_close(request: DeskRequest, inspection_id: int) -> HttpResponse:
    """Close an inspection of which every row was looked through and every finding settled."""
    try:
        actions.close(request.actor, inspection_id, now=request.now)
    except Refused as refused:
        if refused.code != "INSPECTION_UNFINISHED":
            raise
        messages.error(request, sentence(refused.code, refused.facts))
    else:
        messages.success(request, gettext("The inspection is closed."))
    return redirect("oversight:inspection", inspection_id)
