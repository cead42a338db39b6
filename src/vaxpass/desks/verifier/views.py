"""The check on the server, for browsers without JavaScript: a page to hand something in, a page with the answer.

POST only, nothing stored, nothing logged. The check on the device is in device_views.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST
from vaxproof import Code, ProofError, Verdict, sentence

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.published_lists import known_lists
from vaxpass.desks.verifier.checking import check_text, verdict_of
from vaxpass.desks.verifier.picture import read_qr
from vaxpass.desks.verifier.politeness import is_too_often
from vaxpass.desks.verifier.result import age_in_words, read_result
from vaxpass.desks.verifier.upload import InMemoryHandler

View = Callable[[HttpRequest], HttpResponse]


@open_to_all
@require_GET
def on_server(request: HttpRequest) -> HttpResponse:
    """Offer the two ways in that need no program in the browser: picture and text."""
    return _hand_in(request)


def _in_memory(view: View) -> View:
    """Keep the upload in memory; the limit must stand before anything reads the form, so CSRF is checked inside."""

    @wraps(view)
    def limited(request: HttpRequest) -> HttpResponse:
        request.upload_handlers = [InMemoryHandler(request)]
        try:
            return csrf_protect(view)(request)
        except RequestDataTooBig:
            return _answer(request, verdict_of(Code.TEXT_TOO_LONG, datetime.now(UTC)))

    return csrf_exempt(limited)


@open_to_all
@require_POST
@never_cache
@_in_memory
def check(request: HttpRequest) -> HttpResponse:
    """Answer a text or a picture."""
    now = datetime.now(UTC)
    if is_too_often(request, now):
        return _hand_in(request, _("Too many checks from this address. Wait a minute, then try again."), status=429)
    picture, text = request.FILES.get("picture"), request.POST.get("text", "")
    handler = request.upload_handlers[0]
    if isinstance(handler, InMemoryHandler) and handler.too_large:
        return _answer(request, verdict_of(Code.PICTURE_UNREADABLE, now))
    if picture is None and not text.strip():
        return _hand_in(request, _("Nothing was handed in. Choose a picture or paste the text."), status=422)
    try:
        text = read_qr(picture.read()) if picture else text
    except ProofError as error:
        return _answer(request, verdict_of(error.code, now))
    return _answer(request, check_text(text, known_lists(), now))


def _answer(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    return render(request, "verifier/result.html", {"result": read_result(verdict)})


def _hand_in(request: HttpRequest, trouble: str = "", status: int = 200) -> HttpResponse:
    known, now = known_lists(), datetime.now(UTC)
    made_at = known.device.trust.made_at
    context: dict[str, Any] = {
        "trouble": trouble,
        "list_trouble": sentence(known.trouble, get_language() or "vi") if known.trouble else "",
        "list_made_at": made_at,
        "list_age": age_in_words(now - made_at) if made_at else "",
        "list_size": len(known.device.trust),
    }
    return render(request, "verifier/on_server.html", context, status=status)
