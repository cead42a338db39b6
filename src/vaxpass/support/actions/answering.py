"""What support does: answer, ask back, solve, pass up, hand back, link to a known problem, look at what was chosen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.access import note_looks
from vaxpass.records.facts import VersionFacts
from vaxpass.records.queries import get_versions
from vaxpass.support import rules
from vaxpass.support.actions.opening import RECORD_PURPOSE
from vaxpass.support.actions.steps import begun_anew, first_answer, note, stopped, take, take_step, write_step
from vaxpass.support.models import Difficulty, KnownProblem
from vaxpass.support.rules import Level, ProblemState, Standing, StepKind, is_in_time
from vaxpass.support.timing import worked

_MINUTE = timedelta(minutes=1)


def answer(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> int:
    """Answer; the difficulty stays open until it is solved. Gives the step's id.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, DIFFICULTY_CHANGED, SUPPORT_NOT_IN_CHARGE, SUPPORT_SOLVED_ALREADY,
    SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG.
    """
    said = rules.check_text(text)

    def columns(one: Difficulty, _: Standing) -> dict[str, object]:
        return first_answer(one, now)

    return _decide(actor, difficulty_id, StepKind.ANSWERED, said, seen_step, now, columns)


def ask_back(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> int:
    """Ask the asker back; the clock stands still until the answer. Gives the step's id. Refuses as `answer`."""
    said = rules.check_text(text)

    def columns(one: Difficulty, _: Standing) -> dict[str, object]:
        if one.solve_due_at is None:
            raise Refused("SUPPORT_STEP_IMPOSSIBLE")
        left = worked(now, one.solve_due_at) // timedelta(seconds=1)
        return {**first_answer(one, now), "asked_at": now, "left_seconds": left, "solve_due_at": None}

    return _decide(actor, difficulty_id, StepKind.ASKED, said, seen_step, now, columns)


def solve(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> int:
    """Solve it; the asker may open it again once. Gives the step's id. Refuses as `answer`."""
    said = rules.check_text(text)

    def columns(one: Difficulty, _: Standing) -> dict[str, object]:
        return solved(one, now)

    return _decide(actor, difficulty_id, StepKind.SOLVED, said, seen_step, now, columns)


def solved(one: Difficulty, now: datetime) -> dict[str, object]:
    """Give the columns of a difficulty that is solved now."""
    end = one.asked_at or now  # solved while the asker was asked: the time since then was his
    passed = worked(one.opened_at, end) // _MINUTE - one.paused_seconds // 60
    in_time = is_in_time(end, one.solve_due_at, one.overdue_at) if one.solve_due_at else _was_in_time(one)
    return {
        **first_answer(one, now),
        **stopped(one),
        "solved_at": now,
        "solved_in_time": in_time,
        "solved_minutes": max(0, passed),
    }


def _was_in_time(one: Difficulty) -> bool:
    """Say whether time was left when the asker was asked back."""
    return bool(one.left_seconds) and one.overdue_at is None


def escalate(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> int:
    """Pass a difficulty up to the ministry's IT department, with a clock of its own. Gives the step's id.

    Refuses as `answer`, and SUPPORT_AT_THE_TOP.
    """
    said = rules.check_text(text)

    def columns(one: Difficulty, standing: Standing) -> dict[str, object]:
        rules.check_may_escalate(standing)
        return {"level": Level.MINISTRY.value, **begun_anew(one, now)}

    return _decide(actor, difficulty_id, StepKind.ESCALATED, said, seen_step, now, columns)


def hand_back(actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime) -> int:
    """Hand a difficulty back to the branch, with a clock of its own. Gives the step's id.

    Refuses as `answer`, and SUPPORT_NO_BRANCH.
    """
    said = rules.check_text(text)

    def columns(one: Difficulty, standing: Standing) -> dict[str, object]:
        rules.check_may_hand_back(standing)
        return {"level": Level.BRANCH.value, **begun_anew(one, now)}

    return _decide(actor, difficulty_id, StepKind.HANDED_BACK, said, seen_step, now, columns)


def link_problem(actor: Actor, difficulty_id: int, problem_id: int, *, seen_step: int, now: datetime) -> int:
    """Say that a difficulty is a known problem: solved with it, and not passed up meanwhile. Gives the step's id.

    Refuses as `answer`, and PROBLEM_UNKNOWN, PROBLEM_SOLVED.
    """
    problem = KnownProblem.objects.select_for_update().filter(pk=problem_id).first

    def columns(one: Difficulty, _: Standing) -> dict[str, object]:
        found = problem()
        if found is None:
            raise Refused("PROBLEM_UNKNOWN")
        if found.state == ProblemState.SOLVED:
            raise Refused("PROBLEM_SOLVED")
        return {**first_answer(one, now), "problem_id": found.pk}

    return _decide(actor, difficulty_id, StepKind.LINKED, "", seen_step, now, columns)


_Columns = Callable[[Difficulty, Standing], dict[str, object]]


def _decide(  # noqa: PLR0913 -- one decision and all that it says
    actor: Actor, difficulty_id: int, kind: StepKind, text: str, seen_step: int, now: datetime, columns: _Columns
) -> int:
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, seen_step)
        rules.check_may_answer(actor, standing)
        rules.check_step(standing.status, kind)
        changed = {**columns(one, standing), "unread": True}
        step = take_step(one, kind, now=now, text=text, actor=actor, columns=changed)
        note(actor, f"{kind.value.lower()}_difficulty", difficulty_id, now=now)
    return step


def see_numbers(actor: Actor, difficulty_id: int, *, now: datetime) -> None:
    """Write down that an officer of support read the numbers in the texts, which the asker chose to send.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, SUPPORT_NOT_IN_CHARGE, SUPPORT_NO_NUMBERS.
    """
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, None)
        rules.check_may_answer(actor, standing)
        if not (one.has_numbers or one.steps.filter(has_numbers=True).exists()):
            raise Refused("SUPPORT_NO_NUMBERS")
        write_step(one, StepKind.NUMBERS_SEEN, now=now, actor=actor)
        note(actor, "see_numbers_difficulty", difficulty_id, now=now)


def see_record(actor: Actor, difficulty_id: int, *, now: datetime) -> VersionFacts:
    """Give the record that the asker chose to show to whoever answers now, and write the look down.

    The page shows where the record stands; name, numbers and dose only to whoever may see records anyway.
    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, SUPPORT_NOT_IN_CHARGE, SUPPORT_SOLVED_ALREADY, RECORD_UNKNOWN.
    """
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, None)
        rules.check_may_answer(actor, standing)
        if standing.status not in rules.UNSOLVED:
            raise Refused("SUPPORT_SOLVED_ALREADY")
        found = get_versions([one.version_id]) if one.version_id is not None else []
        if not found:
            raise Refused("RECORD_UNKNOWN")
        note_looks(actor, [found[0].person_id], RECORD_PURPOSE, now)
        write_step(one, StepKind.RECORD_SEEN, now=now, actor=actor)
        note(actor, "see_record_difficulty", difficulty_id, now=now)
    return found[0]
