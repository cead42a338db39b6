"""Counting what the rules of risks judge: every night over the last thirty days, in a few statements over all rows.

Only counts leave this file. What is counted, and from when it stands out, is oversight.risks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction

from vaxpass.inspections.drawing import NIGHT, ONE_BY_ONE
from vaxpass.inspections.models import RiskRow, RiskTally
from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.risks import (
    Amount,
    Risk,
    RiskKind,
    Share,
    amounts_that_stand_out,
    complaints_that_stand_out,
    shares_that_stand_out,
)

WINDOW: Final = timedelta(days=30)
COMPLAINTS_WITHIN: Final = timedelta(days=90)
KEPT: Final = 30
"""Counts that are kept, so that one sees since when something stands out."""
_LOCK: Final = 0x7661785F7269736B

# Each gives (office, officer, kind of office, count, base).
_PER_OFFICER = """
SELECT o.office_id, o.id, f.kind, n.count, n.base FROM ({counted}) n (officer_id, count, base)
JOIN offices_officer o ON o.id = n.officer_id JOIN offices_office f ON f.id = o.office_id
"""
_ANSWERS = """
SELECT officer_id, count(*) FILTER (WHERE {of_which}), count(*) FROM reports_reportstep
WHERE officer_id IS NOT NULL AND at >= %(since)s AND at < %(until)s AND kind IN ({kinds}) GROUP BY 1
"""
_REOPENED = """
SELECT r.officer_id, count(*) FILTER (WHERE EXISTS (
    SELECT FROM reports_reportstep o JOIN reports_reportstep d ON d.report_id = o.report_id AND d.id > o.id
    WHERE o.report_id = r.report_id AND o.id > r.id AND o.kind = 'OBJECTED' AND d.kind IN ('UPDATED', 'SENT_BACK')
  )), count(*)
FROM reports_reportstep r
WHERE r.officer_id IS NOT NULL AND r.kind = 'REFUSED' AND r.at >= %(since)s AND r.at < %(until)s GROUP BY 1
"""
# Steps of one press share officer, verb and moment: a batch of ten thousand at night is one act at night.
_NIGHT = f"""
SELECT officer_id, count(*) FILTER (WHERE {NIGHT.format(at="at")}), count(*)
FROM (
  SELECT DISTINCT officer_id, at FROM records_history
  WHERE officer_id IS NOT NULL AND at >= %(since)s AND at < %(until)s) presses
GROUP BY 1
"""  # noqa: S608 -- constants of this file
_SAME_HAND = """
SELECT v.entered_by_id, count(*) FILTER (WHERE o.entered_by_id = v.entered_by_id), count(*)
FROM records_doseversion v JOIN records_doseversion o ON o.id = v.replaces_id
WHERE v.replaces_id IS NOT NULL AND v.entered_at >= %(since)s AND v.entered_at < %(until)s GROUP BY 1
"""
# Whom an officer looked at one by one, and of them those for whom he or she did nothing in the same thirty days.
_BROWSING = """
WITH seen AS (
  SELECT DISTINCT officer_id, person_id FROM records_look
  WHERE at >= %(since)s AND at < %(until)s AND purpose = ANY (%(one_by_one)s)
), many AS (
  SELECT officer_id FROM seen GROUP BY 1 HAVING count(*) >= %(least)s
), worked AS (
  SELECT DISTINCT h.officer_id, v.person_id FROM records_history h JOIN many USING (officer_id)
  JOIN records_doseversion v ON v.id = h.version_id WHERE h.at >= %(since)s AND h.at < %(until)s
  UNION SELECT s.officer_id, p.person_id FROM reports_reportstep s JOIN many USING (officer_id)
  JOIN reports_report r ON r.id = s.report_id CROSS JOIN unnest(r.person_ids) AS p (person_id)
  WHERE s.at >= %(since)s AND s.at < %(until)s
)
SELECT seen.officer_id, count(*) FILTER (WHERE worked.person_id IS NULL), count(*)
FROM seen JOIN many USING (officer_id) LEFT JOIN worked USING (officer_id, person_id) GROUP BY 1
"""
_BRAKES = """
SELECT i.facility_id, NULL::bigint, f.kind, count(h.item_id), count(*) FROM ministry_signing_run r
JOIN ministry_signing_runchunk c ON c.run_id = r.id
JOIN ministry_signing_runitem i ON i.id BETWEEN c.first_item AND c.last_item
JOIN offices_office f ON f.id = i.facility_id
LEFT JOIN ministry_signing_runhold h ON h.item_id = i.id
WHERE r.decided_at >= %(since)s AND r.decided_at < %(until)s GROUP BY 1, 3
"""
# Seconds from one decision to the next within an hour; decisions of one press are one.
_GAPS = """
SELECT o.office_id, o.id, f.kind, g.middle, g.n FROM (
  SELECT officer_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS middle, count(*) AS n FROM (
    SELECT officer_id, extract(epoch FROM at - lag(at) OVER (PARTITION BY officer_id ORDER BY at))::float AS gap
    FROM (SELECT DISTINCT officer_id, at FROM ({decisions}) d) moments) gaps
  WHERE gap < 3600 GROUP BY 1) g
