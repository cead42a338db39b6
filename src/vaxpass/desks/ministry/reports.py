"""Citizens' reports at the ministry desk: what provinces did not answer either, and how each province stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.reports.counts import OFFICES, PROVINCES, cards, office_rows, province_rows
from vaxpass.desks._shared.reports.lists import listed
from vaxpass.offices.roles import Permission
from vaxpass.reports.summaries import count_by_office


@needs(Permission.REPORT_SEE)
@require_GET
def reports(request: DeskRequest) -> HttpResponse:
    """List the reports of the country: what waits for the ministry itself, then all by what is due first."""
    counts = count_by_office(request.actor, now=request.now)
    context = {
        **listed(request),
        "lead": _("What a province left unanswered for another 48 working hours comes here. All others you watch."),
        "cards": cards(request, counts),
        "shows_waiting": request.actor.may(Permission.REPORT_ANSWER),
        "counts_url": reverse("ministry:report_provinces"),
        "counts_words": _("How each province stands"),
    }
    return render(request, "reports/list.html", context)


@needs(Permission.REPORT_SEE)
@require_GET
def report_provinces(request: DeskRequest) -> HttpResponse:
    """List the provinces with their open and overdue reports and the share answered in time."""
    rows = province_rows(request, count_by_office(request.actor, now=request.now))
    context = {"table": PROVINCES.show(request, rows), "list_url": reverse("ministry:reports")}
    return render(request, "reports/offices.html", context)


@needs(Permission.REPORT_SEE)
@require_GET
def report_offices(request: DeskRequest, province_code: str) -> HttpResponse:
    """List the offices of one province as the province sees them."""
    counts = count_by_office(request.actor, now=request.now)
    rows = office_rows(request, [one for one in counts if (one.province_code or "-") == province_code])
    context = {"table": OFFICES.show(request, rows), "list_url": reverse("ministry:report_provinces")}
    return render(request, "reports/offices.html", context)
