"""The demo's phones and mailboxes: a newcomer reads here what citizens are told, codes included. Elsewhere: 404."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vaxpass import wiring
from vaxpass.desks._shared.doors import open_to_all

SHOWN = 30


@open_to_all
@require_GET
def demo_inbox(request: HttpRequest) -> HttpResponse:
    """Show the newest messages of the demo, newest first."""
    if not settings.DEMO:
        raise Http404
    answer = render(request, "citizen/demo_inbox.html", {"kept": wiring.demo_messages(SHOWN)})
    answer.headers["Cache-Control"] = "no-store"
    return answer