JOIN offices_officer o ON o.id = g.officer_id JOIN offices_office f ON f.id = o.office_id
"""
_DECISIONS = """
SELECT officer_id, at FROM reports_reportstep
WHERE officer_id IS NOT NULL AND at >= %(since)s AND at < %(until)s
  AND kind IN ('UPDATED', 'REFUSED', 'UPHELD', 'SENT_BACK')
UNION ALL
SELECT decided_by_id, decided_at FROM corrections_report
WHERE decided_by_id IS NOT NULL AND decided_at >= %(since)s AND decided_at < %(until)s
"""
_HOW_MANY = f"SELECT officer_id, count(*), count(*) FROM ({_DECISIONS}) d GROUP BY 1"  # noqa: S608 -- the same
_COMPLAINTS = """
SELECT office_id, count(*) FROM inspections_complaint
WHERE office_id IS NOT NULL AND filed_at >= %(complaints_since)s AND filed_at < %(until)s GROUP BY 1
"""
_SHARES: Final[Mapping[RiskKind, str]] = {
    RiskKind.BRAKES: _BRAKES,
    RiskKind.MANY_REFUSALS: _PER_OFFICER.format(
        counted=_ANSWERS.format(of_which="kind = 'REFUSED'", kinds="'UPDATED', 'REFUSED'")
    ),
    RiskKind.REFUSED_WITHOUT_NOTE: _PER_OFFICER.format(
        counted=_ANSWERS.format(of_which="text_sealed = ''", kinds="'REFUSED'")
    ),
    RiskKind.REOPENED: _PER_OFFICER.format(counted=_REOPENED),
    RiskKind.NIGHT_WORK: _PER_OFFICER.format(counted=_NIGHT),
    RiskKind.SAME_HAND: _PER_OFFICER.format(counted=_SAME_HAND),
    RiskKind.BROWSING: _PER_OFFICER.format(counted=_BROWSING),
}


@dataclass(frozen=True, slots=True)
class _Window:
    since: datetime
    until: datetime

    def facts(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "until": self.until,
            "complaints_since": self.until - COMPLAINTS_WITHIN,
            "one_by_one": list(ONE_BY_ONE),
            "least": 50,
        }


def count_risks(*, now: datetime) -> int | None:
    """Count the thirty days before today and keep what stands out; give how much. None where another count runs."""
    until = datetime.combine(now.astimezone(VIETNAM).date(), time(), VIETNAM)
    window = _Window(until - WINDOW, until)
    with transaction.atomic():
        if not _alone():
            return None
        found = find_risks(window.facts())
        tally = RiskTally.objects.create(counted_at=now, since=window.since, until=window.until)
        RiskRow.objects.bulk_create(
            RiskRow(
                tally=tally, kind=one.kind.value, office_id=one.office_id, officer_id=one.officer_id, count=one.count,
                base=one.base, value=one.value, usual=one.usual,
            )
            for one in sorted(found, key=lambda one: -one.weight)
        )  # fmt: skip
        kept = RiskTally.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT]
        RiskTally.objects.exclude(pk__in=list(kept)).delete()
    return len(found)


def find_risks(facts: Mapping[str, Any]) -> list[Risk]:
    """Give everything that stands out; `facts` as _Window.facts."""
    found: list[Risk] = []
    for kind, statement in _SHARES.items():
        found += shares_that_stand_out(kind, [Share(*row) for row in _rows(statement, facts)])
    amounts = [Amount(*row) for row in _rows(_PER_OFFICER.format(counted=_HOW_MANY), facts)]
    found += amounts_that_stand_out(RiskKind.FAR_MORE, amounts)
    gaps = [Amount(*row) for row in _rows(_GAPS.format(decisions=_DECISIONS), facts)]
    found += amounts_that_stand_out(RiskKind.MUCH_FASTER, gaps)
    return found + complaints_that_stand_out(dict(_rows(_COMPLAINTS, facts)))


def _rows(statement: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
