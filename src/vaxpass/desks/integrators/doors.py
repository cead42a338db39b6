"""How a request comes in to the API, and how each answer goes out.

Outermost is the guard that lets everybody in: there is no session here and no right that a stranger's page could use
in a visitor's name, so there is nothing for a CSRF token to guard. Then come the limits, each with a coded answer.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.politeness import Minute, seconds_left, visitor_of
from vaxpass.desks.integrators.api import api, openapi
from vaxpass.desks.integrators.errors import ApiCode, refusal_response

REQUESTS_A_MINUTE: Final = 120
MOST_BYTES: Final = 1_000_000
"""A hundred texts of the longest kind."""

_MOST_DIGITS: Final = 18  # Python makes no number of thousands of digits
_MINUTE: Final = Minute()
View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """Guard, limits, coded errors and headers around a view."""

    def answered(request: HttpRequest, /, **kwargs: str) -> HttpResponseBase:
        answer = _refused(request) or _coded(view(request, **kwargs))
        answer.headers.setdefault("Cache-Control", "no-store")
        if request.method in ("GET", "HEAD"):
            answer.headers["Access-Control-Allow-Origin"] = "*"  # the same for everybody, and nobody's own
        return answer

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # read by Django's middleware; why: see above
    return open_to_all(answered)


def _refused(request: HttpRequest) -> HttpResponse | None:
    now = datetime.now(UTC)
    if _MINUTE.count(visitor_of(request), now) > REQUESTS_A_MINUTE:
        return refusal_response(ApiCode.TOO_MANY_REQUESTS, **{"Retry-After": str(seconds_left(now))})
    told = request.META.get("CONTENT_LENGTH") or "0"
    if told.isascii() and told.isdigit() and int(told[:_MOST_DIGITS]) > MOST_BYTES:
        return refusal_response(ApiCode.REQUEST_TOO_LARGE)
    return _without_body(request) if request.method == "POST" else None


def _without_body(request: HttpRequest) -> HttpResponse | None:
    """Only a body whose length is stated is read; one that comes in chunks would be taken for none."""
    if request.META.get("CONTENT_LENGTH", "0") not in ("", "0"):
        return None
    chunked = "Transfer-Encoding" in request.headers
    return refusal_response(ApiCode.REQUEST_LENGTH_MISSING if chunked else ApiCode.REQUEST_UNREADABLE)


def _coded(answer: HttpResponseBase) -> HttpResponseBase:
    """The framework's own answer to a wrong method has no code; ours has, and still names the right ones."""
    if answer.status_code == 405:  # noqa: PLR2004 -- method not allowed
        return refusal_response(ApiCode.METHOD_NOT_ALLOWED, Allow=answer.headers.get("Allow", ""))
    return answer


def openapi_document(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    if request.method not in ("GET", "HEAD"):
        return refusal_response(ApiCode.METHOD_NOT_ALLOWED, Allow="GET")
    body = json.dumps(openapi(), ensure_ascii=False, indent=1).encode()
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "public, max-age=3600"})


def unknown_address(_request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """Say in code that there is nothing here."""
    return refusal_response(ApiCode.ADDRESS_UNKNOWN)


def urlpatterns() -> list[URLPattern]:
    """Every address of the API, each behind the door; the last one catches what is none."""
    found = [
        path(str(pattern.pattern), door(pattern.callback), name=pattern.name)
        for pattern in api.urls[0]
        if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ]
    return [
        *found,
        path("openapi.json", door(openapi_document), name="openapi"),
        path("<path:rest>", door(unknown_address), name="unknown"),
        path("", door(unknown_address), name="root"),
    ]
