"""Whom a directive reaches: set-based, by where offices stood on the day of its publication.

A unit that was merged, renamed or split afterwards keeps what it was told, and brings nothing to the offices of the
other side: who was reached is decided by the placement of that day. An office that opens later is reached where it
would have been, in the units of that day or in those that took their place.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from vaxpass.campaigns.models import Directive
from vaxpass.offices.units import successions_after
from vaxpass.offices.workdays import day_in_vietnam

_FITS: Final = """
  o.closed_on IS NULL AND o.kind = ANY(%(kinds)s)
  AND (o.kind <> 'facility' OR %(classes)s::text[] = '{}' OR o.facility_class = ANY(%(classes)s))
  AND CASE WHEN o.opened_on <= %(day)s
      THEN (%(home)s::text[] = '{}' OR COALESCE(p.province_code, o.province_code) = ANY(%(home)s))
       AND (%(areas)s::text[] = '{}' OR ARRAY[
            'province:' || COALESCE(p.province_code, o.province_code),
            'district:' || COALESCE(p.district_code, o.district_code),
            'commune:' || COALESCE(p.commune_code, o.commune_code),
            'office:' || o.code] && %(areas)s::text[])
      ELSE (%(later_home)s::text[] = '{}' OR o.province_code = ANY(%(later_home)s))
       AND (%(later_areas)s::text[] = '{}' OR ARRAY[
            'province:' || o.province_code, 'district:' || o.district_code, 'commune:' || o.commune_code,
            'office:' || o.code] && %(later_areas)s::text[])
      END
"""
_OFFICES: Final = """
  offices_office o LEFT JOIN offices_placement p
    ON p.office_id = o.id AND p.since <= %(day)s AND (p.until IS NULL OR p.until > %(day)s)
"""
_COUNT: Final = f"SELECT o.kind, o.facility_class, count(*) FROM {_OFFICES} WHERE {_FITS} GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608 -- ours
_ADD: Final = f"""
INSERT INTO campaigns_addressee (directive_id, office_id, since)
SELECT %(directive)s, o.id, %(now)s FROM {_OFFICES} WHERE {_FITS}
ON CONFLICT (directive_id, office_id) DO UPDATE SET until = NULL WHERE campaigns_addressee.until IS NOT NULL
"""  # noqa: S608 -- ours
_END: Final = f"""
UPDATE campaigns_addressee a SET until = %(now)s
WHERE a.directive_id = %(directive)s AND a.until IS NULL
  AND NOT EXISTS (SELECT FROM {_OFFICES} WHERE o.id = a.office_id AND {_FITS})
"""  # noqa: S608 -- ours


def count_reached(directive: Directive, *, now: datetime) -> dict[tuple[str, str], int]:
    """Count the offices that a directive reaches, or would reach if published now, by kind and facility class."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _parameters(directive, now))
        return {(kind, facility_class): number for kind, facility_class, number in cursor.fetchall()}


def address(directive: Directive, *, now: datetime) -> int:
    """Write down whom a directive reaches now, and end whom it reaches no longer; give how many changed."""
    parameters = _parameters(directive, now)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, parameters)
        changed: int = cursor.rowcount
        cursor.execute(_END, parameters)
        ended: int = cursor.rowcount
    return changed + ended


def matches_somebody(directive: Directive, area: str, *, now: datetime) -> bool:
    """Say whether an area names at least one office of any kind in the issuer's reach."""
    parameters = _parameters(directive, now) | {
        "areas": [area],
        "later_areas": [area],
        "kinds": ["facility", "commune", "district", "province"],
        "classes": [],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {_OFFICES} WHERE {_FITS})", parameters)  # noqa: S608 -- ours
        return bool(cursor.fetchone()[0])


def _parameters(directive: Directive, now: datetime) -> dict[str, Any]:
    day = day_in_vietnam(directive.published_at or now)
    home = [directive.province_code] if directive.province_code else []
    return {
        "directive": directive.pk,
        "now": now,
        "day": day,
        "kinds": list(directive.kinds),
        "classes": list(directive.classes),
        "areas": list(directive.areas),
        "home": home,
        "later_areas": _with_successors(directive.areas, day),
        "later_home": [one.removeprefix("province:") for one in _with_successors([f"province:{c}" for c in home], day)],
    }


def _with_successors(areas: list[str], day: date) -> list[str]:
    """Add the units that took the place of these after a day."""
    found = set(areas)
    for succession in successions_after(day):
        if f"{succession.level.value}:{succession.old_code}" in found:
            found.add(f"{succession.level.value}:{succession.new_code}")
    return sorted(found)
