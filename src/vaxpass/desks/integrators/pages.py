"""Pages for those who build on the published files and the API: open to everybody, the same for everybody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks.integrators import overview
from vaxpass.desks.integrators.api import openapi
from vaxpass.desks.integrators.doors import MOST_BYTES, REQUESTS_A_MINUTE
from vaxpass.desks.integrators.openapi_page import operations_of, types_of
from vaxpass.desks.integrators.schemas import MOST_TEXTS

COMMANDS: Final = Path(__file__).parent / "commands"


@open_to_all
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is published, how old it is, how to pin it, what is in it."""
    now = datetime.now(UTC)
    context = {
        "documents": overview.document_rows(now),
        "beside": overview.beside(),
        "pins": overview.pins(),
        "log": overview.log_facts(),
        "base": _base(request),
    }
    return render(request, "integrators/home.html", context)


@open_to_all
@require_safe
def check_us(request: HttpRequest) -> HttpResponse:
    """Show the commands with which anyone checks everything that we say."""
    whole_log = (COMMANDS / "whole-log.sh").read_text("utf-8")
    context = {"commands": _commands(), "whole_log": whole_log, "base": _base(request)}
    return render(request, "integrators/check_us.html", context)


def _commands() -> list[str]:
    """The commands of each step, as a shell takes them; a test runs exactly these."""
    return [script.read_text("utf-8") for script in sorted(COMMANDS.glob("[0-9]-*.sh"))]


@open_to_all
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show the API as its OpenAPI document describes it."""
    document = openapi()
    types = types_of(document)
    context = {
        "description": document["info"]["description"],
        "operations": operations_of(document),
        "types": types,
        "named": {one.name for one in types},
        "base": _base(request),
        "limits": {"requests": REQUESTS_A_MINUTE, "texts": MOST_TEXTS, "bytes": MOST_BYTES},
    }
    return render(request, "integrators/api.html", context)


@open_to_all
@require_safe
def vectors(request: HttpRequest) -> HttpResponse:
    """Show what the test vectors hold."""
    return render(request, "integrators/vectors.html", {"vectors": overview.vectors(), "base": _base(request)})


def _base(request: HttpRequest) -> str:
    """The address of this platform, as the reader sees it."""
    return request.build_absolute_uri("/").rstrip("/")
