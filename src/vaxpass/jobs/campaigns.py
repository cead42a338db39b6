"""Directives with everything that belongs to them: who is told, who is reminded, whom they reach from day to day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from django.db import connection, transaction
from procrastinate.contrib.django import app

from vaxpass.campaigns import actions, queries
from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.rules import milestone, unread_milestone
from vaxpass.jobs.notices import send_soon
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.scope import Actor
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight.campaign_progress import unmet

_QUEUE: Final = "campaigns"
_PART: Final = 1_000


def publish(actor: Actor, directive_id: int, *, now: datetime) -> int:
    """Publish a directive and write to the offices that it reaches. Refuses as actions.publish."""
    with transaction.atomic():
        reached = actions.publish(actor, directive_id, now=now)
        directive = queries.get_facts(directive_id)
        offices = queries.addressees(directive_id)
        _write(directive, offices, Template.DIRECTIVE_PUBLISHED, "published", now=now)
    return reached


def withdraw(actor: Actor, directive_id: int, because: str, *, now: datetime) -> None:
    """Withdraw a directive and write to the offices that it reached. Refuses as actions.withdraw."""
    with transaction.atomic():
        actions.withdraw(actor, directive_id, because, now=now)
        directive = queries.get_facts(directive_id)
        _write(directive, queries.addressees(directive_id), Template.DIRECTIVE_WITHDRAWN, "withdrawn", now=now)


def _write(  # noqa: PLR0913 -- who is written to about what
    directive: DirectiveFacts,
    office_ids: Sequence[int],
    template: Template,
    occasion: str,
    due: date | None = None,
    *,
    now: datetime,
) -> None:
    """Write to the mailboxes of some offices, once for each occasion; who has none reads it on the desk."""
    facts = {"directive": directive.number} | ({"day": f"{due:%d/%m/%Y}"} if due else {})
    notices = [
        NewNotice(
            key=f"directive/{directive.id}/{office_id}/{occasion}",
            template=template,
            to=Recipient(email=email),
            facts=facts,
            facility_id=office_id,
        )
        for office_id, email in queries.mailboxes(office_ids).items()
    ]
    if notices and enqueue(notices, now=now):
        send_soon()


def remind(now: datetime) -> int:
    """Remind every office of what is due and of what it has not acknowledged, each milestone once; give how many.

    Each thousand offices are one transaction, so that what a killed job did stays done and told.
    """
    today, reminded = day_in_vietnam(now), 0
    for directive, steps in queries.steps_in_force(now):
        since = queries.published_on(directive)
        come = unread_milestone(since, today)
        if come is not None:
            reminded += _remind(directive, None, queries.unread_by(directive.id), come, now)
        for step in steps:
            if step.due is None:
                continue
            come = milestone(step.due.counts, today, since)
            if come is not None:
                reminded += _remind(directive, step, unmet(directive, step, today), come, now)
    return reminded


def _remind(
    directive: DirectiveFacts, step: StepFacts | None, office_ids: Sequence[int], come: int, now: datetime
) -> int:
    reminded = 0
    due = step.due.counts if step and step.due else None
    for start in range(0, len(office_ids), _PART):
        with transaction.atomic():
            new = _note(directive.id, step.id if step else None, office_ids[start : start + _PART], come, now)
            _write(directive, new, Template.DIRECTIVE_REMINDER, f"{step.id if step else 0}/{come}", due, now=now)
        reminded += len(new)
    return reminded


def _note(directive_id: int, step_id: int | None, office_ids: Sequence[int], come: int, now: datetime) -> list[int]:
    """Write down who is reminded of what at which milestone; give those who were not yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_reminder (directive_id, step_id, office_id, milestone, at) "
            "SELECT %s, %s, office, %s, %s FROM unnest(%s::bigint[]) office ON CONFLICT DO NOTHING RETURNING office_id",
            [directive_id, step_id, come, now, list(office_ids)],
        )
        return [office_id for (office_id,) in cursor.fetchall()]


@app.periodic(cron="7 1-9 * * *")  # 08:07 to 16:07 in Hanoi; what was missed is made up for by the next
@app.task(name="campaigns.remind", queue=_QUEUE, lock="campaigns.remind", queueing_lock="campaigns.remind")
def remind_daily(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Remind of what is due."""
    remind(datetime.now(UTC))


@app.periodic(cron="23 * * * *")
@app.task(name="campaigns.refresh", queue=_QUEUE, lock="campaigns.refresh", queueing_lock="campaigns.refresh")
def refresh_addressees(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Write down whom the directives in force reach now."""
    actions.refresh(now=datetime.now(UTC))
