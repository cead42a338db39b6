"""What time brings: overdue reports go up, unanswered questions are repeated and lapse, photos are wiped."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from vaxpass.offices.scope import Refused
from vaxpass.reports.actions.steps import write_steps
from vaxpass.reports.models import Report, ReportPhoto, ReportStep
from vaxpass.reports.routing import provinces_with_office
from vaxpass.reports.rules import LAPSE_AFTER, REMIND_AFTER, UNDECIDED, Level, ReportStatus, StepKind
from vaxpass.reports.timing import due_from, photos_kept

AT_ONCE = 1_000


def escalate_overdue(now: datetime, *, limit: int = AT_ONCE) -> list[int]:
    """Hand overdue reports to the level above, with a clock of their own; give their ids.

    From the office to its province (to the ministry where the province has no office), from there to the ministry.
    Rows that somebody is answering at this moment are left for the next time.
    """
    with transaction.atomic():
        late = Report.objects.filter(status=ReportStatus.OPEN, due_at__lt=now, level__lt=Level.MINISTRY)
        rows = list(late.select_for_update(skip_locked=True).order_by("due_at", "pk")[:limit])
        provinces = provinces_with_office() if rows else frozenset()
        for level in (Level.PROVINCE, Level.MINISTRY):
            going = [row for row in rows if _goes_to(row, provinces) is level]
            Report.objects.filter(pk__in=[row.pk for row in going]).update(
                level=level.value, clock_from=now, due_at=due_from(now)
            )
            write_steps(going, StepKind.ESCALATED, now=now, code=level.name)
    return [row.pk for row in rows]


def _goes_to(report: Report, provinces: Collection[str]) -> Level:
    to_province = report.level == Level.OFFICE and report.province_code in provinces
    return Level.PROVINCE if to_province else Level.MINISTRY


def remind(now: datetime, *, limit: int = AT_ONCE) -> list[int]:
    """Remind once, a week after the question, those who did not answer; give the reports' ids."""
    told = ReportStep.objects.filter(report_id=OuterRef("pk"), kind=StepKind.REMINDED, at__gt=OuterRef("asked_at"))
    with transaction.atomic():
        rows = _unanswered(Q(~Exists(told), asked_at__lt=now - REMIND_AFTER), limit)
        write_steps(rows, StepKind.REMINDED, now=now)
    return [row.pk for row in rows]


def lapse(now: datetime, *, limit: int = AT_ONCE) -> list[int]:
    """Close reports whose question nobody answered for thirty days; give their ids. The citizen may report again."""
    with transaction.atomic():
        rows = list(_unanswered(Q(asked_at__lt=now - LAPSE_AFTER), limit))
        closed = {"status": ReportStatus.WITHDRAWN.value, "decided_at": now, "asked_at": None}
        Report.objects.filter(pk__in=[row.pk for row in rows]).update(**closed)
        for row in rows:
            row.status = ReportStatus.WITHDRAWN.value
        write_steps(rows, StepKind.LAPSED, now=now)
    return [row.pk for row in rows]


def _unanswered(condition: Q, limit: int) -> QuerySet[Report]:
    asked = Report.objects.filter(condition, status=ReportStatus.MORE_NEEDED)
    return asked.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk")[:limit]


def wipe_old_photos(now: datetime, *, limit: int = AT_ONCE) -> int:
    """Wipe the photos of reports decided long enough ago (settings); give how many reports that were."""
    kept = ReportPhoto.objects.filter(report_id=OuterRef("pk"), wiped_at=None)
    old = Report.objects.filter(Exists(kept), decided_at__lt=now - photos_kept()).order_by("decided_at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    if ids:
        wipe_photos(ids, now=now)
    return len(ids)


def wipe_photos(report_ids: Collection[int], *, now: datetime) -> int:
    """Wipe the photos of decided reports; give how many pictures that were. Refuses REPORT_STILL_OPEN."""
    with transaction.atomic():
        rows = list(Report.objects.select_for_update().filter(pk__in=list(report_ids)).order_by("pk"))
        if any(row.status in UNDECIDED for row in rows):
            raise Refused("REPORT_STILL_OPEN")
        kept = ReportPhoto.objects.filter(report_id__in=[row.pk for row in rows], wiped_at=None)
        touched = set(kept.values_list("report_id", flat=True))
        wiped = kept.update(content_sealed=b"", wiped_at=now)
        write_steps([row for row in rows if row.pk in touched], StepKind.PHOTOS_WIPED, now=now)
    return wiped
