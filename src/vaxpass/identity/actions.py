"""The verbs of identity: queue what came in, prepare questions, record answers. The only writers of its rows.

A question is asked in three steps: `prepare` (a transaction that takes rows of the queue under a lease), asking
(outside any transaction, see checking.py), `record` (a transaction). A worker that dies between them leaves
rows whose lease runs out; they are asked again under the same request id, and nothing is lost.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from vaxpass.identity import rules
from vaxpass.identity.models import Confirmation, Line, Waiting
from vaxpass.identity.ports import IdentityAnswer, IdentityQuestion, Outcome
from vaxpass.offices.queries import offices_of_officers
from vaxpass.offices.scope import Refused
from vaxpass.records import actions as records
from vaxpass.records import queries
from vaxpass.records.facts import VersionFacts
from vaxpass.records.states import State, Verb

_ASKABLE = (State.RECEIVED, State.UNANSWERED)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a lease holds, how long a confirmation serves new doses of the same declaration, and the patience."""

    lease: timedelta = timedelta(minutes=10)
    confirmation_age: timedelta = timedelta(days=180)
    patience: rules.Patience = field(default_factory=rules.Patience)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a batch and the queue row behind it."""

    identity_id: int
    attempts: int
    office_id: int
    question: IdentityQuestion


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions prepared under one claim. `taken` counts the queue rows, also those that need no question."""

    claim: UUID
    taken: int
    asked: tuple[Asked, ...]
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class _Taken:
    identity_id: int
    officer_id: int
    attempts: int
    request_id: UUID


def queue_received(*, now: datetime, limit: int = 10_000) -> int:
    """Queue the identities of RECEIVED versions that are not queued; give how many versions were looked at."""
    queued = Waiting.objects.filter(identity_id=OuterRef("identity_id"))
    found = list(queries.received_doses().filter(~Exists(queued)).values_list("identity_id", "entered_by_id")[:limit])
    officers = dict(reversed(found))  # one officer for an identity: any who entered one of its doses
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_waiting (identity_id, officer_id, attempts, next_at) "
            "SELECT identity_id, officer_id, 0, %s FROM unnest(%s::bigint[], %s::bigint[]) "
            "AS w (identity_id, officer_id) ORDER BY identity_id ON CONFLICT DO NOTHING",
            [now, list(officers), list(officers.values())],
        )
    return len(found)


# Materialized: as a subquery the planner may run it once for each row that it joins, and take more than `size`.
_TAKE = """
WITH due AS MATERIALIZED (
  SELECT identity_id FROM identity_waiting WHERE next_at <= %(now)s
  ORDER BY next_at LIMIT %(size)s FOR UPDATE SKIP LOCKED)
UPDATE identity_waiting w SET claim = %(claim)s, next_at = %(lease_end)s,
  request_id = coalesce(w.request_id, gen_random_uuid())
FROM due WHERE w.identity_id = due.identity_id
RETURNING w.identity_id, w.officer_id, w.attempts, w.request_id
"""


def prepare(*, now: datetime, size: int, timing: Timing) -> Batch:
    """Take up to `size` due identities, settle those that need no question, and give the questions of the rest."""
    claim = uuid4()
    with transaction.atomic():
        taken = _take(claim, now=now, size=size, lease=timing.lease)
        versions = _group(queries.versions_of_identities([row.identity_id for row in taken], _ASKABLE))
        settled = _settle(taken, versions, now=now, confirmed=_confirmed(taken, now - timing.confirmation_age))
        _leave_queue(settled)
        asked = _questions([row for row in taken if row.identity_id not in settled], versions)
    return Batch(claim, len(taken), asked, now)


def _take(claim: UUID, *, now: datetime, size: int, lease: timedelta) -> list[_Taken]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"claim": claim, "now": now, "size": size, "lease_end": now + lease})
        return [_Taken(*row) for row in cursor.fetchall()]


def _group(versions: Iterable[VersionFacts]) -> dict[int, list[VersionFacts]]:
    grouped: dict[int, list[VersionFacts]] = defaultdict(list)
    for version in versions:
        grouped[version.identity_id].append(version)
    return grouped


def _confirmed(taken: Sequence[_Taken], not_before: datetime) -> set[int]:
    ids = [row.identity_id for row in taken]
    recent = Confirmation.objects.filter(pk__in=ids, at__gte=not_before)
    return set(recent.values_list("pk", flat=True))


