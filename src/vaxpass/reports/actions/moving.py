"""Open reports follow their offices when provinces are merged or an office moves; decided ones stay as they were."""

from collections.abc import Collection, Mapping

from django.db import connection

from vaxpass.reports.rules import UNDECIDED

_OF_PROVINCES = """
UPDATE reports_report r SET province_code = w.new
FROM unnest(%s::text[], %s::text[]) AS w (old, new)
WHERE r.province_code = w.old AND r.status = ANY (%s)
"""
_OF_DEPARTMENTS = """
UPDATE reports_report r SET office_id = w.new
FROM unnest(%s::bigint[], %s::bigint[]) AS w (old, new)
WHERE r.office_id = w.old AND r.status = ANY (%s)
"""
_OF_OFFICES = """
UPDATE reports_report r SET province_code = o.province_code FROM offices_office o
WHERE o.id = r.office_id AND r.office_id = ANY (%s) AND r.province_code <> o.province_code AND r.status = ANY (%s)
"""


def follow_units(provinces: Mapping[str, str], departments: Mapping[int, int], offices: Collection[int]) -> None:
    """Have open reports lie where their offices now belong.

    `provinces`: the code that each ended province became; `departments`: the department that goes on for each closed
    one; `offices`: those that belong to another unit now. Clocks run on: nobody gets more time by a merger.
    """
    undecided = sorted(int(status) for status in UNDECIDED)
    with connection.cursor() as cursor:
        cursor.execute(_OF_PROVINCES, [list(provinces), list(provinces.values()), undecided])
        cursor.execute(_OF_DEPARTMENTS, [list(departments), list(departments.values()), undecided])
        cursor.execute(_OF_OFFICES, [list(offices), undecided])
