"""Counting statements over reports, composed by oversight's tally: by the office that was asked, no person.

Named parameters: %(now)s, %(since)s (moments).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from vaxpass.offices.moved_days import working_days
from vaxpass.offices.workdays import VIETNAM
from vaxpass.reports.clock import Span, counted

# 1 open, 3 updated, 4 refused (rules.ReportStatus).
STANDING: Final = """
SELECT r.office_id, count(*) FILTER (WHERE r.status = 1) AS open,
       count(*) FILTER (WHERE r.status = 1 AND r.due_at < %(now)s) AS overdue,
       count(*) FILTER (WHERE r.status IN (3, 4)) AS answered,
       count(*) FILTER (WHERE r.status IN (3, 4) AND went_up.report_id IS NULL) AS in_time
FROM reports_report r
LEFT JOIN (SELECT DISTINCT report_id FROM reports_reportstep WHERE kind = 'ESCALATED') went_up
  ON went_up.report_id = r.id
GROUP BY 1
"""
"""office_id, open, overdue, answered, in_time (answered before it went up for being overdue)."""

FILED_BY_DAY: Final = """
SELECT office_id, (filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, count(*) AS n
FROM reports_report WHERE filed_at >= %(since)s GROUP BY 1, 2
"""
"""office_id, day, n."""

_ANSWERED = """
SELECT r.id, r.office_id, r.filed_at, first.at FROM reports_report r
JOIN (SELECT report_id, min(at) AS at FROM reports_reportstep WHERE kind IN ('UPDATED', 'REFUSED') GROUP BY 1) first
  ON first.report_id = r.id
WHERE first.at >= %(since)s
"""
_ASKED = """
SELECT report_id, kind, at FROM reports_reportstep
WHERE report_id = ANY (%(ids)s) AND kind IN ('MORE_ASKED', 'MORE_GIVEN', 'FILED_AGAIN') ORDER BY report_id, id
"""


def answers(since: datetime | None) -> Iterator[tuple[int, date, int]]:
    """Give (office, day, working hours) of each first answer since a moment; the time of questions counts nothing.

    None: since ever. Memory: a few numbers for each answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"since": since or "-infinity"})
        found = cursor.fetchall()
        cursor.execute(_ASKED, {"ids": [row[0] for row in found]})
        pauses = _pauses(cursor.fetchall())
    calendar = working_days()
    for report_id, office_id, filed_at, at in found:
        worked = counted(filed_at, at, pauses.get(report_id, ()), calendar)
        yield office_id, at.astimezone(VIETNAM).date(), int(worked.total_seconds() // 3600)


def _pauses(steps: list[tuple[Any, ...]]) -> dict[int, list[Span]]:
    """Pair each question with what ended it; a question that still stands has no end and no answer after it."""
    pauses = defaultdict[int, list[Span]](list)
    asked: dict[int, datetime] = {}
    for report_id, kind, at in steps:
        if kind == "MORE_ASKED":
            asked.setdefault(report_id, at)
        elif report_id in asked:
            pauses[report_id].append((asked.pop(report_id), at))
    return pauses
