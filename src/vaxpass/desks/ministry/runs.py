"""Signing runs: the list, asking for one, its page with progress."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi, number
from vaxpass.desks.ministry.forms import AskForRun
from vaxpass.desks.ministry.navigation import MINISTRY
from vaxpass.desks.ministry.people import LEFT, load_people
from vaxpass.desks.ministry.words import KIND_WORDS, RUN_WORDS, office_label, reasons, run_chip
from vaxpass.jobs.ministry_signing import defer_preparing, defer_signing
from vaxpass.ministry_signing import actions, queries
from vaxpass.ministry_signing.facts import RunFacts
from vaxpass.ministry_signing.rules import RunKind, RunState
from vaxpass.offices.provinces import list_provinces
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor

RUNS: Table[RunFacts] = Table(
    "runs",
    _("Signing runs"),
    (
        Column(
            "id",
            _("Run"),
            lambda run: f"{run.id}",
            sort=("pk",),
            link=lambda run: reverse("ministry:run", args=[run.id]),
        ),
        Column("state", _("State"), lambda run: run_chip(run).word),
        Column("kind", _("For whom"), lambda run: KIND_WORDS[RunKind(run.kind)]),
        Column("asked", _("Asked for at"), lambda run: moment_vi(run.asked_at)),
        Column("people", _("Prepared"), lambda run: number(run.items), numeric=True),
        Column("held", _("Held back"), lambda run: number(run.held), numeric=True),
        Column("recorded", _("Issued"), lambda run: number(run.recorded), numeric=True),
    ),
    default_sort="-id",
    filters=(
        Filter(
            "state",
            _("State"),
            lambda rows, value: rows.filter(state=value),
            choices=tuple((state.value, words) for state, (words, _tone) in RUN_WORDS.items()),
        ),
    ),
    empty=_("No run has been prepared yet."),
)


@needs(*MINISTRY)
@require_GET
def runs(request: DeskRequest) -> HttpResponse:
    """List the runs."""
    table = RUNS.show(request, queries.runs(), load=queries.facts_of)
    context = {"table": table, "may_prepare": request.actor.may(Permission.RUN_PREPARE)}
    return render(request, "ministry/runs.html", context)


@needs(Permission.RUN_PREPARE)
@require_http_methods(["GET", "POST"])
def ask(request: DeskRequest) -> HttpResponse:
    """Ask for a run; a job prepares it."""
    form = AskForRun(request.POST if request.method == "POST" else None, now=request.now)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            run_id = actions.ask_for_run(request.actor, form.scope(), now=request.now)
            defer_preparing(run_id)
        return redirect("ministry:run", run_id)
    status = 422 if form.is_bound else 200
    return render(request, "ministry/ask.html", {"form": form, "survey": queries.newest_survey()}, status=status)


@needs(*MINISTRY)
@require_GET
def run(request: DeskRequest, run_id: int) -> HttpResponse:
    """Show one run: how far it is, whom it holds back, who is not ready."""
    return render(request, "ministry/run.html", run_context(request.actor, queries.get_run(run_id)))


def run_context(actor: Actor, found: RunFacts) -> dict[str, Any]:
    """Give what every page of a run shows."""
    names = officer_names({one for one in (found.prepared_by, found.decided_by) if one})
    waits = found.state == RunState.PREPARED and found.kind != RunKind.ORDER
    return {
        "run": found,
        "chip": run_chip(found),
        "scope": scope_words(found),
        "kid": found.kid.hex(),
        "prepared_by": names.get(found.prepared_by, ""),
        "decided_by": names.get(found.decided_by or 0, ""),
        "reasons": reasons(found.reasons),
        "brakes": reasons(queries.count_brakes(found.id)),
        "done": found.recorded + found.dropped,
        "moves": found.state in {RunState.PREPARING, RunState.APPROVED},
        "trouble": sentence(found.trouble) if found.trouble else "",
        "refusal": sentence(found.decision_reason) if found.decision_reason else "",
        "may_decide": waits and actor.may(Permission.RUN_APPROVE) and actor.officer_id != found.prepared_by,
        "is_own": waits and actor.officer_id == found.prepared_by,
        "may_list": actor.may(Permission.RUN_PREPARE) or actor.may(Permission.RUN_APPROVE),
        "may_resume": bool(found.trouble) and (actor.may(Permission.RUN_PREPARE) or actor.may(Permission.RUN_APPROVE)),
        "issuer": settings.ISSUER_NAME,
    }


def scope_words(found: RunFacts) -> str | Any:
    """Say for whom the run is."""
    language = get_language() or "vi"
    if found.kind != RunKind.ORDINARY:
        return KIND_WORDS[RunKind(found.kind)]
    if found.facility_id is not None:
        return office_label(facility_names({found.facility_id}).get(found.facility_id), language)
    provinces = {code: en if language == "en" else vi for code, vi, en in list_provinces(found.asked_at)}
    return provinces.get(found.province_code, found.province_code) or _("The whole country")


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_POST
def resume(request: DeskRequest, run_id: int) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Try again at once; the system does so every few minutes by itself."""
    found = queries.get_run(run_id)
    with transaction.atomic():
        if found.state == RunState.PREPARING:
            defer_preparing(run_id)
        defer_signing(queries.open_chunks(run_id))
    return redirect("ministry:run", run_id)


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_GET
def left(request: DeskRequest, run_id: int) -> HttpResponse:
    """List who left the run before the passport was recorded, and why."""
    load = load_people(request, "run-left", lambda row: sentence(row.code))
    table = LEFT.show(request, queries.drops(run_id), load=load)
    return render(request, "ministry/left.html", {"table": table, "run": queries.get_run(run_id)})