def _settle(
    taken: Sequence[_Taken], versions: dict[int, list[VersionFacts]], *, now: datetime, confirmed: Collection[int]
) -> set[int]:
    """Move the versions whose step is known without asking; give the identities that need no question."""
    moves: dict[rules.Step, list[int]] = defaultdict(list)
    settled = set()
    for row in taken:
        steps = _known_steps(versions.get(row.identity_id, []), now=now, is_confirmed=row.identity_id in confirmed)
        if steps is not None:
            settled.add(row.identity_id)
            for version_id, step in steps:
                moves[step].append(version_id)
    _move(moves, now=now)
    return settled


def _known_steps(
    versions: Sequence[VersionFacts], *, now: datetime, is_confirmed: bool
) -> list[tuple[int, rules.Step]] | None:
    """Give the step of each version of one identity; None when it must be asked about."""
    if not versions:
        return []  # withdrawn or mended before its turn came
    identity = versions[0].identity
    if rules.is_foreigner(identity):
        return [
            (v.version_id, rules.step_for_foreigner(facility_states_identity=v.facility_states_identity))
            for v in versions
        ]
    step = rules.step_before_asking(identity, today=now.date())
    if step is None and is_confirmed:
        step = rules.Step(Verb.CONFIRM_IDENTITY, rules.CONFIRMED_EARLIER)
    return None if step is None else [(version.version_id, step) for version in versions]


def _move(moves: dict[rules.Step, list[int]], *, now: datetime) -> None:
    for step, version_ids in moves.items():
        records.move(version_ids, step.verb, now=now, reason=step.reason)


def _leave_queue(identity_ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM identity_waiting WHERE identity_id = ANY (%s)", [sorted(identity_ids)])


def _questions(rows: Sequence[_Taken], versions: dict[int, list[VersionFacts]]) -> tuple[Asked, ...]:
    offices = offices_of_officers({row.officer_id for row in rows})
    return tuple(
        Asked(
            row.identity_id,
            row.attempts,
            offices[row.officer_id].id,
            _question(row, versions[row.identity_id][0], offices[row.officer_id].code),
        )
        for row in rows
    )


def _question(row: _Taken, version: VersionFacts, office_code: str) -> IdentityQuestion:
    identity = version.identity
    sex = rules.sex_letter(identity.sex)
    assert sex is not None, "checked before asking"
    id_number, old_number = rules.id_numbers(identity)
    return IdentityQuestion(
        request_id=row.request_id.hex,
        officer_code=rules.officer_code(office_code, row.officer_id),
        name=identity.full_name,
        sex=sex,
        birth_date=identity.birth_date,
        id_number=id_number,
        old_number=old_number,
    )


def record(
    batch: Batch,
    answers: Sequence[IdentityAnswer],
    *,
    now: datetime,
    fractions: Sequence[float],
    timing: Timing,
) -> bool:
    """Record the answers of a batch in one transaction; give whether the line is up.

    An answer that does not name the question's request is silence. Rows that another worker has taken since
    (their lease ran out) are left to it. `fractions`: one number from 0 to 1 for each question, to spread waits.
    Refuses ANSWERS_DO_NOT_FIT when there are not as many answers as questions.
    """
    if not len(answers) == len(fractions) == len(batch.asked):
        raise Refused("ANSWERS_DO_NOT_FIT")
    trusted = [_trusted(asked, answer) for asked, answer in zip(batch.asked, answers, strict=True)]
    with transaction.atomic():
        resume_at = _note_line(trusted, now=now, fraction=fractions[0] if fractions else 0.0, timing=timing)
        mine = _still_mine(batch.claim)
        held = [
            (asked, answer, fraction)
            for asked, answer, fraction in zip(batch.asked, trusted, fractions, strict=True)
            if asked.identity_id in mine
        ]
        pairs = [(asked, answer) for asked, answer, _ in held]
        _append_checks(pairs, asked_at=batch.prepared_at, now=now)
        _apply(pairs, now=now)
        _leave_queue([asked.identity_id for asked, answer in pairs if not rules.is_silence(answer)])
        _wait_on([entry for entry in held if rules.is_silence(entry[1])], now=now, resume_at=resume_at, timing=timing)
    return resume_at is None


def _trusted(asked: Asked, answer: IdentityAnswer) -> IdentityAnswer:
    if answer.request_id == asked.question.request_id:
        return answer
    return IdentityAnswer(asked.question.request_id, Outcome.NO_ANSWER)


def _still_mine(claim: UUID) -> set[int]:
    rows = Waiting.objects.select_for_update().filter(claim=claim).order_by("identity_id")
    return set(rows.values_list("identity_id", flat=True))


def _append_checks(pairs: Sequence[tuple[Asked, IdentityAnswer]], *, asked_at: datetime, now: datetime) -> None:
    sent = [(asked, answer) for asked, answer in pairs if answer.was_sent]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_check "
            "(identity_id, request_id, asked_at, answered_at, outcome, officer_code, office_id) "
            "SELECT identity_id, request_id, %s, %s, outcome, officer_code, office_id "
            "FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::bigint[]) "
            "AS c (identity_id, request_id, outcome, officer_code, office_id)",
            [
                asked_at,
                now,
                [asked.identity_id for asked, _ in sent],
                [asked.question.request_id for asked, _ in sent],
                [answer.outcome.value for _, answer in sent],
                [asked.question.officer_code for asked, _ in sent],
                [asked.office_id for asked, _ in sent],
            ],
        )


