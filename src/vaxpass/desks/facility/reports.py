"""Citizens' reports at the facility desk: what clerks, heads and commune officers work off within 48 working hours."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.reports.lists import listed
from vaxpass.offices.roles import Permission


@needs(Permission.REPORT_SEE)
@require_GET
def reports(request: DeskRequest) -> HttpResponse:
    """List the reports in reach, the one due first on top."""
    lead = _("What citizens say is wrong. Each is answered within 48 working hours; then it goes to the province.")
    may_answer = request.actor.may(Permission.REPORT_ANSWER)
    return render(request, "reports/list.html", {**listed(request), "lead": lead, "shows_waiting": may_answer})
