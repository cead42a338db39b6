"""The state of the system, for everybody: each part in plain words, what is known to be wrong, what was solved."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.guard import open_to_all
from vaxpass.desks._shared.navigation import Desk
from vaxpass.desks.support import words
from vaxpass.desks.support.offering import language, shown
from vaxpass.support import problems
from vaxpass.support.components import slow_now
from vaxpass.support.rules import Component, ProblemState

LIGHT = Desk("support", _("State of the system"), style="support/status.css")
"""The page is for everybody: small, without script, with print that can be made larger."""
_WELL = (_("Works"), "done")
_SLOW = (_("Slower than usual"), "turn")
_TROUBLED = (_("Trouble, see below"), "turn")
_WATCHED = (_("Works again, being watched"), "ready")


@open_to_all
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Show the state of each part and the known problems."""
    now = datetime.now(UTC)
    slow = slow_now()
    troubled = problems.components_troubled()
    open_ones = [shown(one) for one in problems.open_problems(language())]
    context: dict[str, Any] = {
        "desk": LIGHT,
        "desk_nav": [],
        "now": now,
        "parts": [(words.COMPONENTS[one], *_word(troubled.get(one), is_slow=one in slow)) for one in Component],
        "open": open_ones,
        "solved": [shown(one) for one in problems.solved_problems(language(), now)],
        "all_well": not open_ones and not slow,
    }
    answer = render(request, "support/status.html", context)
    answer.headers.setdefault("Cache-Control", "no-store" if request.user.is_authenticated else "private, max-age=30")
    return answer


def _word(state: ProblemState | None, *, is_slow: bool) -> tuple[object, str]:
    if state is None:
        return _SLOW if is_slow else _WELL
    return _WATCHED if state is ProblemState.WATCHED else _TROUBLED
