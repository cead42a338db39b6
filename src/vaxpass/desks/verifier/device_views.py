"""The addresses of the page that runs on the device: the page, its files, its service worker. The same for everybody.

Nothing here reads a session or sets a cookie: what is sent is what every device keeps.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import condition, require_safe

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks.verifier.release import SHELL, Part, current_release

_allow_reader = csp_replace({"script-src": [SELF, WASM_UNSAFE_EVAL]})  # codes are read in the browser by WebAssembly
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"


def _version_tag(_request: HttpRequest, **_kwargs: str) -> str:
    return f'W/"{current_release().version}"'


def _with_reader(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    return wraps(view)(_allow_reader(view))


@open_to_all
@require_safe
@condition(etag_func=_version_tag)
@_with_reader
def home(request: HttpRequest) -> HttpResponse:
    """Give the page: an empty shell, which the device fills."""
    return _answer(request, current_release().parts[SHELL], ASK_FIRST)


@open_to_all
@require_safe
@_with_reader
def app_file(request: HttpRequest, version: str, path: str) -> HttpResponse:
    """Give one file of the release; another version's files are not here."""
    release = current_release()
    if version != release.version or path not in release.parts:
        raise Http404
    return _answer(request, release.parts[path], FOR_EVER)


@open_to_all
@require_safe
@condition(etag_func=_version_tag)
@_with_reader
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which begins with the list of the release's files."""
    return _answer(request, Part("service-worker.js", current_release().service_worker), ASK_FIRST)


def _answer(request: HttpRequest, part: Part, keeping: str) -> HttpResponse:
    accepted = {one.partition(";")[0].strip() for one in request.headers.get("Accept-Encoding", "").split(",")}
    headers = {"Cache-Control": keeping, "Vary": "Accept-Encoding"}
    if part.is_packed or not accepted & {"br", "gzip"}:
        return HttpResponse(part.content, content_type=part.content_type, headers=headers)
    packing, content = ("br", part.brotlied) if "br" in accepted else ("gzip", part.gzipped)
    return HttpResponse(content, content_type=part.content_type, headers={**headers, "Content-Encoding": packing})
