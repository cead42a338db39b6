"""The guard in front of every view: who may come in, and what a refusal looks like.

Every view of a desk carries exactly one of `needs`, `signed_in` or `open_to_all`; a test visits every address as
every role and compares the answer with the permission written here.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.refusals import begin_noting, note_refusal, refusal_status, sentence
from vaxpass.offices.queries import get_actor
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.second_factor import needs_second_factor

__all__ = ["DeskRequest", "needs", "open_to_all", "refusal_page", "signed_in"]

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request behind the guard: the actor, and the one `now` of the whole request (aware, UTC)."""

    actor: Actor
    now: datetime


Inner = Callable[Concatenate[DeskRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(*permissions: Permission) -> Callable[[Inner[P]], View[P]]:
    """Let in officers who hold any of the permissions; the page may refuse more finely."""

    def guard(view: Inner[P]) -> View[P]:
        return _guarded(view, permissions)

    return guard


def signed_in(view: Inner[P]) -> View[P]:
    """Let in every officer who is signed in."""
    return _guarded(view, ())


def _guarded(view: Inner[P], permissions: tuple[Permission, ...]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if needs_second_factor(request.user):
            return redirect_to_login(request.get_full_path(), reverse("mfa_activate_totp"))
        desk_request = cast("DeskRequest", request)
        desk_request.now = datetime.now(UTC)
        desk_request.actor = get_actor(request.user)
        begin_noting()
        try:
            if permissions and not any(desk_request.actor.may(permission) for permission in permissions):
                check_may(desk_request.actor, permissions[0])
            answer = view(desk_request, *args, **kwargs)
        except Refused as refused:
            answer = refusal_page(request, refused)
        note_refusal(request, answer)
        answer.headers.setdefault("Cache-Control", "no-store")  # nobody reads on after the sign-out
        return answer

    guarded.guard = permissions  # type: ignore[attr-defined]  # read by the permission table and its test
    return guarded


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Show a refusal: its sentence, its code, nothing else."""
    context: dict[str, Any] = {"code": refused.code, "sentence": sentence(refused.code, refused.facts)}
    return render(request, "refused.html", context, status=refusal_status(refused.code))
