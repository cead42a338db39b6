"""Reading difficulties: a branch its own province, the ministry the country, an office its own; no numbers unasked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Max, Q, QuerySet, When
from django.db.models.functions import Least

from vaxpass.offices.queries import office_ids_of_provinces
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.sealing import open_seal
from vaxpass.support.facts import DifficultyFacts, DifficultyRow, StepFacts, Told
from vaxpass.support.models import Difficulty, DifficultyStep
from vaxpass.support.problems import count_unseen
from vaxpass.support.routing import provinces_served
from vaxpass.support.rules import Kind, Level, Standing, Status, StepKind, Urgency
from vaxpass.support.scanning import masked

DUE = Case(
    When(first_answered_at=None, then=Least("first_due_at", "solve_due_at")),
    default=F("solve_due_at"),
)
"""What is due next: the first answer, then the solution."""


def number_of(difficulty_id: int) -> str:
    """Give the number by which people speak of a difficulty."""
    return f"KK-{difficulty_id:06d}"


def answered_by(actor: Actor) -> QuerySet[Difficulty]:
    """List the difficulties that an officer of support may read: those of his province; at the ministry all."""
    if not actor.may(Permission.SUPPORT_ANSWER):
        return Difficulty.objects.none()
    if actor.office_kind == "ministry":
        return Difficulty.objects.all()
    here = office_ids_of_provinces(provinces_served(actor))
    return Difficulty.objects.filter(Q(branch_id=actor.office_id) | Q(office_id__in=here))


def own_level(actor: Actor) -> Level:
    """Give the level at which an officer of support answers."""
    return Level.MINISTRY if actor.office_kind == "ministry" else Level.BRANCH


def waiting_for(actor: Actor) -> QuerySet[Any]:
    """List the open difficulties whose turn is the actor's, due first; those that wait for the asker are left out."""
    rows = answered_by(actor).filter(status=Status.OPEN, level=own_level(actor))
    return rows.annotate(due=DUE).order_by("due", "pk")


def count_waiting(actor: Actor) -> int:
    """Count what waits for the actor's answer; for the navigation."""
    return waiting_for(actor).count()


def asked_by(actor: Actor) -> QuerySet[Difficulty]:
    """List the difficulties of the actor's own office."""
    return Difficulty.objects.filter(office_id=actor.office_id)


def next_waiting(actor: Actor, after_id: int) -> int | None:
    """Give the difficulty that is due first, another one than that which was just answered."""
    return waiting_for(actor).exclude(pk=after_id).values_list("pk", flat=True).first()


def rows_of(found: Sequence[Difficulty], now: datetime) -> list[DifficultyRow]:
    """Give difficulties as lines of a list."""
    return [row_of(one, now) for one in found]


def row_of(one: Difficulty, now: datetime) -> DifficultyRow:
    """Give a difficulty as a line of a list; numbers in its subject are covered."""
    is_first = one.first_answered_at is None
    due_at = one.solve_due_at
    if due_at is not None and is_first:
        due_at = min(one.first_due_at, due_at)
    return DifficultyRow(
        one.pk,
        number_of(one.pk),
        one.office_id,
        Kind(one.kind),
        Urgency(one.urgency),
        masked(open_seal(one.subject_sealed)),
        Status(one.status),
        Level(one.level),
        one.opened_at,
        due_at,
        is_first,
        due_at is not None and due_at < now,
        one.unread,
    )


def may_read(actor: Actor, difficulty_id: int) -> Difficulty:
    """Give a difficulty to the office that asked or to whoever answers it. Refuses DIFFICULTY_UNKNOWN for others."""
    found = answered_by(actor).filter(pk=difficulty_id).first()
    if found is None and actor.may(Permission.DIFFICULTY_OPEN):
        found = asked_by(actor).filter(pk=difficulty_id).first()
    if found is None:
        raise Refused("DIFFICULTY_UNKNOWN")
    return found


def standing_of(actor: Actor, one: Difficulty) -> Standing:
    """Give where a difficulty stands, as this officer reaches it."""
    last = DifficultyStep.objects.filter(difficulty=one).exclude(kind__in=SEEING).aggregate(last=Max("pk"))["last"]
    return Standing(
        Status(one.status),
        Level(one.level),
        one.office_id,
        one.branch_id,
        answered_by(actor).filter(pk=one.pk).exists(),
        last or 0,
        reopened=one.reopened_at is not None,
    )


SEEING = (StepKind.NUMBERS_SEEN, StepKind.RECORD_SEEN)
"""Steps that change nothing: who reads does not overtake who answers."""


def read_difficulty(actor: Actor, difficulty_id: int, *, now: datetime, with_numbers: bool = False) -> DifficultyFacts:
    """Give a difficulty as its page shows it. Numbers in texts are covered for whoever answers, unless asked for.

    Asking for them is the caller's to write down (actions.see_numbers). Refuses DIFFICULTY_UNKNOWN.
    """
    one = may_read(actor, difficulty_id)
    shows = with_numbers or one.office_id == actor.office_id
    steps = tuple(_step(step, shows=shows) for step in DifficultyStep.objects.filter(difficulty=one).order_by("pk"))
    text = open_seal(one.text_sealed)
    return DifficultyFacts(
        row=row_of(one, now),
        text=text if shows else masked(text),
        has_numbers=one.has_numbers or any(step.has_numbers for step in DifficultyStep.objects.filter(difficulty=one)),
        officer_id=one.officer_id,
        branch_id=one.branch_id,
        page=one.page,
        code=one.code,
        version_id=one.version_id,
        problem_id=one.problem_id,
        first_answered_at=one.first_answered_at,
        asked_at=one.asked_at,
        reopened=one.reopened_at is not None,
        solved_at=one.solved_at,
        standing=standing_of(actor, one),
        steps=steps,
    )


def _step(step: DifficultyStep, *, shows: bool) -> StepFacts:
    text = open_seal(step.text_sealed)
    return StepFacts(
        step.pk,
        step.at,
        StepKind(step.kind),
        Level(step.level),
        text if shows else masked(text),
        step.officer_id,
        step.office_id,
    )


def told_of_steps(step_ids: Sequence[int]) -> list[Told]:
    """List whom to tell of some steps: the officer who asked, and his office."""
    steps = DifficultyStep.objects.filter(pk__in=step_ids).select_related("difficulty").order_by("pk")
    return [
        Told(
            f"support/step/{step.pk}",
            number_of(step.difficulty.pk),
            step.difficulty.officer_id,
            step.difficulty.office_id,
        )
        for step in steps
    ]


def count_unread(actor: Actor) -> int:
    """Count the answers that the actor's office has not read."""
    return asked_by(actor).filter(unread=True).count()


def count_news(actor: Actor) -> int:
    """Count what an asker has not read: answers, and problems of his that were solved; for the navigation."""
    return count_unread(actor) + count_unseen(actor)
