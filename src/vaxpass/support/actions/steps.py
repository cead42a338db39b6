"""Taking a step: the difficulty's row under a lock, the step beside it, the act in the log."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.sealing import seal
from vaxpass.support.models import Difficulty, DifficultyStep
from vaxpass.support.queries import standing_of
from vaxpass.support.rules import Standing, Status, StepKind, Urgency, check_newest, check_step, is_in_time
from vaxpass.support.scanning import has_numbers
from vaxpass.support.timing import due_from, promise, worked

_NOTHING: Mapping[str, object] = MappingProxyType({})


def take(actor: Actor, difficulty_id: int, seen_step: int | None) -> tuple[Difficulty, Standing]:
    """Lock a difficulty and give it with its standing; `seen_step` is the newest step that the officer read.

    Refuses DIFFICULTY_UNKNOWN, DIFFICULTY_CHANGED.
    """
    one = Difficulty.objects.select_for_update().filter(pk=difficulty_id).first()
    if one is None:
        raise Refused("DIFFICULTY_UNKNOWN")
    standing = standing_of(actor, one)
    if not standing.in_reach and one.office_id != actor.office_id:
        raise Refused("DIFFICULTY_UNKNOWN")
    if seen_step is not None:
        check_newest(standing, seen_step)
    return one, standing


def take_step(  # noqa: PLR0913 -- a step is these columns
    one: Difficulty,
    kind: StepKind,
    *,
    now: datetime,
    text: str = "",
    actor: Actor | None = None,
    columns: Mapping[str, object] = _NOTHING,
) -> int:
    """Take one step: the row with `columns` changed, the step beside it; give the step's id. Refuses as check_step."""
    status = check_step(Status(one.status), kind)
    changed = {"status": status.value, **columns}
    for name, value in changed.items():
        setattr(one, name, value)
    one.save(update_fields=list(changed))
    return write_step(one, kind, now=now, text=text, actor=actor)


def write_step(one: Difficulty, kind: StepKind, *, now: datetime, text: str = "", actor: Actor | None = None) -> int:
    """Write a step of a difficulty whose row says the new status already; give its id."""
    return DifficultyStep.objects.create(
        difficulty=one,
        at=now,
        kind=kind.value,
        status=one.status,
        level=one.level,
        text_sealed=seal(text),
        has_numbers=has_numbers(text),
        officer_id=actor.officer_id if actor else None,
        office_id=actor.office_id if actor else None,
    ).pk


def first_answer(one: Difficulty, now: datetime) -> dict[str, object]:
    """Give the columns that note the first answer; none where there was one."""
    if one.first_answered_at is not None:
        return {}
    return {
        "first_answered_at": now,
        "first_in_time": is_in_time(now, one.first_due_at, one.overdue_at),
        "first_minutes": worked(one.opened_at, now) // timedelta(minutes=1),
    }


def stopped(one: Difficulty) -> dict[str, object]:
    """Give the columns of a clock that runs no more."""
    return {"solve_due_at": None, "asked_at": None, "left_seconds": None, "paused_seconds": paused_until(one, None)}


def resumed(one: Difficulty, now: datetime) -> dict[str, object]:
    """Give the columns of a clock that goes on where it stopped when the asker was asked back."""
    if one.left_seconds is None:
        return {}
    return {
        "solve_due_at": due_from(now, timedelta(seconds=one.left_seconds)),
        "left_seconds": None,
        "asked_at": None,
        "paused_seconds": paused_until(one, now),
    }


def paused_until(one: Difficulty, now: datetime | None) -> int:
    """Give the working seconds for which the clock stood still, an open pause up to `now` included."""
    if one.asked_at is None or now is None:
        return one.paused_seconds
    return one.paused_seconds + worked(one.asked_at, now) // timedelta(seconds=1)


def begun_anew(one: Difficulty, now: datetime) -> dict[str, object]:
    """Give the columns of a clock that begins anew: another level answers, or the asker opened it again."""
    allowed = promise(Urgency(one.urgency))
    due_at = due_from(now, allowed.solution)
    columns: dict[str, object] = {"solve_due_at": due_at, "left_seconds": None, "asked_at": None}
    if one.first_answered_at is None:
        columns["first_due_at"] = due_from(now, allowed.first)
    return columns


def note(actor: Actor, verb: str, difficulty_id: int, *, now: datetime, **facts: object) -> None:
    """Write down in the log of acts what an officer did with a difficulty."""
    note_act_of(actor, verb, f"difficulty/{difficulty_id}", now=now, **facts)
