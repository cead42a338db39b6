"""One row of a sample: the record, report or officer beside the checklist; keys answer it, and so do mouse and form.

What an inspector sees of a person here is written down as a look; of an officer, as an act.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from vaxproof import valuesets

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.oversight.act_words import step_words
from vaxpass.desks.oversight.inspection_words import (
    POPULATIONS,
    VERDICTS,
    language,
    office_label,
    office_labels,
    question_words,
)
from vaxpass.desks.oversight.inspections import LEAD, row_words
from vaxpass.inspections import actions, queries
from vaxpass.inspections.facts import InspectionFacts, QuestionFacts, SampledFacts
from vaxpass.inspections.rules import Subject, Verdict
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import (
    facility_names,
    officer_names,
    offices_in_reach,
    offices_of_officers,
    roles_held,
    username_of,
)
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.access import access_version
from vaxpass.records.queries import history_of, looks_at
from vaxpass.reports.queries import get_report
from vaxpass.rights.words import LOOKS

_LOOKS = 20
_PRODUCTS = {product.mp: product.vietnamese_name for product in valuesets.LICENSED_IN_VIETNAM}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a way: when, what, who, with which reason."""

    at: datetime
    word: object
    who: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page asks it."""

    facts: QuestionFacts
    words: str

    @property
    def choices(self) -> list[tuple[str, object, str, bool]]:
        """Give (value, word, key, is chosen) of each answer."""
        return [
            (one.value, VERDICTS[one], str(key), self.facts.verdict is one) for key, one in enumerate(Verdict, start=1)
        ]


@needs(LEAD)
@require_http_methods(["GET", "POST"])
def sampled(request: DeskRequest, inspection_id: int, place: int) -> HttpResponseBase:
    """Show one row and take the answers; then the next row comes."""
    facts = queries.get_inspection(request.actor, inspection_id)
    row = queries.get_sampled(request.actor, inspection_id, place)
    questions = queries.checklist(inspection_id, row.id)
    if request.method == "POST":
        whole = actions.answer_checklist(request.actor, row.id, _answers(request.POST, questions), now=request.now)
        if "finding" in request.POST:
            return redirect(f"{reverse('oversight:finding_new', args=[inspection_id])}?row={place}")
        return _after(inspection_id, place, whole=whole)
    return _show(request, facts, row, questions)


def _answers(posted: QueryDict, questions: list[QuestionFacts]) -> dict[int, Verdict]:
    said = {one.id: posted.get(f"q{one.id}", "") for one in questions}
    return {key: Verdict(value) for key, value in said.items() if value in set(Verdict)}


def _after(inspection_id: int, place: int, *, whole: bool) -> HttpResponse:
    following = queries.next_open_place(inspection_id, place) if whole else place
    if following is None:
        return redirect("oversight:inspection", inspection_id)
    return redirect("oversight:sampled", inspection_id, following)


def _show(
    request: DeskRequest, facts: InspectionFacts, row: SampledFacts, questions: list[QuestionFacts]
) -> HttpResponse:
    show = {Subject.RECORD: _record, Subject.REPORT: _report, Subject.OFFICER: _officer}[row.subject]
    try:
        seen = show(request, row)
    except Refused as refused:  # moved out of reach since it was drawn; the checklist still asks
        seen = {"gone": sentence(refused.code, refused.facts)}
    people = officer_names({row.subject_id}) if row.subject is Subject.OFFICER else {}
    context: dict[str, Any] = {
        "inspection": facts,
        "row": row,
        "title": row_words(row, people),
        "population": POPULATIONS[facts.population],
        "office": office_labels({row.office_id}).get(row.office_id, ""),
        "asked": [Asked(one, question_words(one)) for one in questions],
        "is_led": queries.leads(request.actor, facts) and facts.closed_at is None,
        "previous": row.place - 1,
        "next": row.place + 1 if row.place < facts.rows else None,
        "keys": _keys(),
        **seen,
    }
    return render(request, "oversight/sampled.html", context)


def _keys() -> list[tuple[str, str]]:
    words = [(str(key), str(VERDICTS[one])) for key, one in enumerate(Verdict, start=1)]
    return [
        *words,
        ("A", gettext("Everything is right")),
        ("Z", gettext("Back to the question before")),
        ("Enter", gettext("Save, and the next row")),
        ("F", gettext("Save, and write a finding")),
    ]


def _record(request: DeskRequest, row: SampledFacts) -> dict[str, Any]:
    version = access_version(request.actor, row.subject_id, purpose="inspection", now=request.now)
    steps = history_of([version.version_id])
    looks = _looks_in_reach(request, version.person_id)
    who = officer_names({one.officer_id for one in [*steps, *looks] if one.officer_id})
    return {
        "version": version,
        "product": _PRODUCTS.get(version.dose.product, version.dose.product),
        "facility": office_label(facility_names({version.facility_id}).get(version.facility_id)),
        "steps": [
            Line(one.at, step_words("record", one.verb), who.get(one.officer_id or 0, gettext("System")), _said(one))
            for one in steps
        ],
        "looks": [Line(one.at, LOOKS.get(one.purpose, one.purpose), who.get(one.officer_id, "")) for one in looks],
    }


def _said(step: Any) -> str:
    return sentence(step.reason) if step.reason else ""


def _looks_in_reach(request: DeskRequest, person_id: int) -> list[Any]:
    """The ministry's inspectors see everybody's looks, a province's those of its own officers."""
    looks = looks_at(person_id, _LOOKS)
    if request.actor.may(Permission.HISTORY_SEE):
        return looks
    reach = offices_in_reach(request.actor) or set()
    return [one for one in looks if one.office_id in reach]


def _report(request: DeskRequest, row: SampledFacts) -> dict[str, Any]:
    report = get_report(request.actor, row.subject_id, now=request.now)
    who = officer_names({step.officer_id for step in report.steps if step.officer_id})
    desk = "ministry" if request.actor.office_kind == "ministry" else "province"
    return {
        "report": report,
        "report_url": reverse(f"{desk}:report", args=[report.report_id]),
        "wrongs": [sentence(f"REPORT_WRONG_{one.name}") for one in report.wrongs],
        "steps": [
            Line(
                step.at,
                step_words("report", step.kind.value),
                who.get(step.officer_id or 0, ""),
                " ".join(part for part in (sentence(step.code) if step.code else "", step.text) if part),
            )
            for step in report.steps
        ],
    }


def _officer(request: DeskRequest, row: SampledFacts) -> dict[str, Any]:
    note_act_of(
        request.actor, "inspect_officer", f"officer/{row.subject_id}", now=request.now, inspection=row.inspection_id
    )
    office = offices_of_officers({row.subject_id}).get(row.subject_id)
    return {
        "officer": officer_names({row.subject_id}).get(row.subject_id, ""),
        "username": username_of(row.subject_id),
        "officer_office": office_label(office),
        "roles": roles_held(row.subject_id, language()),
    }
