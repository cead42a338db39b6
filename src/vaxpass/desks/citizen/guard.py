"""The guard in front of a citizen's own pages: who showed who they are, and for how long that holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from vaxpass.citizens.rules import Citizen
from vaxpass.desks._shared.guard import refusal_page
from vaxpass.offices.scope import Refused

P = ParamSpec("P")
SESSION_KEY: Final = "citizen"
LONGEST_VISIT: Final = timedelta(minutes=30)


class CitizenRequest(HttpRequest):
    """A request behind the guard: the citizen, and the one `now` of the whole request (aware, UTC)."""

    citizen: Citizen
    now: datetime


Inner = Callable[Concatenate[CitizenRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def citizen_of(request: HttpRequest, now: datetime) -> Citizen | None:
    """Give the citizen of a session; None where nobody showed who they are, or too long ago."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    citizen = Citizen.from_session(kept) if kept else None
    return citizen if citizen is not None and timedelta(0) <= now - citizen.since <= LONGEST_VISIT else None


def citizen_only(view: Inner[P]) -> View[P]:
    """Let in whoever showed who they are; everybody else is led to finding the record."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = datetime.now(UTC)
        citizen = citizen_of(request, now)
        if citizen is None:
            return redirect("/citizen/find/")
        theirs = cast("CitizenRequest", request)
        theirs.citizen, theirs.now = citizen, now
        try:
            answer = view(theirs, *args, **kwargs)
        except Refused as refused:
            answer = refusal_page(request, refused)
        answer.headers.setdefault("Cache-Control", "no-store")  # a shared phone must not show it to the next
        return answer

    guarded.guard = "citizen"  # type: ignore[attr-defined]  # read by the permission table and its test
    return guarded
