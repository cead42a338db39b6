"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from vaxpass.desks._shared.navigation import desk_of, desks_offered, items_shown
from vaxpass.offices.queries import get_office


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the values that the base page shows: desk, navigation, officer, and what must stay visible."""
    here = desk_of(request)
    return {
        "desk": here,
        "desk_nav": items_shown(here, request) if here else [],
        "desks_offered": desks_offered(request),
        "demo": getattr(settings, "DEMO", False),
        **_officer(request),
    }


def _officer(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"officer_name": "", "second_factor_waived": False}
    return {
        "officer_name": user.full_name,
        "office_name": get_office(user.office_id).name(get_language() or "vi"),
        "second_factor_waived": settings.SECOND_FACTOR_MAY_BE_WAIVED and user.second_factor_waived,
    }
