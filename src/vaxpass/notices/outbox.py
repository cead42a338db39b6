"""The outbox: take what is due under a lease, record what became of it. The only writer of waiting notices."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from vaxpass.notices.bouncing import give_up
from vaxpass.notices.facts import Channel, Template
from vaxpass.notices.models import Line, Notice
from vaxpass.notices.ports import Answer, Verdict
from vaxpass.notices.rules import NoticeState, Patience, is_quiet, resume_at, try_again_at
from vaxpass.records.sealing import SealBrokenError, open_seal

MOST_ATTEMPTS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a lease holds (longer than handing over a batch can take), and the patience."""

    lease: timedelta = timedelta(minutes=3)
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that was taken: what is needed to render it and to hand it over, unless its seals are broken."""

    id: int
    uid: UUID
    template: Template
    language: str
    address: str = field(repr=False)
    facts: dict[str, str] = field(repr=False)
    attachment: str
    not_after: datetime
    attempts: int
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """Notices taken under one claim, of one channel."""

    claim: UUID
    channel: Channel
    due: tuple[Due, ...]


_EXPIRE = """
UPDATE notices_notice SET state = %(expired)s, settled_at = %(now)s, next_at = NULL, claim = NULL, facts_sealed = ''
WHERE id IN (
  SELECT id FROM notices_notice
  WHERE state = %(waiting)s AND not_after <= %(now)s AND (claim IS NULL OR next_at <= %(now)s)
  ORDER BY id FOR UPDATE SKIP LOCKED)
"""


def expire(now: datetime) -> int:
    """Settle what was not sent in time; a code an hour late would only mislead. Give how many.

    What a worker is just sending is left to it.
    """
    values: dict[str, Any] = {"expired": int(NoticeState.EXPIRED), "waiting": int(NoticeState.WAITING), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, values)
        return int(cursor.rowcount)


_TURN = """
UPDATE notices_notice SET channel = %(there)s, next_at = %(now)s, attempts = 0, claim = NULL
WHERE state = %(waiting)s AND channel = %(here)s AND length({key}) > 0
"""
_KEYS: Final = {Channel.SMS: "phone_key", Channel.EMAIL: "email_key"}


def turn_to(there: Channel, here: Channel, *, now: datetime) -> None:
    """Send by the other way what waits for a way that this platform does not have."""
    statement = _TURN.format(key=_KEYS[there])
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"there": there.value, "here": here.value, "waiting": int(NoticeState.WAITING), "now": now}
        )


# Materialized: as a subquery the planner may run it once for each row that it joins, and take more than `size`.
_TAKE = """
WITH due AS MATERIALIZED (
  SELECT id FROM notices_notice
  WHERE state = %(waiting)s AND channel = %(channel)s AND next_at <= %(now)s AND not_after > %(now)s
    AND (urgent OR NOT %(quiet)s)
  ORDER BY urgent DESC, next_at LIMIT %(size)s FOR UPDATE SKIP LOCKED)
UPDATE notices_notice n SET claim = %(claim)s, next_at = %(lease_end)s
FROM due WHERE n.id = due.id
RETURNING n.id, n.uid, n.template, n.language, n.phone_sealed, n.email_sealed, n.facts_sealed, n.attachment,
  n.not_after, n.attempts
