"""Known problems: told to everybody, followed by whoever has them too, solved for all at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vaxpass.offices.queries import offices_of_officers
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.support import rules
from vaxpass.support.actions.answering import solved
from vaxpass.support.actions.steps import note, take_step
from vaxpass.support.models import Difficulty, KnownProblem, MeToo, ProblemUpdate
from vaxpass.support.problems import linked_to
from vaxpass.support.rules import Component, ProblemState, StepKind
from vaxpass.support.scanning import has_numbers

LONGEST_TITLE = 160
OLDEST = timedelta(days=366)
"""So long ago a problem may have begun."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is told of a problem, in both languages; both are public."""

    vi: str
    en: str

    def checked(self, longest: int = rules.LONGEST_TEXT) -> "Words":
        """Give both stripped. Refuses SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG, SUPPORT_PUBLIC_NUMBERS."""
        checked = Words(rules.check_text(self.vi, longest), rules.check_text(self.en, longest))
        if has_numbers(checked.vi, checked.en):
            raise Refused("SUPPORT_PUBLIC_NUMBERS")
        return checked


def tell_problem(  # noqa: PLR0913 -- what is told of a problem, by whom, when
    actor: Actor, component: Component, title: Words, text: Words, *, since: datetime, now: datetime
) -> int:
    """Tell everybody of a problem; give its id.

    Refuses RIGHT_MISSING, SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG, SUPPORT_PUBLIC_NUMBERS, PROBLEM_IN_FUTURE,
    PROBLEM_TOO_LONG_AGO (a mistyped year would stand on everybody's page, or break it).
    """
    check_may(actor, Permission.STATUS_PUBLISH)
    if since > now:
        raise Refused("PROBLEM_IN_FUTURE")
    if since < now - OLDEST:
        raise Refused("PROBLEM_TOO_LONG_AGO", days=OLDEST.days)
    name, said = title.checked(LONGEST_TITLE), text.checked()
    with transaction.atomic():
        problem = KnownProblem.objects.create(
            component=component.value,
            title_vi=name.vi,
            title_en=name.en,
            state=ProblemState.EXAMINED.value,
            since=since,
            told_at=now,
            changed_at=now,
            told_by_id=actor.officer_id,
        )
        _write(actor, problem, said, now)
    return problem.pk


def _write(actor: Actor, problem: KnownProblem, said: Words, now: datetime) -> None:
    ProblemUpdate.objects.create(
        problem=problem, at=now, state=problem.state, text_vi=said.vi, text_en=said.en, officer_id=actor.officer_id
    )
    note(actor, "tell_problem", problem.pk, now=now, problem=problem.pk, state=problem.state)


def tell_on(actor: Actor, problem_id: int, state: ProblemState, text: Words, *, now: datetime) -> list[int]:
    """Say how far a problem is. Once it is solved, all difficulties that wait for it are; gives their last steps' ids.

    Difficulties of every branch may wait for it, so only the office that told of it goes on, or the ministry's. Refuses
    RIGHT_MISSING, PROBLEM_UNKNOWN, PROBLEM_OF_ANOTHER_OFFICE, PROBLEM_SOLVED, SUPPORT_TEXT_MISSING,
    SUPPORT_TEXT_TOO_LONG, SUPPORT_PUBLIC_NUMBERS.
    """
    check_may(actor, Permission.STATUS_PUBLISH)
    said = text.checked()
    with transaction.atomic():
        problem = _lock(problem_id)
        _check_own(actor, problem)
        problem.state = state.value
        problem.changed_at = now
        problem.solved_at = now if state is ProblemState.SOLVED else None
        problem.save(update_fields=["state", "changed_at", "solved_at"])
        _write(actor, problem, said, now)
        return _solve_linked(actor, problem, said, now) if state is ProblemState.SOLVED else []


def _check_own(actor: Actor, problem: KnownProblem) -> None:
    told_at = offices_of_officers({problem.told_by_id}).get(problem.told_by_id)
    if actor.office_kind != "ministry" and (told_at is None or told_at.id != actor.office_id):
        raise Refused("PROBLEM_OF_ANOTHER_OFFICE")


def _lock(problem_id: int) -> KnownProblem:
    problem = KnownProblem.objects.select_for_update().filter(pk=problem_id).first()
    if problem is None:
        raise Refused("PROBLEM_UNKNOWN")
    if problem.state == ProblemState.SOLVED:
        raise Refused("PROBLEM_SOLVED")
    return problem


def _solve_linked(actor: Actor, problem: KnownProblem, said: Words, now: datetime) -> list[int]:
    rows: list[Difficulty] = list(linked_to(problem.pk).select_for_update())
    return [
        take_step(
            one, StepKind.SOLVED, now=now, text=said.vi, actor=actor, columns={**solved(one, now), "unread": True}
        )
        for one in rows
    ]


def me_too(actor: Actor, problem_id: int, *, now: datetime) -> bool:
    """Note that an officer has a problem too, once; he is told when it is solved. Gives whether it is new.

    Refuses RIGHT_MISSING, PROBLEM_UNKNOWN, PROBLEM_SOLVED.
    """
    check_may(actor, Permission.DIFFICULTY_OPEN)
    with transaction.atomic():
        _lock(problem_id)
        _, is_new = MeToo.objects.get_or_create(
            problem_id=problem_id, officer_id=actor.officer_id, defaults={"office_id": actor.office_id, "at": now}
        )
    return is_new


def mark_seen(actor: Actor, *, now: datetime) -> None:
    """Note that an officer has read that problems of his are solved."""
    solved_ones = MeToo.objects.filter(officer_id=actor.officer_id, seen_at=None, problem__solved_at__isnull=False)
    solved_ones.update(seen_at=now)
