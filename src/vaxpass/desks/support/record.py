"""The record that an office chose to show to support: where it stands, and nothing of the person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.support.offering import language
from vaxpass.offices.queries import facility_names
from vaxpass.offices.roles import Permission
from vaxpass.records.queries import history_of
from vaxpass.support import actions
from vaxpass.support.queries import number_of


@needs(Permission.SUPPORT_ANSWER)
@require_GET
def record(request: DeskRequest, difficulty_id: int) -> HttpResponse:
    """Show state, reason and history of a record; who looked is written down, for the citizen as well."""
    found = actions.see_record(request.actor, difficulty_id, now=request.now)
    office = facility_names({found.facility_id}).get(found.facility_id)
    steps = [
        (step.at, step.verb, sentence(step.reason) if step.reason else "") for step in history_of([found.version_id])
    ]
    context = {
        "found": found,
        "number": number_of(difficulty_id),
        "difficulty_id": difficulty_id,
        "facility": f"{office.name(language())} ({office.code})" if office else _("unknown"),
        "reason": sentence(found.reason) if found.reason else "",
        "steps": steps,
    }
    return render(request, "support/record.html", context)
