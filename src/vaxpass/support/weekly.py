"""What a week's report says of difficulties: how many came and were solved, and how they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection


@dataclass(frozen=True, slots=True)
class WeekOfDifficulties:
    """Opened and solved in the week; open, overdue of these, and lying with the ministry of these, at `now`."""

    opened: int
    solved: int
    open: int
    overdue: int
    at_ministry: int


_COUNTED: Final = """
SELECT count(*) FILTER (WHERE d.opened_at >= %(since)s AND d.opened_at < %(until)s),
  count(*) FILTER (WHERE d.solved_at >= %(since)s AND d.solved_at < %(until)s),
  count(*) FILTER (WHERE d.status IN (1, 2)),
  count(*) FILTER (WHERE d.status = 1 AND
    CASE WHEN d.first_answered_at IS NULL THEN least(d.first_due_at, d.solve_due_at) ELSE d.solve_due_at END < %(now)s),
  count(*) FILTER (WHERE d.status IN (1, 2) AND d.level = 1)
FROM support_difficulty d JOIN offices_office o ON o.id = d.office_id
WHERE %(province)s = '' OR o.province_code = %(province)s
"""


def count_week(province_code: str, since: datetime, until: datetime, *, now: datetime) -> WeekOfDifficulties:
    """Count the difficulties of a province's offices; without a code those of the whole country."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"province": province_code, "since": since, "until": until, "now": now})
        return WeekOfDifficulties(*cursor.fetchone())
