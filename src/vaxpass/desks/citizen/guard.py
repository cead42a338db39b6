"""The guard in front of a citizen's own pages: who showed who they are, and for how long that holds.

A browser's session belongs to a citizen or to an officer, never to both: whoever comes in as one is no longer the
other. So a clerk's look at a record is always a clerk's, written down as such.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.contrib.auth import SESSION_KEY as OFFICER_KEY
from django.contrib.auth.signals import user_logged_in
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
    """Give the citizen of a session; None where nobody showed who they are, too long ago, or an officer is in."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if kept is None or OFFICER_KEY in request.session:
        return None
    citizen = Citizen.from_session(kept)
    return citizen if timedelta(0) <= now - citizen.since <= LONGEST_VISIT else None


def let_in(request: HttpRequest, citizen: Citizen) -> None:
    """Make the session the citizen's, under a new key; an officer who was signed in in it is signed out.

    What another citizen left in it, on a phone that several use, goes: an unfinished report, a receipt's number.
    """
    before = request.session.get(SESSION_KEY, {}).get("people")
    if OFFICER_KEY in request.session or (before is not None and set(before) != citizen.person_ids):
        request.session.flush()
    else:
        request.session.cycle_key()  # a key that somebody else planted before must not open the record
    request.session[SESSION_KEY] = citizen.to_session()


def _forget_citizen(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.session.pop(SESSION_KEY, None)


user_logged_in.connect(_forget_citizen, dispatch_uid="citizen.forget")


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
