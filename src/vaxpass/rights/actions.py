"""The verbs of rights: demand, extend, answer, withdraw, consent. The only writers of this room's rows."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection, transaction

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.sealing import seal
from vaxpass.rights import rules
from vaxpass.rights.effects import carry_out, dispute_open
from vaxpass.rights.facts import DemandFacts, Receipt
from vaxpass.rights.limits import limits
from vaxpass.rights.models import Consent, Demand, DemandStep
from vaxpass.rights.queries import facts_of
from vaxpass.rights.rules import Answer, Effect, Kind, Matter, Purpose, Status, Step, Wish


def demand(person_ids: Collection[int], wish: Wish, *, now: datetime) -> Receipt:
    """Take a demand of somebody who showed who he is; give the receipt.

    Refuses DEMAND_OF_NOBODY where nothing is recorded about him, DEMAND_ABOUT_NOTHING, DEMAND_MATTER_UNKNOWN,
    DEMAND_WORDS_TOO_LONG, DEMAND_OPEN_ALREADY, DEMANDS_TOO_MANY.
    """
    if not person_ids:
        raise Refused("DEMAND_OF_NOBODY")
    with transaction.atomic():
        _one_at_a_time(person_ids)
        open_ones = Demand.objects.filter(person_ids__overlap=sorted(person_ids), status=Status.OPEN)
        kinds = list(open_ones.values_list("kind", flat=True))
        rules.check_wish(wish, open_now=len(kinds), same_open=wish.kind in kinds, limits=limits())
        row = _open(person_ids, wish, now=now)
        _step(row, Step.RECEIVED, now=now)
    return Receipt(row.pk, row.number, row.due_at)


def _one_at_a_time(person_ids: Collection[int]) -> None:
    """Let the demands about one person be taken one after the other: two presses make one demand."""
    with connection.cursor() as cursor:
        for person_id in sorted(person_ids):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rights/demand'), %s)", [person_id % 2**31])


def _open(person_ids: Collection[int], wish: Wish, *, now: datetime) -> Demand:
    return Demand.objects.create(
        number=rules.make_number(),
        kind=wish.kind.value,
        matters=[matter.value for matter in dict.fromkeys(wish.matters)],
        person_ids=sorted(set(person_ids)),
        words_sealed=seal(wish.words),
        language=wish.language,
        opened_at=now,
        due_at=rules.due_after(now, limits().days(wish.kind)),
        status=Status.OPEN.value,
    )


def note_copy(person_ids: Collection[int], *, language: str, now: datetime) -> Receipt:
    """Write down that a copy of all data was handed out: a demand that is answered at once."""
    with transaction.atomic():
        row = _open(person_ids, Wish(Kind.COPY, language=language), now=now)
        _step(row, Step.RECEIVED, now=now)
        _end(row, Status.ANSWERED, now=now)
        _step(row, Step.ANSWERED, now=now)
    return Receipt(row.pk, row.number, row.due_at)


def extend(actor: Actor, demand_id: int, words: str, *, now: datetime) -> datetime:
    """Put the answer off, once, with a reason that the citizen reads; give the new due time.

    Refuses RIGHT_MISSING, DEMAND_UNKNOWN, DEMAND_ENDED_ALREADY, DEMAND_EXTENDED_ALREADY, DEMAND_WORDS_MISSING.
    """
    with transaction.atomic():
        row = _take(actor, demand_id)
        if DemandStep.objects.filter(demand=row, step=Step.EXTENDED).exists():
            raise Refused("DEMAND_EXTENDED_ALREADY")
        if not words.strip():
            raise Refused("DEMAND_WORDS_MISSING")
        kind, allowed = Kind(row.kind), limits()
        # Never earlier than promised, though the limits were shortened meanwhile.
        row.due_at = max(row.due_at, rules.due_after(row.opened_at, allowed.days(kind) + allowed.extension(kind)))
        row.save(update_fields=["due_at"])
        _step(row, Step.EXTENDED, actor=actor, words=words, due_at=row.due_at, now=now)
        _note(actor, row, "extend_demand", now=now)
    return row.due_at


def answer(
    actor: Actor, demand_id: int, answers: Mapping[Matter, Answer], words: str = "", *, now: datetime
) -> DemandFacts:
    """Answer a demand, matter by matter, and do what the answers say in the same transaction; give it as answered.

    Refuses RIGHT_MISSING, DEMAND_UNKNOWN, DEMAND_ENDED_ALREADY, DEMAND_ANSWER_MISSING, DEMAND_ANSWER_UNFIT,
    DEMAND_NO_OPEN_REPORT, DEMAND_WORDS_MISSING.
    """
    with transaction.atomic():
        row = _take(actor, demand_id)
        matters = [Matter(matter) for matter in row.matters]
        report_open = dispute_open(row.person_ids)
        effects = rules.check_answers(Kind(row.kind), matters, answers, report_open=report_open)
        if rules.NEED_WORDS & set(answers.values()) and not words.strip():
            raise Refused("DEMAND_WORDS_MISSING")
        _carry_out(effects, row.person_ids, now=now)
        _end(row, Status.ANSWERED, now=now)
        _step(row, Step.ANSWERED, actor=actor, answers=answers, words=words, now=now)
        codes = sorted({answer.value for answer in answers.values()})
        _note(actor, row, "answer_demand", now=now, answers=codes)
    return facts_of([row])[0]


def _carry_out(effects: Collection[Effect], person_ids: Collection[int], *, now: datetime) -> None:
    if Effect.TAKE_CONSENTS_BACK in effects:
        for purpose in Purpose:
            _consent(person_ids, purpose, given=False, now=now)
    carry_out(effects, person_ids, now=now)


def withdraw(person_ids: Collection[int], demand_id: int, *, now: datetime) -> None:
    """Take an own demand back. Refuses DEMAND_UNKNOWN, DEMAND_ENDED_ALREADY."""
    with transaction.atomic():
        rows = Demand.objects.select_for_update().filter(person_ids__overlap=sorted(person_ids))
        row = rows.filter(pk=demand_id).first()
        if row is None:
            raise Refused("DEMAND_UNKNOWN")
        rules.check_still_open(row.status)
        _end(row, Status.WITHDRAWN, now=now)
        _step(row, Step.WITHDRAWN, now=now)


def consent(person_ids: Collection[int], purpose: Purpose, *, given: bool, now: datetime) -> None:
    """Write a consent, or take it back; what rests on it ends in the same transaction. Saying it again is nothing."""
    with transaction.atomic():
        _one_at_a_time(person_ids)
        _consent(person_ids, purpose, given=given, now=now)
        if not given:
            carry_out(rules.ENDS_WITH[purpose], person_ids, now=now)


def _consent(person_ids: Collection[int], purpose: Purpose, *, given: bool, now: datetime) -> None:
    rows = Consent.objects.filter(person_id__in=person_ids, purpose=purpose).order_by("person_id", "-pk")
    newest = dict(rows.distinct("person_id").values_list("person_id", "given"))
    changed = [one for one in sorted(set(person_ids)) if newest.get(one, False) is not given]
    Consent.objects.bulk_create(
        Consent(person_id=one, purpose=purpose.value, given=given, wording=rules.WORDING, at=now) for one in changed
    )


def _take(actor: Actor, demand_id: int) -> Demand:
    """Lock an open demand that the actor may answer."""
    check_may(actor, Permission.RIGHTS_ANSWER)
    row = Demand.objects.select_for_update().exclude(kind=Kind.COPY).filter(pk=demand_id).first()
    if row is None:
        raise Refused("DEMAND_UNKNOWN")
    rules.check_still_open(row.status)
    return row


def _end(row: Demand, status: Status, *, now: datetime) -> None:
    row.status, row.ended_at = status.value, now
    row.save(update_fields=["status", "ended_at"])


def _step(  # noqa: PLR0913 -- a step is these columns
    row: Demand,
    step: Step,
    *,
    now: datetime,
    actor: Actor | None = None,
    answers: Mapping[Matter, Answer] | None = None,
    words: str = "",
    due_at: datetime | None = None,
) -> None:
    DemandStep.objects.create(
        demand=row,
        step=step.value,
        at=now,
        officer_id=actor.officer_id if actor else None,
        office_id=actor.office_id if actor else None,
        answers={matter.value: answer.value for matter, answer in (answers or {}).items()},
        words_sealed=seal(words),
        due_at=due_at,
    )


def _note(actor: Actor, row: Demand, verb: str, *, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"demand/{row.pk}", now=now, kind=Kind(row.kind).name, **facts)
