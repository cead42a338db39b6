"""What holds for every answer to somebody who is signed in, the pages of allauth and of errors included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext, override

_MOST_DIGITS = 18  # Python makes no number of thousands of digits


class PrivacyMiddleware:
    """Keeps pages of officers out of caches, zero bytes away from the database, and floods away from the disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse what no browser sends; mark what no browser may keep."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(status=400)
        if _length(request) > 2 * settings.UPLOAD_MAX_BYTES:  # up to twice, the desk says in words that it is too much
            return _too_large(request)
        response = self._get_response(request)
        session = getattr(request, "session", None)  # asked for the user, it would ask the database on every page
        if session is not None and session.accessed and not session.is_empty():
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _too_large(request: HttpRequest) -> HttpResponse:
    """Say it in words: a photo of 60 MB is somebody's honest try. The language is not chosen yet here."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return render(request, "413.html", {"sentence": gettext("BODY_TOO_LARGE")}, status=413)


def _length(request: HttpRequest) -> int:
    """Give the bytes that follow: reading a form, even to look for its CSRF token, writes its files to the disk."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isascii() or not told.isdigit():
        return 0  # nothing is read without a length
    return int(told[:_MOST_DIGITS])
