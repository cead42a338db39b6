"""Counting reports for overviews: by office, open, overdue, answered in time. No personal data comes out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, Q

from vaxpass.offices.scope import Actor
from vaxpass.reports.models import ReportStep
from vaxpass.reports.queries import reports_in_scope
from vaxpass.reports.rules import Level, ReportStatus, StepKind

COUNTED: Final = timedelta(days=30)
_ANSWERED: Final = Q(status__in=[ReportStatus.UPDATED, ReportStatus.REFUSED])


@dataclass(frozen=True, slots=True)
class OfficeCounts:
    """How an office stands with its reports.

    `answered` and `in_time` count the last 30 days. In time: the report was answered before it went up for being
    overdue, which is looked at every ten minutes.
    """

    office_id: int
    province_code: str
    open: int
    overdue: int
    escalated: int
    asked: int
    objections: int
    answered: int
    in_time: int
    first_due: datetime | None

    @property
    def in_time_percent(self) -> int | None:
        """Give the share answered in time in whole percent; None where nothing was answered."""
        return self.in_time * 100 // self.answered if self.answered else None


def count_by_office(actor: Actor, *, now: datetime, office_ids: Collection[int] | None = None) -> list[OfficeCounts]:
    """Count the reports in the actor's reach by the office that was asked, those with the most overdue first."""
    rows: Any = reports_in_scope(actor)
    if office_ids is not None:
        rows = rows.filter(office_id__in=list(office_ids))
    went_up = ReportStep.objects.filter(report_id=OuterRef("pk"), kind=StepKind.ESCALATED)
    recent = _ANSWERED & Q(decided_at__gte=now - COUNTED)
    to_answer = Q(status=ReportStatus.OPEN)
    counted = (
        rows.annotate(went_up=Exists(went_up))
        .values("office_id", "province_code")
        .annotate(
            open=Count("pk", filter=to_answer),
            overdue=Count("pk", filter=to_answer & Q(due_at__lt=now)),
            escalated=Count("pk", filter=to_answer & Q(level__gte=Level.PROVINCE)),
            asked=Count("pk", filter=Q(status=ReportStatus.MORE_NEEDED)),
            objections=Count("pk", filter=to_answer & Q(objected_at__isnull=False, sent_back_at=None)),
            answered=Count("pk", filter=recent),
            in_time=Count("pk", filter=recent & Q(went_up=False)),
            first_due=Min("due_at", filter=to_answer),
        )
        .order_by("-overdue", "first_due", "office_id")
    )
    return [OfficeCounts(**row) for row in counted]
