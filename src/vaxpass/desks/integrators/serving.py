"""The published files over HTTP, for whoever has no other web server in front: any static server may do the same.

Each has a strong ETag (its SHA-256), may be fetched by any page of anybody, and is never sent twice to who has it.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.views.decorators.http import condition, require_safe

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.publication.files import sha256_of

_TYPES = {
    ".json": "application/json",
    ".jws": "application/jose",
    ".pem": "application/x-pem-file",
    ".cms": "application/cms-text; charset=us-ascii",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MINUTE = "public, max-age=60"
_ASK_EACH_TIME = "public, no-cache"


def find_published(path: str) -> Path | None:
    """Give the file of an address below the published folder; None for anything else, whatever it is.

    Links that lead out of the folder, names that begin with a dot and files under way are none.
    """
    folder, parts = Path(settings.PUBLISH_DIR).resolve(), path.split("/")
    if any(part.startswith(".") or not part for part in parts) or path.endswith(".unfinished"):
        return None
    try:
        file = (folder / path).resolve(strict=True)
    except (OSError, ValueError):
        return None
    return file if file.is_relative_to(folder) and file.is_file() else None


def _etag(request: HttpRequest, path: str) -> str | None:  # noqa: ARG001 -- Django's signature
    file = find_published(path)
    try:
        return f'"{sha256_of(file)}"' if file else None
    except OSError:
        return None


def _last_modified(request: HttpRequest, path: str) -> datetime | None:  # noqa: ARG001 -- Django's signature
    file = find_published(path)
    try:
        return datetime.fromtimestamp(int(file.stat().st_mtime), UTC) if file else None
    except OSError:
        return None


@open_to_all
@require_safe
def published(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send one published file, or 304 to who has it."""
    response = _conditional(request, path)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "no-store" if response.status_code == HTTPStatus.NOT_FOUND else _kept_for(path)
    return response


@condition(etag_func=_etag, last_modified_func=_last_modified)
def _conditional(request: HttpRequest, path: str) -> HttpResponseBase:  # noqa: ARG001 -- Django's signature
    try:
        file = find_published(path)
        if file is not None:
            return FileResponse(file.open("rb"), content_type=_type_of(path))
    except OSError:
        pass  # taken away in this very moment
    return HttpResponseNotFound("Not here.\n", content_type=_TYPES[".txt"])


def _type_of(path: str) -> str:
    if path == "log/checkpoint":
        return _TYPES[".txt"]
    return _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


def _kept_for(path: str) -> str:
    """Tiles never change; a checkpoint is asked for anew; all else may be a minute old."""
    if path.startswith("log/tile/"):
        return _FOR_EVER
    return _ASK_EACH_TIME if path == "log/checkpoint" else _FOR_A_MINUTE
