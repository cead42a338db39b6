"""Reading identity."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from vaxpass.identity.models import Check, Line, Waiting
from vaxpass.identity.ports import Outcome


@dataclass(frozen=True, slots=True)
class LineFacts:
    """How the line to the population database is: pauses in a row, and the end of the present one."""

    pauses: int = 0
    resume_at: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Say whether nothing is to be sent now."""
        return self.resume_at is not None and now < self.resume_at


def get_line() -> LineFacts:
    """Give how the line is; up where it was never out."""
    line = Line.objects.filter(pk=1).first()
    return LineFacts(line.pauses, line.resume_at) if line else LineFacts()


def count_waiting() -> int:
    """Count the identities that wait for an answer."""
    return Waiting.objects.count()


def checks_of(identity_id: int) -> list[Check]:
    """Give the questions put about an identity, oldest first."""
    return list(Check.objects.filter(identity_id=identity_id).order_by("answered_at", "id"))


def outcomes_per_day(since: datetime, office_ids: Collection[int] | None) -> list[tuple[date, str, int]]:
    """Count answers by day (Asia/Ho_Chi_Minh) and outcome, of the offices whose officers asked; None means all."""
    checks = Check.objects.filter(answered_at__gte=since)
    if office_ids is not None:
        checks = checks.filter(office_id__in=office_ids)
    rows = checks.values(day=TruncDate("answered_at")).annotate(n=Count("id")).order_by("day", "outcome")
    return list(rows.values_list("day", "outcome", "n"))


def count_answers(since: datetime) -> tuple[int, int]:
    """Count the questions put since a time, and those among them that nobody answered."""
    silent = Count("id", filter=Q(outcome=Outcome.NO_ANSWER))
    counted = Check.objects.filter(answered_at__gte=since).aggregate(asked=Count("id"), silent=silent)
    return counted["asked"], counted["silent"]
