"""What the office that asks does: open, tell more, open again, take back, read."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.access import access_version
from vaxpass.records.sealing import lookup_hash, seal
from vaxpass.support import rules
from vaxpass.support.actions.steps import begun_anew, note, resumed, stopped, take, take_step, write_step
from vaxpass.support.models import Difficulty
from vaxpass.support.routing import branch_for, ministry
from vaxpass.support.rules import Level, NewDifficulty, Status, StepKind
from vaxpass.support.scanning import has_numbers
from vaxpass.support.timing import due_from, promise, worked

_A_DAY = timedelta(days=1)
RECORD_PURPOSE = "difficulty"


def open_difficulty(actor: Actor, new: NewDifficulty, *, now: datetime) -> int:
    """Open a difficulty; it lies with the province's branch, else with the ministry. Gives its id.

    Refuses RIGHT_MISSING, SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG, SUPPORT_NUMBERS_FOUND (unless the asker sends
    them all the same), RECORD_UNKNOWN for a record out of reach, SUPPORT_LIMIT, SUPPORT_NOBODY.
    """
    check_may(actor, Permission.DIFFICULTY_OPEN)
    subject = rules.check_text(new.subject, rules.LONGEST_SUBJECT)
    text = rules.check_text(new.text)
    found = has_numbers(subject, text)
    if found and not new.sends_numbers:
        raise Refused("SUPPORT_NUMBERS_FOUND")
    with transaction.atomic():
        _check_limit(actor, now)
        if new.version_id is not None:
            access_version(actor, new.version_id, purpose=RECORD_PURPOSE, now=now)
        one = Difficulty.objects.create(
            office_id=actor.office_id,
            officer_id=actor.officer_id,
            kind=new.kind.value,
            urgency=new.urgency.value,
            subject_sealed=seal(subject),
            text_sealed=seal(text),
            has_numbers=found,
            page=rules.page_named(new.page),
            code=rules.code_named(new.code),
            version_id=new.version_id,
            opened_at=now,
            status=Status.OPEN.value,
            **_place(actor.office_id),
            **_due(new, now),
        )
        write_step(one, StepKind.OPENED, now=now, actor=actor)
        note(actor, "open_difficulty", one.pk, now=now, with_record=new.version_id is not None)
    return one.pk


def _place(office_id: int) -> dict[str, int | None]:
    branch = branch_for(office_id)
    if branch is None:
        ministry()
    return {
        "branch_id": branch.id if branch else None,
        "level": (Level.BRANCH if branch else Level.MINISTRY).value,
    }


def _due(new: NewDifficulty, now: datetime) -> dict[str, datetime]:
    allowed = promise(new.urgency)
    return {"first_due_at": due_from(now, allowed.first), "solve_due_at": due_from(now, allowed.solution)}


def _check_limit(actor: Actor, now: datetime) -> None:
    with connection.cursor() as cursor:  # two at once wait for each other here, or both would find room
        key = int.from_bytes(lookup_hash("difficulty-limit", str(actor.officer_id))[:7], "big")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    today = Difficulty.objects.filter(officer_id=actor.officer_id, opened_at__gt=now - _A_DAY)
    if today.count() >= rules.MOST_OF_OFFICER_A_DAY:
        raise Refused("SUPPORT_LIMIT", most=rules.MOST_OF_OFFICER_A_DAY)


def tell_more(  # noqa: PLR0913 -- the text, who, where, what he read, and his choice
    actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime, sends_numbers: bool = False
) -> None:
    """Answer what was asked back, or add something; the clock goes on.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, DIFFICULTY_CHANGED, SUPPORT_SOLVED_ALREADY, SUPPORT_NUMBERS_FOUND,
    SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG.
    """
    said = _checked(text, sends_numbers=sends_numbers)
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, seen_step)
        rules.check_may_follow(actor, standing)
        take_step(one, StepKind.MORE_TOLD, now=now, text=said, actor=actor, columns=resumed(one, now))
        note(actor, "tell_more_difficulty", difficulty_id, now=now)


def _checked(text: str, *, sends_numbers: bool) -> str:
    said = rules.check_text(text)
    if has_numbers(said) and not sends_numbers:
        raise Refused("SUPPORT_NUMBERS_FOUND")
    return said


def reopen(  # noqa: PLR0913 -- as tell_more
    actor: Actor, difficulty_id: int, text: str, *, seen_step: int, now: datetime, sends_numbers: bool = False
) -> None:
    """Open a solved difficulty again, once; it goes to whoever had it last, with a clock of its own.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, DIFFICULTY_CHANGED, SUPPORT_REOPENED_ALREADY, SUPPORT_NOT_SOLVED,
    SUPPORT_NUMBERS_FOUND, SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG.
    """
    said = _checked(text, sends_numbers=sends_numbers)
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, seen_step)
        rules.check_may_follow(actor, standing)
        rules.check_may_reopen(standing)
        columns = {
            "reopened_at": now,
            "solved_at": None,
            "solved_in_time": None,
            "solved_minutes": None,
            "problem_id": None,
            "paused_seconds": one.paused_seconds + _seconds_since(one.solved_at, now),
            **begun_anew(one, now),
        }
        take_step(one, StepKind.REOPENED, now=now, text=said, actor=actor, columns=columns)
        note(actor, "reopen_difficulty", difficulty_id, now=now)


def _seconds_since(start: datetime | None, now: datetime) -> int:
    """Give the working seconds in which a difficulty counted as solved."""
    return 0 if start is None else worked(start, now) // timedelta(seconds=1)


def close(actor: Actor, difficulty_id: int, *, seen_step: int, now: datetime) -> None:
    """Take a difficulty back: it is settled, or was none.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, DIFFICULTY_CHANGED, SUPPORT_SOLVED_ALREADY.
    """
    with transaction.atomic():
        one, standing = take(actor, difficulty_id, seen_step)
        rules.check_may_follow(actor, standing)
        take_step(one, StepKind.CLOSED, now=now, actor=actor, columns={**stopped(one), "unread": False})
        note(actor, "close_difficulty", difficulty_id, now=now)


def mark_read(actor: Actor, difficulty_id: int) -> None:
    """Note that the office that asked has read the answer."""
    Difficulty.objects.filter(pk=difficulty_id, office_id=actor.office_id, unread=True).update(unread=False)
