"""The data-protection officer's desk: demands by due time, one demand, its answer. No health record, no name."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.citizens.queries import contacts_of
from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import date_vi, moment_vi
from vaxpass.desks.ministry.rights_forms import AnswerForm, ExtendForm
from vaxpass.jobs.rights import answer_demand, extend_demand
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused
from vaxpass.records.access import note_looks
from vaxpass.records.queries import looks_at
from vaxpass.rights import queries, words
from vaxpass.rights.effects import dispute_open
from vaxpass.rights.facts import DemandFacts
from vaxpass.rights.limits import limits
from vaxpass.rights.rules import LAST_SECOND, Kind, Matter, Status

LOOK_PURPOSE = "demand"
MOST_LOOKS = 200


def status_chip(demand: DemandFacts) -> str:
    """Give the status as a chip for a table."""
    return word_chip(str(words.STATUSES[demand.status]), "turn" if demand.status is Status.OPEN else "done")


def _due(demand: DemandFacts) -> str:
    return date_vi(demand.due_at - LAST_SECOND)


DEMANDS: Table[DemandFacts] = Table(
    "demands",
    _("Demands"),
    (
        Column(
            "number",
            _("Number of the demand"),
            lambda demand: demand.number,
            link=lambda demand: reverse("ministry:rights_demand", args=[demand.demand_id]),
        ),
        Column("kind", _("What is demanded"), lambda demand: words.KINDS[demand.kind], sort=("kind",)),
        Column(
            "about", _("What it is about"), lambda demand: ", ".join(str(words.MATTERS[one]) for one in demand.matters)
        ),
        Column("opened", _("Demanded at"), lambda demand: moment_vi(demand.opened_at), sort=("opened_at",)),
        Column("due", _("Last day"), _due, sort=("status", "due_at")),
        Column("status", _("Status"), status_chip, sort=("status", "due_at")),
    ),
    default_sort="due",
    filters=(
        Filter(
            "status",
            _("Status"),
            lambda found, value: found.filter(status=int(value)),
            choices=tuple((str(int(status)), word) for status, word in words.STATUSES.items()),
        ),
        Filter(
            "kind",
            _("What is demanded"),
            lambda found, value: found.filter(kind=int(value)),
            choices=tuple((str(int(kind)), word) for kind, word in words.KINDS.items() if kind != Kind.COPY),
        ),
    ),
    empty=_("Nobody has demanded anything."),
)


@needs(Permission.RIGHTS_ANSWER)
@require_GET
def demands(request: DeskRequest) -> HttpResponse:
    """List the demands, open ones first and of them those due first."""

    def load(part: Sequence[Any]) -> list[DemandFacts]:
        return queries.facts_of(part)

    context = {
        "table": DEMANDS.show(request, queries.demands(request.actor), load=load),
        "open": queries.count_open(request.actor),
        "late": queries.count_late(request.actor, request.now),
    }
    return render(request, "ministry/rights/demands.html", context)


@needs(Permission.RIGHTS_ANSWER)
@require_GET
def demand(request: DeskRequest, demand_id: int) -> HttpResponse:
    """Show one demand; that it was opened is written down for the citizen to see."""
    return _page(request, queries.get_demand(request.actor, demand_id))


@needs(Permission.RIGHTS_ANSWER)
@require_POST
def answer(request: DeskRequest, demand_id: int) -> HttpResponseBase:
    """Answer a demand; what the answers say is done in the same moment."""
    found = queries.get_demand(request.actor, demand_id)
    form = AnswerForm(request.POST, demand=found, dispute_open=dispute_open(found.person_ids))
    if form.is_valid():
        try:
            answer_demand(request.actor, demand_id, form.answers(), form.cleaned_data["words"].strip(), now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("Answered. The citizen is told."))
            return redirect("ministry:rights")
    return _page(request, found, answer_form=form)


@needs(Permission.RIGHTS_ANSWER)
@require_POST
def extend(request: DeskRequest, demand_id: int) -> HttpResponseBase:
    """Put the answer off, once; the citizen is told why and until when."""
    found = queries.get_demand(request.actor, demand_id)
    form = ExtendForm(request.POST)
    if form.is_valid():
        try:
            extend_demand(request.actor, demand_id, form.cleaned_data["why"], now=request.now)
        except Refused as refused:
            form.add_error(None, sentence(refused.code, refused.facts))
        else:
            messages.success(request, gettext("The answer is put off. The citizen is told."))
            return redirect("ministry:rights_demand", demand_id)
    return _page(request, found, extend_form=form)


def _page(
    request: DeskRequest,
    found: DemandFacts,
    answer_form: AnswerForm | None = None,
    extend_form: ExtendForm | None = None,
) -> HttpResponse:
    note_looks(request.actor, found.person_ids, LOOK_PURPOSE, request.now)
    dispute = dispute_open(found.person_ids)
    is_open = found.status is Status.OPEN
    context = {
        "demand": found,
        "kind": words.KINDS[found.kind],
        "status": words.STATUSES[found.status],
        "tone": "refused" if found.overdue(request.now) else "turn" if is_open else "done",
        "due_on": _due(found),
        "is_open": is_open,
        "matters": [words.MATTERS[matter] for matter in found.matters],
        "dispute": dispute,
        "has_email": bool(contacts_of(found.person_ids)) if Matter.MESSAGES in found.matters else None,
        "looks": _looks(found) if Matter.LOOKS in found.matters else None,
        "answers": _answers(found),
        "answer_words": found.answer.words if found.answer else "",
        "steps": _steps(found),
        "extension": limits().extension(found.kind),
        "may_extend": is_open and not found.extended,
        "form": answer_form or AnswerForm(demand=found, dispute_open=dispute),
        "extend_form": extend_form or ExtendForm(),
    }
    posted = answer_form or extend_form
    return render(request, "ministry/rights/demand.html", context, status=422 if posted else 200)


def _answers(found: DemandFacts) -> list[tuple[Words, str, str]]:
    given = found.answer.answers if found.answer else {}
    return [(words.MATTERS[matter], sentence(code.value), code.value) for matter, code in given.items()]


def _steps(found: DemandFacts) -> list[tuple[Words, object, str, str]]:
    names = officer_names({step.officer_id for step in found.steps if step.officer_id})
    return [
        (words.DEMAND_STEPS[step.step], step.at, names.get(step.officer_id or 0, ""), step.words)
        for step in found.steps
    ]


def _looks(found: DemandFacts) -> list[tuple[object, str, Words]]:
    """Who opened the record: time, office, page. What is needed to examine an objection against a look."""
    looks = [look for person_id in found.person_ids for look in looks_at(person_id, MOST_LOOKS)]
    offices = facility_names({look.office_id for look in looks})
    language = get_language() or "vi"
    rows = sorted(looks, key=lambda look: look.at, reverse=True)
    return [
        (look.at, offices[look.office_id].name(language) if look.office_id in offices else "", _purpose(look.purpose))
        for look in rows
    ]


def _purpose(purpose: str) -> Words:
    return words.LOOKS.get(purpose, purpose)
