"""What time brings: overdue difficulties go up, unanswered questions lapse, numbers that were sent are covered."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from vaxpass.records.sealing import open_seal, seal
from vaxpass.support.actions.steps import begun_anew, stopped, take_step
from vaxpass.support.models import Difficulty, DifficultyStep
from vaxpass.support.queries import DUE
from vaxpass.support.rules import LAPSE_AFTER, UNSOLVED, Level, Status, StepKind
from vaxpass.support.scanning import masked

AT_ONCE: Final = 500
NUMBERS_KEPT: Final = timedelta(days=30)


def escalate_overdue(now: datetime, *, limit: int = AT_ONCE) -> list[int]:
    """Pass up to the ministry what a branch has not answered or solved in time; give the ids of the steps.

    What is linked to a known problem is solved with it and stays. Rows that somebody is answering at this moment are
    left for the next time.
    """
    with transaction.atomic():
        open_ones = Difficulty.objects.filter(status=Status.OPEN, level=Level.BRANCH, problem=None)
        late = open_ones.annotate(due=DUE).filter(due__lt=now).order_by("due", "pk")
        return [
            take_step(
                one,
                StepKind.OVERDUE,
                now=now,
                columns={"level": Level.MINISTRY.value, "overdue_at": now, "unread": True, **begun_anew(one, now)},
            )
            for one in late.select_for_update(skip_locked=True, of=("self",))[:limit]
        ]


def lapse(now: datetime, *, limit: int = AT_ONCE) -> list[int]:
    """Close what was asked back and never answered; give the ids of the steps. The office may open another."""
    with transaction.atomic():
        asked = Difficulty.objects.filter(status=Status.ASKED, asked_at__lt=now - LAPSE_AFTER).order_by("pk")
        return [
            take_step(one, StepKind.LAPSED, now=now, columns={**stopped(one), "unread": True})
            for one in asked.select_for_update(skip_locked=True)[:limit]
        ]


def cover_numbers(now: datetime, *, limit: int = AT_ONCE) -> int:
    """Cover for good the numbers in texts of difficulties that ended a month ago; give how many difficulties."""
    steps = DifficultyStep.objects.filter(difficulty=OuterRef("pk"))
    ended = Difficulty.objects.exclude(status__in=UNSOLVED).filter(
        Q(has_numbers=True) | Exists(steps.filter(has_numbers=True)), ~Exists(steps.filter(at__gt=now - NUMBERS_KEPT))
    )
    with transaction.atomic():
        rows = list(ended.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:limit])
        for one in rows:
            _cover(one)
    return len(rows)


def _cover(one: Difficulty) -> None:
    if one.has_numbers:
        one.subject_sealed = seal(masked(open_seal(one.subject_sealed)))
        one.text_sealed = seal(masked(open_seal(one.text_sealed)))
        one.has_numbers = False
        one.save(update_fields=["subject_sealed", "text_sealed", "has_numbers"])
    for step in one.steps.filter(has_numbers=True):
        step.text_sealed = seal(masked(open_seal(step.text_sealed)))
        step.has_numbers = False
        step.save(update_fields=["text_sealed", "has_numbers"])