def _apply(pairs: Sequence[tuple[Asked, IdentityAnswer]], *, now: datetime) -> None:
    """Move the versions behind the answers, and remember who was confirmed."""
    heard = [(asked.identity_id, answer) for asked, answer in pairs if answer.was_sent]
    silent = [identity_id for identity_id, answer in heard if rules.is_silence(answer)]
    told = [(identity_id, answer) for identity_id, answer in heard if not rules.is_silence(answer)]
    waiting = queries.version_ids_of_identities([identity_id for identity_id, _ in told], _ASKABLE)
    # What is UNANSWERED already stays as it is: its age counts from the first silence.
    waiting |= queries.version_ids_of_identities(silent, [State.RECEIVED])
    moves: dict[rules.Step, list[int]] = defaultdict(list)
    for identity_id, answer in heard:
        moves[rules.step_after_answer(answer)].extend(waiting.get(identity_id, []))
    _move(moves, now=now)
    _remember_confirmed([i for i, answer in told if answer.outcome is Outcome.MATCH], now=now)


def _remember_confirmed(identity_ids: Collection[int], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_confirmation (identity_id, at) SELECT unnest(%s::bigint[]), %s "
            "ON CONFLICT (identity_id) DO UPDATE SET at = excluded.at",
            [sorted(identity_ids), now],
        )


def _wait_on(
    held: Sequence[tuple[Asked, IdentityAnswer, float]],
    *,
    now: datetime,
    resume_at: datetime | None,
    timing: Timing,
) -> None:
    """Put unanswered questions back. An outage is not theirs: it costs no attempt and ends with the pause."""
    rows = [_put_back(*entry, now=now, resume_at=resume_at, timing=timing) for entry in held]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_waiting w SET attempts = b.attempts, next_at = b.next_at, claim = NULL, "
            "request_id = CASE WHEN b.was_sent THEN NULL ELSE w.request_id END "
            "FROM unnest(%s::bigint[], %s::int2[], %s::timestamptz[], %s::bool[]) "
            "AS b (identity_id, attempts, next_at, was_sent) WHERE w.identity_id = b.identity_id",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []],
        )


def _put_back(  # noqa: PLR0913 -- one row of the queue and what decides on it
    asked: Asked,
    answer: IdentityAnswer,
    fraction: float,
    *,
    now: datetime,
    resume_at: datetime | None,
    timing: Timing,
) -> tuple[int, int, datetime, bool]:
    if resume_at is not None or not answer.was_sent:
        return asked.identity_id, asked.attempts, resume_at or now, answer.was_sent
    attempts = min(asked.attempts + 1, 32_000)
    next_at = rules.ask_again_at(
        timing.patience, now=now, attempts=attempts, fraction=fraction, retry_after=answer.retry_after
    )
    return asked.identity_id, attempts, next_at, True


def _note_line(answers: Sequence[IdentityAnswer], *, now: datetime, fraction: float, timing: Timing) -> datetime | None:
    """Pause the line when it is out and give the end of the pause; any answer at all brings it up again."""
    line = Line.objects.filter(pk=1).first() or Line(pk=1)
    if not rules.is_outage(timing.patience, answers, pauses=line.pauses):
        if line.pauses and not all(rules.is_silence(answer) for answer in answers):
            Line.objects.filter(pk=1).update(pauses=0, resume_at=None)
        return None
    # Locked only now: while the line is up, workers record side by side.
    line, _ = Line.objects.select_for_update().get_or_create(pk=1)
    if line.resume_at is None or line.resume_at <= now:  # two workers that find one outage pause once
        line.pauses = min(line.pauses + 1, 32_000)
        retry_after = rules.longest_retry_after(answers)
        line.resume_at = rules.resume_at(
            timing.patience, now=now, pauses=line.pauses, fraction=fraction, retry_after=retry_after
        )
        line.save(update_fields=["pauses", "resume_at"])
    return line.resume_at
