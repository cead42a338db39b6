"""Service levels: how each branch, and the ministry's IT department, keeps the times that are promised."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from vaxpass.offices.scope import Actor
from vaxpass.support.facts import ServiceLevel
from vaxpass.support.models import Difficulty
from vaxpass.support.queries import answered_by
from vaxpass.support.rules import Level, Status, StepKind

COUNTED: Final = timedelta(days=30)
# By the branch that had it first; what no branch had counts for the ministry.
_LEVELS: Final = """
SELECT d.branch_id,
  count(*) FILTER (WHERE d.opened_at >= %(since)s),
  count(*) FILTER (WHERE d.status IN (1, 2)),
  count(*) FILTER (WHERE d.status = 1 AND
    CASE WHEN d.first_answered_at IS NULL THEN least(d.first_due_at, d.solve_due_at) ELSE d.solve_due_at END < %(now)s),
  count(*) FILTER (WHERE d.opened_at >= %(since)s AND EXISTS (
    SELECT FROM support_difficultystep s WHERE s.difficulty_id = d.id AND s.kind IN (%(escalated)s, %(overdue)s))),
  count(*) FILTER (WHERE d.first_answered_at >= %(since)s),
  count(*) FILTER (WHERE d.first_answered_at >= %(since)s AND d.first_in_time),
  count(*) FILTER (WHERE d.solved_at >= %(since)s),
  count(*) FILTER (WHERE d.solved_at >= %(since)s AND d.solved_in_time),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY d.first_minutes) FILTER (WHERE d.first_answered_at >= %(since)s),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY d.solved_minutes) FILTER (WHERE d.solved_at >= %(since)s)
FROM support_difficulty d
WHERE %(everywhere)s OR d.branch_id = ANY (%(branches)s)
GROUP BY d.branch_id ORDER BY 4 DESC, 3 DESC, 1 NULLS LAST
"""


def service_levels(actor: Actor, *, now: datetime) -> list[ServiceLevel]:
    """Count the last thirty days by branch, those with the most overdue first; a branch sees those of its province."""
    everywhere = actor.office_kind == "ministry"
    reached = answered_by(actor).exclude(branch_id=None).values_list("branch_id", flat=True).distinct()
    values: dict[str, Any] = {
        "now": now,
        "since": now - COUNTED,
        "everywhere": everywhere,
        "branches": [] if everywhere else [*reached, actor.office_id],
        "escalated": StepKind.ESCALATED.value,
        "overdue": StepKind.OVERDUE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, values)
        return [ServiceLevel(*row) for row in cursor.fetchall()]


def count_by_office(office_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Give open difficulties by office, and how many of them lie with the ministry; for reports of oversight."""
    rows = Difficulty.objects.filter(office_id__in=office_ids, status__in=[Status.OPEN, Status.ASKED])
    found: dict[int, tuple[int, int]] = {}
    for office_id, level in rows.values_list("office_id", "level"):
        count, above = found.get(office_id, (0, 0))
        found[office_id] = (count + 1, above + (level == Level.MINISTRY))
    return found
