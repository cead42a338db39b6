"""Citizens' reports at the province desk: overdue ones, objections, how offices stand. Districts only watch."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.reports.counts import OFFICES, cards, office_rows
from vaxpass.desks._shared.reports.lists import listed
from vaxpass.offices.roles import Permission
from vaxpass.reports.summaries import count_by_office


@needs(Permission.REPORT_SEE)
@require_GET
def reports(request: DeskRequest) -> HttpResponse:
    """List the reports of the province: what waits for the province itself, then all by what is due first."""
    counts = count_by_office(request.actor, now=request.now)
    context = {
        **listed(request),
        "lead": _("Overdue reports come to the province, and objections. Here stand all reports of your area."),
        "cards": cards(request, counts),
        "shows_waiting": request.actor.may(Permission.REPORT_ANSWER),
        "counts_url": reverse("province:report_offices"),
        "counts_words": _("How each office stands"),
    }
    return render(request, "reports/list.html", context)


@needs(Permission.REPORT_SEE)
@require_GET
def report_offices(request: DeskRequest) -> HttpResponse:
    """List the offices with their open and overdue reports and the share answered in time."""
    rows = office_rows(request, count_by_office(request.actor, now=request.now))
    context = {"table": OFFICES.show(request, rows), "list_url": reverse("province:reports")}
    return render(request, "reports/offices.html", context)