"""


def take(channel: Channel, *, now: datetime, size: int, timing: Timing) -> Taken:
    """Take up to `size` notices that are due on a channel, urgent ones first; none while its line is paused."""
    claim = uuid4()
    if Line.objects.filter(pk=channel.value, resume_at__gt=now).exists():
        return Taken(claim, channel, ())
    values = {
        "waiting": int(NoticeState.WAITING), "channel": channel.value, "now": now, "quiet": is_quiet(now),
        "size": size, "claim": claim, "lease_end": now + timing.lease,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        rows = cursor.fetchall()
    return Taken(claim, channel, tuple(_due(row, channel) for row in rows))


def _due(row: tuple[Any, ...], channel: Channel) -> Due:
    id_, uid, template, language, phone, email, facts, attachment, not_after, attempts = row
    try:
        address, read = open_seal(phone if channel is Channel.SMS else email), read_facts(facts)
    except SealBrokenError:  # its key is gone: it can never be sent, and must not hold up the others
        return Due(id_, uid, Template(template), language, "", {}, attachment, not_after, attempts, is_readable=False)
    return Due(id_, uid, Template(template), language, address, read, attachment, not_after, attempts)


def read_facts(sealed: bytes | memoryview) -> dict[str, str]:
    """Open the facts of a notice."""
    opened = open_seal(sealed)
    facts: dict[str, str] = json.loads(opened) if opened else {}
    return facts


def record(
    taken: Taken, answers: Sequence[Answer], *, now: datetime, draw: Callable[[], float], timing: Timing
) -> bool:
    """Record what became of a batch, in one transaction; give whether the line is up.

    Rows that another worker has taken since (their lease ran out) are left to it. `draw` gives fractions from 0 to 1.
    """
    by_uid = {answer.uid: answer for answer in answers}
    with transaction.atomic():
        pause_until = _note_line(taken.channel, answers, now=now, draw=draw, timing=timing)
        mine = _still_mine(taken)
        told = [(due, by_uid[due.uid]) for due in taken.due if due.id in mine and due.uid in by_uid]
        _settle_sent([due for due, answer in told if answer.verdict is Verdict.ACCEPTED], now)
        refused = [(due.id, answer.code) for due, answer in told if answer.verdict is Verdict.REFUSED]
        give_up(refused, taken.channel, now=now)
        silent = [(due, answer) for due, answer in told if answer.verdict is Verdict.NO_ANSWER]
        _put_back([_next_try(*one, now, pause_until, draw, timing) for one in silent])
    return pause_until is None


def _still_mine(taken: Taken) -> set[int]:
    rows = Notice.objects.select_for_update().filter(pk__in=[due.id for due in taken.due], claim=taken.claim)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _settle_sent(sent: Sequence[Due], now: datetime) -> None:
    """Note what was handed over. The facts stay until it is known to have arrived, but a code serves nobody."""
    done = {"state": NoticeState.SENT, "settled_at": now, "next_at": None, "claim": None, "code": ""}
    codes = [due.id for due in sent if "code" in due.facts]
    Notice.objects.filter(pk__in=[due.id for due in sent]).update(**done)
    Notice.objects.filter(pk__in=codes).update(facts_sealed=b"")


_Back = tuple[int, int, datetime, str]


def _next_try(  # noqa: PLR0913 -- one row of the outbox and what decides on it
    due: Due,
    answer: Answer,
    now: datetime,
    pause_until: datetime | None,
    draw: Callable[[], float],
    timing: Timing,
) -> _Back:
    if pause_until is not None:
        return due.id, due.attempts, pause_until, answer.code
    attempts = min(due.attempts + 1, MOST_ATTEMPTS)
    next_at = try_again_at(timing.patience, now=now, attempts=attempts, fraction=draw(), retry_after=answer.retry_after)
    return due.id, attempts, next_at, answer.code


def _put_back(rows: Sequence[_Back]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice n SET attempts = b.attempts, next_at = b.next_at, claim = NULL, code = b.code "
            "FROM unnest(%s::bigint[], %s::int2[], %s::timestamptz[], %s::text[]) AS b (id, attempts, next_at, code) "
            "WHERE n.id = b.id",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []],
        )


def _note_line(
    channel: Channel, answers: Sequence[Answer], *, now: datetime, draw: Callable[[], float], timing: Timing
) -> datetime | None:
    """Pause a line over which nothing came through, and give the end of the pause; any answer brings it up again.

    One message that alone makes the other side fail is not an outage: others of its batch got through.
    """
    Line.objects.get_or_create(pk=channel.value)
    line = Line.objects.select_for_update().get(pk=channel.value)
    if not answers or not all(answer.is_line_down for answer in answers):
        if line.pauses and answers:
            Line.objects.filter(pk=channel.value).update(pauses=0, resume_at=None, code="")
        return None
    pauses = min(line.pauses + 1, MOST_ATTEMPTS)
    longest = max((answer.retry_after or 0 for answer in answers), default=0)
    until = resume_at(timing.patience, now=now, pauses=pauses, fraction=draw(), retry_after=longest)
    Line.objects.filter(pk=channel.value).update(pauses=pauses, resume_at=until, code=answers[0].code)
    return until
