"""Reading one report."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.reports.page import show
from vaxpass.reports.queries import get_report


@require_GET
def report(request: DeskRequest, report_id: int) -> HttpResponse:
    """Show a report in reach. Refuses REPORT_UNKNOWN alike for what is absent and what is out of reach."""
    return show(request, get_report(request.actor, report_id, now=request.now))
