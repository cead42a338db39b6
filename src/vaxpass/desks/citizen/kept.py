"""The page that keeps passports on a phone: the same empty shell for everybody, filled by the device alone.

Nothing here reads a session: what is sent is what every device keeps. The passports themselves were put into the
device's own store (IndexedDB) by the holder's press on the passport page, and never come back here.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import condition, require_safe

from vaxpass.desks._shared.device_release import (
    ASK_FIRST,
    MANIFEST,
    SHELL,
    TYPES,
    Part,
    Release,
    as_json,
    serve,
    serve_file,
    static_files,
    version_of,
)
from vaxpass.desks._shared.device_words import languages, words_in
from vaxpass.desks._shared.doors import open_to_all
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.wiring import log_policy

SERVICE_WORKER: Final = "citizen/kept/service-worker.js"
_FOLDERS: Final = ("citizen/kept", "verifier/proof")
_FILES: Final = (
    "citizen/citizen.css",
    "desk/theme.css",
    "desk/parts.css",
    "desk/guilloche.svg",
    "desk/mark.svg",
    "vendor/bootstrap-5.3.9/bootstrap-reboot.min.css",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-latin-600-normal.woff2",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-vietnamese-600-normal.woff2",
    "verifier/icons/icon.svg",
    "verifier/icons/icon-192.png",
    "verifier/icons/icon-512.png",
    "verifier/icons/icon-maskable-512.png",
)
_ICONS: Final = {"icon.svg": "any", "icon-192.png": "192x192", "icon-512.png": "512x512"}


def _version_tag(_request: HttpRequest, **_kwargs: str) -> str:
    return f'W/"{current_release().version}"'


@open_to_all
@require_safe
@condition(etag_func=_version_tag)
def home(request: HttpRequest) -> HttpResponse:
    """Give the page: an empty shell, which the device fills."""
    return serve(request, current_release().parts[SHELL], ASK_FIRST)


@open_to_all
@require_safe
def app_file(request: HttpRequest, version: str, path: str) -> HttpResponseBase:
    """Give one file of the release; another version's files are not here."""
    return serve_file(request, current_release(), version, path)


@open_to_all
@require_safe
@condition(etag_func=_version_tag)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which begins with the list of the release's files; it reaches this page alone."""
    return serve(request, Part("service-worker.js", current_release().service_worker), ASK_FIRST)


def current_release() -> Release:
    """Give the release that this process serves; another key of the log makes another."""
    return _release(as_json(_policy()), bool(getattr(settings, "DEMO", False)))


def _policy() -> Mapping[str, Any] | None:
    """Whose signature on the log's size the device believes; None where the platform has no log yet."""
    try:
        return log_policy().to_values()
    except (Refused, Unavailable):
        return None


@lru_cache(maxsize=4)
def _release(policy: bytes, demo: bool) -> Release:  # noqa: FBT001 -- part of the key under which it is kept
    files = dict(static_files(_FILES, _FOLDERS))
    worker = files.pop(SERVICE_WORKER)
    draw: Callable[[str, str], bytes] = lambda version, base: render_to_string(  # noqa: E731 -- drawn twice, below
        "citizen/kept.html", {"version": version, "base": base, "demo": demo}
    ).encode()
    page = draw("", "")
    sources = [page.decode(), *(file.decode() for path, file in files.items() if path.startswith("citizen/kept/"))]
    for language in languages():
        files[f"words.{language}.json"] = as_json(words_in(language, sources))
    files["log.json"] = policy
    version = version_of([*sorted(files.items()), ("page", page), ("worker", worker)])
    base = reverse("citizen:kept_file", args=[version, "x"])[:-1]
    files[MANIFEST] = as_json(_manifest(base))
    files[SHELL] = draw(version, base)
    parts = {path: Part(path, content) for path, content in sorted(files.items())}
    told = {"version": version, "home": reverse("citizen:kept"), "base": base, "files": list(parts)}
    return Release(version, parts, b"const RELEASE = " + as_json(told) + b";\n" + worker)


def _manifest(base: str) -> dict[str, Any]:
    home_url = reverse("citizen:kept")
    with override(settings.LANGUAGE_CODE):
        name, short_name = gettext("My vaccine passport"), gettext("My passport")
    icons = [(file, sizes, "any") for file, sizes in _ICONS.items()]
    icons.append(("icon-maskable-512.png", "512x512", "maskable"))
    return {
        "id": home_url,
        "name": name,
        "short_name": short_name,
        "lang": settings.LANGUAGE_CODE,
        "start_url": home_url,
        "scope": home_url,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#06332f",
        "icons": [
            {
                "src": f"{base}verifier/icons/{file}",
                "sizes": sizes,
                "purpose": purpose,
                "type": TYPES[Path(file).suffix],
            }
            for file, sizes, purpose in icons
        ],
    }
