"""Who is ready for a passport and who is not, by reason, down to the people."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.ministry.people import NOT_READY, load_people
from vaxpass.desks.ministry.words import reasons
from vaxpass.jobs.ministry_signing import defer_survey
from vaxpass.ministry_signing import preparing, queries
from vaxpass.offices.roles import Permission


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_GET
def eligibility(request: DeskRequest) -> HttpResponse:
    """Show the newest count."""
    survey = queries.newest_survey()
    context = {
        "survey": survey,
        "reasons": reasons(survey.reasons) if survey else [],
        "under_way": queries.survey_under_way(),
        "may_prepare": request.actor.may(Permission.RUN_PREPARE),
    }
    return render(request, "ministry/eligibility.html", context)


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_POST
def count_again(request: DeskRequest) -> HttpResponse:
    """Begin a new count, unless one is under way."""
    if queries.survey_under_way() is None:
        with transaction.atomic():
            defer_survey(preparing.begin_survey(now=request.now))
    messages.info(request, _("The people are being counted; this page shows the new numbers in a moment."))
    return redirect("ministry:eligibility")


@needs(Permission.RUN_PREPARE, Permission.RUN_APPROVE)
@require_GET
def not_ready(request: DeskRequest, survey_id: int, code: str) -> HttpResponse:
    """List the people who are not ready for one reason."""
    rows = queries.findings(survey_id, code)
    table = NOT_READY.show(request, rows, load=load_people(request, "not-ready"))
    context = {"table": table, "sentence": sentence(code), "code": code}
    return render(request, "ministry/not_ready.html", context)
