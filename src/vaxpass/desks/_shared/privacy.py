"""What holds for every answer to somebody who is signed in, the pages of allauth and of errors included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase


class PrivacyMiddleware:
    """Keeps pages of officers out of caches, and addresses with a zero byte away from the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse what no browser sends; mark what no browser may keep."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(status=400)
        response = self._get_response(request)
        session = getattr(request, "session", None)  # asked for the user, it would ask the database on every page
        if session is not None and session.accessed and not session.is_empty():
            response.headers.setdefault("Cache-Control", "no-store")
        return response
