"""What every page knows."""

from typing import Any

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 -- Django's signature
    """Give the values that the base page shows."""
    return {}
