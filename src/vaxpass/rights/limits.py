"""The time limits as this installation sets them."""

from django.conf import settings

from vaxpass.rights.rules import Limits


def limits() -> Limits:
    """Give the limits of the decree, each replaced where settings.RIGHTS_LIMITS names it."""
    return Limits(**settings.RIGHTS_LIMITS)
