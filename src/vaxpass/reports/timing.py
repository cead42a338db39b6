"""The clock of a report with the calendar of the settings."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from vaxpass.offices.moved_days import working_days
from vaxpass.reports.clock import Span, due_at
from vaxpass.reports.models import Report, ReportStep
from vaxpass.reports.rules import StepKind


def photos_kept() -> timedelta:
    """Give how long photos are kept after the decision."""
    return timedelta(days=int(str(settings.REPORTS["photos_kept_days"])))


def due_from(now: datetime) -> datetime:
    """Give when a clock that begins now has run out."""
    return due_at(now, days=working_days())


def due_again(report: Report, now: datetime) -> datetime:
    """Give when the clock of a report runs out that was paused until now."""
    steps = ReportStep.objects.filter(report_id=report.pk, kind__in=(StepKind.MORE_ASKED, *_RESUMING)).order_by("id")
    return due_at(report.clock_from, _pauses(steps, now), working_days())


_RESUMING = (StepKind.MORE_GIVEN, StepKind.FILED_AGAIN)


def _pauses(steps: Iterable[ReportStep], now: datetime) -> list[Span]:
    pauses: list[Span] = []
    asked: datetime | None = None
    for step in steps:
        if step.kind == StepKind.MORE_ASKED:
            asked = step.at
        elif asked is not None:
            pauses.append((asked, step.at))
            asked = None
    return pauses if asked is None else [*pauses, (asked, now)]
