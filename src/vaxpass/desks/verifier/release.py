"""The verifier that runs on the device, as one whole: its files, its pins, its words, and one version made of them all.

A browser keeps a release under its version and never mixes two: the addresses of all files begin with it, the service
worker lists them, and a change of a single byte (a word, a pin, a style) is another version. The files lie as they lie
among the static files, so that modules, styles and fonts find each other by their relative addresses.
"""

import base64
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from vaxpass.desks._shared.device_release import (
    MANIFEST,
    SHELL,
    TYPES,
    Part,
    Release,
    as_json,
    static_files,
    version_of,
)
from vaxpass.desks._shared.published_lists import publisher_certificates
from vaxpass.desks.verifier.words import languages, words_in

SERVICE_WORKER: Final = "verifier/app/service-worker.js"
_FOLDERS: Final = ("verifier/app", "verifier/proof", "verifier/icons")
_SHARED: Final = (
    "verifier/verifier.css",
    "desk/theme.css",
    "desk/parts.css",
    "desk/guilloche.svg",
    "desk/mark.svg",
    "vendor/bootstrap-5.3.9/bootstrap-reboot.min.css",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-latin-400-normal.woff2",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-latin-600-normal.woff2",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-vietnamese-400-normal.woff2",
    "vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-vietnamese-600-normal.woff2",
    "vendor/zxing-wasm-3.1.4/index.js",
    "vendor/zxing-wasm-3.1.4/zxing_reader.wasm",
)


def current_release() -> Release:
    """Give the release that this process serves; a changed pin makes another."""
    return _release(_pins(), bool(getattr(settings, "DEMO", False)))


def _pins() -> tuple[str, ...]:
    return tuple(base64.b64encode(der).decode("ascii") for der in publisher_certificates())


@lru_cache(maxsize=4)
def _release(pins: tuple[str, ...], demo: bool) -> Release:  # noqa: FBT001 -- part of the key under which it is kept
    files = dict(static_files(_SHARED, _FOLDERS))
    worker = files.pop(SERVICE_WORKER)
    page = render_to_string("verifier/app.html", {"version": "", "base": "", "demo": demo})
    sources = [page, *(content.decode() for path, content in files.items() if path.startswith("verifier/app/"))]
    for language in languages():
        files[f"words.{language}.json"] = as_json(words_in(language, sources))
    files["pins.json"] = as_json({"publishers": pins})
    version = version_of([*sorted(files.items()), ("page", page.encode()), ("worker", worker)])
    base = reverse("verifier:app_file", args=[version, "x"])[:-1]
    files[MANIFEST] = as_json(_manifest(base))
    files[SHELL] = render_to_string("verifier/app.html", {"version": version, "base": base, "demo": demo}).encode()
    parts = {path: Part(path, content) for path, content in sorted(files.items())}
    told = {"version": version, "home": reverse("verifier:home"), "base": base, "files": list(parts)}
    return Release(version, parts, b"const RELEASE = " + as_json(told) + b";\n" + worker)


def _manifest(base: str) -> dict[str, Any]:
    home = reverse("verifier:home")
    icons = {"icon.svg": ("any", "any"), "icon-192.png": ("192x192", "any"), "icon-512.png": ("512x512", "any")}
    icons["icon-maskable-512.png"] = ("512x512", "maskable")
    with override(settings.LANGUAGE_CODE):
        name, short_name = gettext("Verify a passport"), gettext("Verify")
    return {
        "id": home,
        "name": name,
        "short_name": short_name,
        "lang": settings.LANGUAGE_CODE,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#faf8f2",
        "theme_color": "#06332f",
        "icons": [
            {
                "src": f"{base}verifier/icons/{file}",
                "sizes": sizes,
                "purpose": purpose,
                "type": TYPES[Path(file).suffix],
            }
            for file, (sizes, purpose) in icons.items()
        ],
    }
