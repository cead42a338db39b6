"""The way to support from any page of an officer: the page's name goes along, and the record's number to choose."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

ASKING_KINDS: Final = frozenset({"facility", "commune", "district", "province"})
"""Offices whose officers open difficulties (every role there holds difficulty.open)."""
_SUPPORT: Final = "support"


def ask_url(request: HttpRequest) -> str:
    """Give the address at which a difficulty of this page is told. Nothing in it is attached unless it is chosen."""
    match = request.resolver_match
    carried: dict[str, object] = {}
    if match and match.app_name != _SUPPORT:
        carried["page"] = match.view_name
        if "version_id" in match.kwargs:
            carried["record"] = match.kwargs["version_id"]
    return reverse("support:new") + (f"?{urlencode(carried)}" if carried else "")
