"""The one guard that knows no officer: for pages that everybody may open.

It stands apart from guard.py so that the verifier's desk can use it without importing any station.
"""

from collections.abc import Callable
from typing import ParamSpec

from django.http import HttpResponseBase

P = ParamSpec("P")


def open_to_all(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Let in everybody; the view touches nobody's data."""
    view.guard = "open"  # type: ignore[attr-defined]  # read by the permission table and its test
    return view
