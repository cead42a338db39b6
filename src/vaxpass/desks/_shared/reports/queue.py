"""What waits for an office's answer, due first, and the way from one report to the next."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.offices.scope import Actor
from vaxpass.reports.queries import waiting_for


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits here, how much of it is due before the day ends in Vietnam, and the neighbours of one report."""

    waiting: int
    today: int
    previous_id: int | None
    next_id: int | None


def to_answer(actor: Actor) -> QuerySet[Any]:
    """List the open reports that the actor's office answers, due first."""
    return waiting_for(actor)


def queue_around(actor: Actor, report_id: int, due_at: datetime | None, now: datetime) -> Queue:
    """Give the queue as seen from one report; a report that is not in it stands before the first."""
    waiting = to_answer(actor)
    before, after = None, _first(waiting.exclude(pk=report_id))
    if due_at is not None:
        before = _first(waiting.filter(_earlier(due_at, report_id)).order_by("-due_at", "-pk"))
        after = _first(waiting.filter(_later(due_at, report_id)))
    return Queue(waiting.count(), count_due_today(waiting, now), before, after)


def next_to_answer(actor: Actor, report_id: int, due_at: datetime | None) -> int | None:
    """Give the report that opens once this one is decided: the next one due, else the first one left over."""
    waiting = to_answer(actor).exclude(pk=report_id)
    after = _first(waiting.filter(_later(due_at, report_id))) if due_at is not None else None
    return after if after is not None else _first(waiting)


def count_due_today(waiting: QuerySet[Any], now: datetime) -> int:
    """Count what must be answered before the day ends in Vietnam, overdue ones too."""
    tomorrow = now.astimezone(HANOI).date() + timedelta(days=1)
    return waiting.filter(due_at__lt=datetime.combine(tomorrow, time(), HANOI)).count()


def _earlier(due_at: datetime, report_id: int) -> Q:
    return Q(due_at__lt=due_at) | Q(due_at=due_at, pk__lt=report_id)


def _later(due_at: datetime, report_id: int) -> Q:
    return Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=report_id)


def _first(rows: QuerySet[Any]) -> int | None:
    return next(iter(rows.values_list("pk", flat=True)[:1]), None)
