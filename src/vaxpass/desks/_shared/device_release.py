"""A page that runs on the device, as one whole: its files, its words, and one version made of them all.

A browser keeps a release under its version and never mixes two: the addresses of all files begin with it, the service
worker lists them, and a change of a single byte is another version. The files lie as they lie among the static files,
so that modules, styles and fonts find each other by their relative addresses.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import brotli
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse

SHELL: Final = "shell.html"
MANIFEST: Final = "manifest.webmanifest"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"
TYPES: Final = {
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
        return TYPES[Path(self.path).suffix]

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


def static_files(paths: Iterable[str], folders: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Read static files by path, and all of some folders whose type is known."""
    for path in paths:
        yield path, _found(path).read_bytes()
    for folder in folders:
        for file in sorted(_found(folder).rglob("*")):
            if file.suffix in TYPES:
                yield f"{folder}/{file.relative_to(_found(folder)).as_posix()}", file.read_bytes()


def _found(path: str) -> Path:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found)


def version_of(contents: list[tuple[str, bytes]]) -> str:
    """Make the version of some named contents: 16 hex digits."""
    whole = sha256()
    for path, content in contents:
        whole.update(sha256(path.encode()).digest() + sha256(content).digest())
    return whole.hexdigest()[:16]


def as_json(value: Any) -> bytes:
    """Write a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def serve(request: HttpRequest, part: Part, keeping: str) -> HttpResponse:
    """Answer with a part, packed where the browser takes that; `keeping` is its Cache-Control."""
    accepted = {one.partition(";")[0].strip() for one in request.headers.get("Accept-Encoding", "").split(",")}
    headers = {"Cache-Control": keeping, "Vary": "Accept-Encoding"}
    if part.is_packed or not accepted & {"br", "gzip"}:
        return HttpResponse(part.content, content_type=part.content_type, headers=headers)
    packing, content = ("br", part.brotlied) if "br" in accepted else ("gzip", part.gzipped)
    return HttpResponse(content, content_type=part.content_type, headers={**headers, "Content-Encoding": packing})


def serve_file(request: HttpRequest, release: Release, version: str, path: str) -> HttpResponse:
    """Answer with one file of a release; another version's files are not here (404)."""
    if version != release.version or path not in release.parts:
        raise Http404
    return serve(request, release.parts[path], FOR_EVER)
