"""Where offices belong from a day on: set-based, the only writer of placements besides the opening of an office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class Place:
    """The codes of an office's units and its class, as they are from a day on."""

    province_code: str
    district_code: str
    commune_code: str
    facility_class: str


_WANTED = """
CREATE TEMP TABLE wanted_places ON COMMIT DROP AS
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
  AS w (office_id, province_code, district_code, commune_code, facility_class)
"""
_LOCK = """
SELECT o.id FROM offices_office o JOIN wanted_places w ON w.office_id = o.id ORDER BY o.id FOR UPDATE OF o
"""
_FILL = """
INSERT INTO offices_placement (office_id, since, province_code, district_code, commune_code, facility_class)
SELECT o.id, o.opened_on, o.province_code, o.district_code, o.commune_code, o.facility_class
FROM offices_office o JOIN wanted_places w ON w.office_id = o.id
WHERE NOT EXISTS (SELECT FROM offices_placement p WHERE p.office_id = o.id)
"""
# A placement that begins on the day or later is written anew where it is: it never was anything else before.
_IN_PLACE = """
UPDATE offices_placement p SET (province_code, district_code, commune_code, facility_class) =
  (w.province_code, w.district_code, w.commune_code, w.facility_class)
FROM wanted_places w WHERE p.office_id = w.office_id AND p.until IS NULL AND p.since >= %s
"""
_CLOSE = """
UPDATE offices_placement p SET until = %s FROM wanted_places w
WHERE p.office_id = w.office_id AND p.until IS NULL AND p.since < %s
"""
_OPEN = """
INSERT INTO offices_placement (office_id, since, province_code, district_code, commune_code, facility_class)
SELECT w.office_id, %s, w.province_code, w.district_code, w.commune_code, w.facility_class FROM wanted_places w
WHERE NOT EXISTS (SELECT FROM offices_placement p WHERE p.office_id = w.office_id AND p.until IS NULL)
"""
_PRESENT = """
UPDATE offices_office o SET (province_code, district_code, commune_code, facility_class) =
  (w.province_code, w.district_code, w.commune_code, w.facility_class)
FROM wanted_places w WHERE o.id = w.office_id
"""


def place(wanted: Mapping[int, Place], on: date) -> None:
    """Have offices belong elsewhere from a day on; call it inside a transaction."""
    if not wanted:
        return
    places = list(wanted.values())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.wanted_places")
        cursor.execute(
            _WANTED,
            [
                list(wanted),
                [one.province_code for one in places],
                [one.district_code for one in places],
                [one.commune_code for one in places],
                [one.facility_class for one in places],
            ],
        )
        cursor.execute(_LOCK)
        cursor.execute(_FILL)
        cursor.execute(_IN_PLACE, [on])
        cursor.execute(_CLOSE, [on, on])
        cursor.execute(_OPEN, [on])
        cursor.execute(_PRESENT)
