"""Names of provinces, as the units of a day in Hanoi have them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from vaxpass.offices.models import AdministrativeUnit, Office
from vaxpass.offices.units import Level
from vaxpass.offices.workdays import VIETNAM


def _provinces() -> QuerySet[AdministrativeUnit]:
    return AdministrativeUnit.objects.filter(level=Level.PROVINCE.value).order_by("code", "valid_from")


def list_provinces(on: datetime) -> list[tuple[str, str, str]]:
    """List (code, Vietnamese name, English name) of the provinces in force on a day in Hanoi, by code."""
    day = on.astimezone(VIETNAM).date()
    in_force = _provinces().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    return list(in_force.values_list("code", "name_vi", "name_en"))


def provinces_to_choose(language: str) -> list[tuple[str, str]]:
    """List (code, name) of the provinces of today, and of earlier ones that still have an open office."""
    used = set(Office.objects.filter(closed_on__isnull=True).values_list("province_code", flat=True).distinct())
    names: dict[str, str] = {}
    for unit in _provinces().filter(Q(valid_to__isnull=True) | Q(code__in=used)):
        names[unit.code] = unit.name_en if language == "en" else unit.name_vi
    return list(names.items())
