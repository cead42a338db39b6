"""The addresses of the page that runs on the device: the page, its files, its service worker. The same for everybody.

Nothing here reads a session or sets a cookie: what is sent is what every device keeps.
"""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import condition, require_safe

from vaxpass.desks._shared.device_release import ASK_FIRST, SHELL, Part, serve, serve_file
from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks.verifier.release import current_release

_allow_reader = csp_replace({"script-src": [SELF, WASM_UNSAFE_EVAL]})  # codes are read in the browser by WebAssembly


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
    return serve(request, current_release().parts[SHELL], ASK_FIRST)


@open_to_all
@require_safe
@_with_reader
def app_file(request: HttpRequest, version: str, path: str) -> HttpResponse:
    """Give one file of the release; another version's files are not here."""
    return serve_file(request, current_release(), version, path)


@open_to_all
@require_safe
@condition(etag_func=_version_tag)
@_with_reader
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which begins with the list of the release's files."""
    return serve(request, Part("service-worker.js", current_release().service_worker), ASK_FIRST)
