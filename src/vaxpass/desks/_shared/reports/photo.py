"""One photo of a citizen's paper, opened for an officer in reach; the look is written down."""

from typing import Final

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.reports import queries

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_GET
def photo(request: DeskRequest, report_id: int, n: int) -> HttpResponse:
    """Give a photo as JPEG: shown, never kept, never taken for anything else. Refuses REPORT_UNKNOWN."""
    found = queries.evidence(request.actor, report_id, n, now=request.now)
    answer = HttpResponse(found, content_type="image/jpeg")
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    answer.headers["Content-Disposition"] = f'inline; filename="report-{report_id}-{n}.jpg"'
    return answer
