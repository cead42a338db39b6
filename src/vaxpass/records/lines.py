"""The lines of versions: who replaced whom, backwards. Set-based; next to nothing where nothing was replaced."""

from collections.abc import Collection

from django.db import connection

_BACK = """
WITH RECURSIVE back AS (
  SELECT v.replaces_id AS id FROM records_doseversion v WHERE v.id = ANY (%(versions)s) AND v.replaces_id IS NOT NULL
  UNION
  SELECT v.replaces_id FROM back JOIN records_doseversion v ON v.id = back.id WHERE v.replaces_id IS NOT NULL
)
SELECT s.version_id, s.person_id FROM back JOIN records_versionstate s ON s.version_id = back.id
"""

_REPLACING = """
SELECT v.id FROM records_doseversion v
WHERE v.person_id = ANY (%s) AND v.replaces_id IS NOT NULL AND v.id = ANY (%s)
"""


def ancestors_of(version_ids: Collection[int]) -> dict[int, int]:
    """Give every version that these replaced, directly or through others, with its person: it may be another one."""
    if not version_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BACK, {"versions": list(version_ids)})
        return dict(cursor.fetchall())


def which_replace(version_ids: Collection[int], person_ids: Collection[int]) -> list[int]:
    """Give those of some people's versions that replaced another; a small index of corrected people answers."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACING, [list(person_ids), list(version_ids)])
        return [row[0] for row in cursor.fetchall()]


_FORWARD = """
WITH RECURSIVE line AS (
  SELECT v.id AS first, v.id FROM records_doseversion v WHERE v.id = ANY (%s)
  UNION ALL
  SELECT line.first, v.id FROM line JOIN records_doseversion v ON v.replaces_id = line.id
)
SELECT first, max(id) FROM line GROUP BY first
"""


def newest_of(version_ids: Collection[int]) -> dict[int, int]:
    """Give for each version the one that stands in its place now: itself, or the last that replaced it."""
    if not version_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FORWARD, [list(version_ids)])
        return dict(cursor.fetchall())
