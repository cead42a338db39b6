"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from vaxpass.desks._shared.asking import ASKING_KINDS, ask_url
from vaxpass.desks._shared.navigation import desk_of, desks_offered, items_shown
from vaxpass.offices.queries import get_office
from vaxpass.offices.roles import Permission
from vaxpass.oversight.alarms import count_standing


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the values that the base page shows: desk, navigation, officer, and what must stay visible."""
    here = desk_of(request)
    return {
        "desk": here,
        "desk_nav": items_shown(here, request) if here else [],
        "desks_offered": desks_offered(request),
        "demo": getattr(settings, "DEMO", False),
        "health_alarms": _health_alarms(request),
        **_officer(request),
    }


def _health_alarms(request: HttpRequest) -> int:
    """Count the alarms of the system's health, for who may see them; their own page shows them anyway."""
    actor = getattr(request, "actor", None)  # behind the guard alone
    match = request.resolver_match
    if actor is None or not actor.may(Permission.HEALTH_SEE) or (match and match.view_name == "oversight:health"):
        return 0
    return count_standing(actor)


def _officer(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"officer_name": "", "second_factor_waived": False}
    office = get_office(user.office_id)
    return {
        "officer_name": user.full_name,
        "office_name": office.name(get_language() or "vi"),
        "ask_support_url": ask_url(request) if office.kind in ASKING_KINDS else "",
        "second_factor_waived": settings.SECOND_FACTOR_MAY_BE_WAIVED and user.second_factor_waived,
    }
