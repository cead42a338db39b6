"""Drawing a sample in the database: the same seed draws the same rows for ever.

Every population is counted from rows that are only ever appended and from a period that is over, so nothing that
happens later changes it. The order of the draw is that of rules.place_in_draw, computed by PostgreSQL.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from vaxpass.inspections.models import Inspection
from vaxpass.inspections.rules import SUBJECTS, Population
from vaxpass.offices.queries import list_offices

NIGHT: Final = "(extract(hour FROM {at} AT TIME ZONE 'Asia/Ho_Chi_Minh') NOT BETWEEN 5 AND 21)"
"""From 22:00 until 5:00 in Vietnam."""
ONE_BY_ONE: Final = ("record", "passport", "passport-print", "inspection")
"""Purposes of looks at one person; lists show many at whom nobody meant to look."""

_HERE = "(%(offices)s::bigint[] IS NULL OR {office} = ANY (%(offices)s))"
_BY = "(%(officer)s::bigint IS NULL OR {officer} = %(officer)s)"
_WHEN = "{at} >= %(since)s AND {at} < %(until)s"
_DECISIONS = """
SELECT DISTINCT ON (s.report_id) s.report_id AS id, s.office_id FROM reports_reportstep s
WHERE s.kind IN ({kinds}) AND {when} AND {here} AND {by} AND s.officer_id IS NOT NULL ORDER BY s.report_id, s.id
"""


def _decisions(*kinds: str) -> str:
    return _DECISIONS.format(
        kinds=", ".join(f"'{kind}'" for kind in kinds),
        when=_WHEN.format(at="s.at"),
        here=_HERE.format(office="s.office_id"),
        by=_BY.format(officer="s.officer_id"),
    )


_ENTERED = (
    f"SELECT v.id, s.facility_id AS office_id FROM records_versionstate s "  # noqa: S608 -- constants of this file
    f"JOIN records_doseversion v ON v.id = s.version_id WHERE {_WHEN.format(at='v.entered_at')} "
    f"AND {_HERE.format(office='s.facility_id')} AND {_BY.format(officer='v.entered_by_id')}"
)
_POPULATIONS: Final[dict[Population, str]] = {
    Population.RECORDS: _ENTERED,
    Population.RECORDS_HELD: f"""
SELECT DISTINCT v.id, v.facility_id AS office_id FROM ministry_signing_run r
JOIN ministry_signing_runhold h ON h.run_id = r.id JOIN records_doseversion v ON v.id = h.version_id
WHERE {_WHEN.format(at="r.decided_at")} AND {_HERE.format(office="v.facility_id")}
  AND {_BY.format(officer="v.entered_by_id")}""",  # noqa: S608 -- constants of this file
    Population.RECORDS_SAME_HAND: f"""
SELECT v.id, v.facility_id AS office_id FROM records_doseversion v JOIN records_doseversion o ON o.id = v.replaces_id
WHERE v.replaces_id IS NOT NULL AND o.entered_by_id = v.entered_by_id AND {_WHEN.format(at="v.entered_at")}
  AND {_HERE.format(office="v.facility_id")} AND {_BY.format(officer="v.entered_by_id")}""",  # noqa: S608 -- the same
    Population.RECORDS_AT_NIGHT: f"""
SELECT DISTINCT v.id, v.facility_id AS office_id FROM records_history h
JOIN records_doseversion v ON v.id = h.version_id
WHERE h.officer_id = %(officer)s AND {_WHEN.format(at="h.at")} AND {NIGHT.format(at="h.at")}
  AND {_HERE.format(office="v.facility_id")}""",  # noqa: S608 -- the same
    Population.RECORDS_LOOKED_AT: f"""
SELECT DISTINCT ON (l.person_id) v.id, v.facility_id AS office_id FROM records_look l
JOIN records_doseversion v ON v.person_id = l.person_id AND v.entered_at < %(until)s
WHERE l.officer_id = %(officer)s AND {_WHEN.format(at="l.at")} AND l.purpose = ANY (%(one_by_one)s)
  AND {_HERE.format(office="v.facility_id")} ORDER BY l.person_id, v.id DESC""",  # noqa: S608 -- the same
    Population.REPORTS: _decisions("UPDATED", "REFUSED", "UPHELD"),
    Population.REPORTS_REFUSED: _decisions("REFUSED"),
    Population.REPORTS_REOPENED: f"""
SELECT DISTINCT ON (o.report_id) o.report_id AS id, r.office_id FROM reports_reportstep o
JOIN reports_reportstep d ON d.report_id = o.report_id AND d.id > o.id AND d.kind IN ('UPDATED', 'SENT_BACK')
  AND d.at < %(until)s
CROSS JOIN LATERAL (
  SELECT office_id, officer_id FROM reports_reportstep WHERE report_id = o.report_id AND kind = 'REFUSED' AND id < o.id
  ORDER BY id DESC LIMIT 1) r
WHERE o.kind = 'OBJECTED' AND {_WHEN.format(at="o.at")} AND {_HERE.format(office="r.office_id")}
  AND {_BY.format(officer="r.officer_id")} ORDER BY o.report_id""",  # noqa: S608 -- the same
    Population.OFFICERS: f"""
SELECT o.id, o.office_id FROM offices_officer o
WHERE {_HERE.format(office="o.office_id")} AND {_BY.format(officer="o.id")} AND o.id <> %(leader)s
  AND EXISTS (SELECT FROM offices_act a WHERE a.officer_id = o.id AND {_WHEN.format(at="a.at")})""",  # noqa: S608 -- the same
}
_DRAW = """
WITH population AS MATERIALIZED ({population}), drawn AS (
  SELECT id, office_id, sha256(convert_to(%(seed)s || ':' || id, 'UTF8')) AS draw FROM population
  ORDER BY draw LIMIT %(size)s
), written AS (
  INSERT INTO inspections_sampled (inspection_id, place, subject, subject_id, office_id)
  SELECT %(inspection)s, row_number() OVER (ORDER BY draw), %(subject)s, id, office_id FROM drawn
)
SELECT count(*) FROM population
"""


def draw_sample(inspection_id: int, *, now: datetime) -> int:
    """Draw an inspection's sample, once; give of how many it was drawn."""
    with transaction.atomic():
        inspection = Inspection.objects.select_for_update().get(pk=inspection_id)
        if inspection.found is not None:
            return inspection.found
        population = Population(inspection.population)
        with connection.cursor() as cursor:
            cursor.execute(_DRAW.format(population=_POPULATIONS[population]), _facts(inspection, population))
            inspection.found = int(cursor.fetchone()[0])
        inspection.drawn_at = now
        inspection.save(update_fields=["found", "drawn_at"])
        return inspection.found


def _facts(inspection: Inspection, population: Population) -> dict[str, Any]:
    return {
        "inspection": inspection.pk,
        "offices": _offices(inspection),
        "officer": inspection.officer_id,
        "leader": inspection.led_by_id,
        "since": inspection.since,
        "until": inspection.until,
        "seed": inspection.seed,
        "size": inspection.size,
        "subject": SUBJECTS[population].value,
        "one_by_one": list(ONE_BY_ONE),
    }


def _offices(inspection: Inspection) -> list[int] | None:
    """Give the unit's offices, but not the department that leads; None means all of the country."""
    if inspection.office_id is not None:
        return [inspection.office_id]
    if not inspection.province_code:
        return None
    here = (office.id for office in list_offices() if office.province_code == inspection.province_code)
    return [office_id for office_id in here if office_id != inspection.led_office_id]
