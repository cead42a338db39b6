"""The verbs of inspections, with those of findings.py and complaints.py the only writers of their rows.

Nothing here changes a record: an inspector reads, answers the checklist, and writes findings.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from vaxpass.inspections.models import CheckAnswer, Finding, Inspection, Question, RiskRow, Sampled
from vaxpass.inspections.rules import (
    QUESTIONS,
    STANDING,
    SUBJECTS,
    Verdict,
    Wish,
    check_not_own,
    check_wish,
    may_close,
)
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.queries import facility_names, offices_in_reach, offices_of_officers, offices_taken_over
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.offices.workdays import VIETNAM


def begin(actor: Actor, wish: Wish, *, now: datetime) -> int:
    """Begin an inspection and give its id; the sample is drawn afterwards (drawing.draw_sample).

    Refuses as rules.check_wish; OFFICE_UNKNOWN, OFFICER_UNKNOWN for what lies out of reach.
    """
    check_wish(actor, wish, today=now.astimezone(VIETNAM).date())
    _check_reached(actor, wish)
    with transaction.atomic():
        inspection = Inspection.objects.create(
            title=wish.title.strip(),
            population=wish.population.value,
            office_id=wish.office_id,
            province_code="" if wish.office_id else wish.province_code,
            officer_id=wish.officer_id,
            since=datetime.combine(wish.since, time(), VIETNAM),
            until=datetime.combine(wish.until + timedelta(days=1), time(), VIETNAM),
            seed=secrets.token_hex(16),
            size=wish.size,
            due_on=wish.due_on,
            risk=_risk(actor, wish.risk_id),
            led_by_id=actor.officer_id,
            led_office_id=actor.office_id,
            begun_at=now,
        )
        _ask(inspection, wish)
        _note(actor, "begin_inspection", inspection.pk, now, population=wish.population.value, size=wish.size)
    return inspection.pk


def _check_reached(actor: Actor, wish: Wish) -> None:
    reach = offices_in_reach(actor)
    if wish.office_id is not None:
        there = bool(facility_names({wish.office_id}))
        if not there or (reach is not None and wish.office_id not in reach):
            raise Refused("OFFICE_UNKNOWN")
    if wish.officer_id is not None:
        office = offices_of_officers({wish.officer_id}).get(wish.officer_id)
        if office is None or (reach is not None and office.id not in reach):
            raise Refused("OFFICER_UNKNOWN")
        check_not_own(actor, office.id)


def _risk(actor: Actor, risk_id: int | None) -> dict[str, Any] | None:
    """Keep the risk as it was; the next count may not find it any more."""
    rows, reach = RiskRow.objects.filter(pk=risk_id or 0), offices_in_reach(actor)
    rows = rows if reach is None else rows.filter(office_id__in=reach)
    row = rows.values("kind", "count", "base", "value", "usual").first()
    return dict(row) if row else None


def _ask(inspection: Inspection, wish: Wish) -> None:
    codes = [code for code in QUESTIONS[SUBJECTS[wish.population]] if code in wish.questions]
    asked = [(code, "") for code in codes] + [("", text.strip()[:200]) for text in wish.own if text.strip()]
    Question.objects.bulk_create(
        Question(inspection=inspection, place=place, code=code, text=text)
        for place, (code, text) in enumerate(asked, start=1)
    )


def lock_led(actor: Actor, inspection_id: int) -> Inspection:
    """Lock an open inspection that the actor's office leads or took over.

    Refuses RIGHT_MISSING, INSPECTION_UNKNOWN, INSPECTION_CLOSED.
    """
    check_may(actor, Permission.INSPECTION_LEAD)
    led = Inspection.objects.filter(led_office_id__in=offices_taken_over(actor))
    found = led.select_for_update().filter(pk=inspection_id).first()
    if found is None:
        raise Refused("INSPECTION_UNKNOWN")
    if found.closed_at is not None:
        raise Refused("INSPECTION_CLOSED")
    return found


def answer_checklist(actor: Actor, sampled_id: int, verdicts: Mapping[int, Verdict], *, now: datetime) -> bool:
    """Write what was answered (by question id) and say whether every question of the row is answered now.

    Refuses RIGHT_MISSING, INSPECTION_UNKNOWN, INSPECTION_CLOSED, INSPECTION_ABOUT_ONESELF.
    """
    with transaction.atomic():
        inspection_id = Sampled.objects.filter(pk=sampled_id).values_list("inspection_id", flat=True).first()
        inspection = lock_led(actor, inspection_id or 0)
        row = Sampled.objects.get(pk=sampled_id)
        if row.subject == "OFFICER" and row.subject_id == actor.officer_id:
            raise Refused("INSPECTION_ABOUT_ONESELF")
        _write_answers(actor, row, verdicts, now)
        asked = Question.objects.filter(inspection=inspection).count()
        whole = CheckAnswer.objects.filter(sampled=row).count() == asked
        if whole and row.done_at is None:
            row.done_at, row.done_by_id = now, actor.officer_id
            row.save(update_fields=["done_at", "done_by_id"])
        _note(actor, "check_sampled", inspection.pk, now, place=row.place)
    return whole


def _write_answers(actor: Actor, row: Sampled, verdicts: Mapping[int, Verdict], now: datetime) -> None:
    known = set(Question.objects.filter(inspection_id=row.inspection_id).values_list("pk", flat=True))
    CheckAnswer.objects.bulk_create(
        [
            CheckAnswer(
                sampled=row,
                question_id=question_id,
                verdict=verdict.value,
                answered_by_id=actor.officer_id,
                answered_at=now,
            )
            for question_id, verdict in sorted(verdicts.items())
            if question_id in known
        ],
        update_conflicts=True,
        unique_fields=["sampled", "question"],
        update_fields=["verdict", "answered_by_id", "answered_at"],
    )


def close(actor: Actor, inspection_id: int, *, now: datetime) -> None:
    """Close an inspection. Refuses RIGHT_MISSING, INSPECTION_UNKNOWN, INSPECTION_CLOSED, INSPECTION_UNFINISHED."""
    with transaction.atomic():
        inspection = lock_led(actor, inspection_id)
        open_rows = Sampled.objects.filter(inspection=inspection, done_at=None).count()
        standing = Finding.objects.filter(inspection=inspection, status__in=[int(one) for one in STANDING]).count()
        if inspection.drawn_at is None or not may_close(open_rows, standing):
            raise Refused("INSPECTION_UNFINISHED", rows=open_rows, findings=standing)
        inspection.closed_at, inspection.closed_by_id = now, actor.officer_id
        inspection.save(update_fields=["closed_at", "closed_by_id"])
        _note(actor, "close_inspection", inspection.pk, now)


def _note(actor: Actor, verb: str, inspection_id: int, now: datetime, **facts: object) -> None:
    note_act_of(actor, verb, f"inspection/{inspection_id}", now=now, **facts)
