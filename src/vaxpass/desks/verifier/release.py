"""The verifier that runs on the device, as one whole: its files, its pins, its words, and one version made of them all.

A browser keeps a release under its version and never mixes two: the addresses of all files begin with it, the service
worker lists them, and a change of a single byte (a word, a pin, a style) is another version. The files lie as they lie
among the static files, so that modules, styles and fonts find each other by their relative addresses.
"""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from vaxpass.desks._shared.published_lists import publisher_certificates
from vaxpass.desks.verifier.words import languages, words_in

SERVICE_WORKER: Final = "verifier/app/service-worker.js"
SHELL: Final = "shell.html"
MANIFEST: Final = "manifest.webmanifest"
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
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
_PACKED: Final = {".png", ".woff2"}
_BROTLI_QUALITY: Final = 9  # 11 makes the reader 6 % smaller and takes two seconds of every start


@dataclass(frozen=True)
class Part:
    """One file of a release; it can be asked for packed."""

    path: str
    content: bytes

    @property
    def content_type(self) -> str:
        """The media type, by the file's ending."""
        return _TYPES[Path(self.path).suffix]

    @property
    def is_packed(self) -> bool:
        """Whether the format itself is compressed."""
        return Path(self.path).suffix in _PACKED

    @cached_property
    def gzipped(self) -> bytes:
        """The content by gzip; the same bytes every time."""
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def brotlied(self) -> bytes:
        """The content by Brotli."""
        return bytes(brotli.compress(self.content, quality=_BROTLI_QUALITY))


@dataclass(frozen=True)
class Release:
    """All files of one version, by path, and the service worker that installs them."""

    version: str
    parts: Mapping[str, Part]
    service_worker: bytes


def current_release() -> Release:
    """Give the release that this process serves; a changed pin makes another."""
    return _release(_pins(), bool(getattr(settings, "DEMO", False)))


def _pins() -> tuple[str, ...]:
    return tuple(base64.b64encode(der).decode("ascii") for der in publisher_certificates())


@lru_cache(maxsize=4)
def _release(pins: tuple[str, ...], demo: bool) -> Release:  # noqa: FBT001 -- part of the key under which it is kept
    files = dict(_files())
    worker = files.pop(SERVICE_WORKER)
    page = render_to_string("verifier/app.html", {"version": "", "base": "", "demo": demo})
    sources = [page, *(content.decode() for path, content in files.items() if path.startswith("verifier/app/"))]
    for language in languages():
        files[f"words.{language}.json"] = _json(words_in(language, sources))
    files["pins.json"] = _json({"publishers": pins})
    version = _version_of([*sorted(files.items()), ("page", page.encode()), ("worker", worker)])
    base = reverse("verifier:app_file", args=[version, "x"])[:-1]
    files[MANIFEST] = _json(_manifest(base))
    files[SHELL] = render_to_string("verifier/app.html", {"version": version, "base": base, "demo": demo}).encode()
    parts = {path: Part(path, content) for path, content in sorted(files.items())}
    told = {"version": version, "home": reverse("verifier:home"), "base": base, "files": list(parts)}
    return Release(version, parts, b"const RELEASE = " + _json(told) + b";\n" + worker)


def _files() -> Iterator[tuple[str, bytes]]:
    for path in _SHARED:
        yield path, _found(path).read_bytes()
    for folder in _FOLDERS:
        for file in sorted(_found(folder).rglob("*")):
            if file.suffix in _TYPES:
                yield f"{folder}/{file.relative_to(_found(folder)).as_posix()}", file.read_bytes()


def _found(path: str) -> Path:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found)


def _version_of(contents: list[tuple[str, bytes]]) -> str:
    whole = sha256()
    for path, content in contents:
        whole.update(sha256(path.encode()).digest() + sha256(content).digest())
    return whole.hexdigest()[:16]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


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
                "type": _TYPES[Path(file).suffix],
            }
            for file, (sizes, purpose) in icons.items()
        ],
    }
