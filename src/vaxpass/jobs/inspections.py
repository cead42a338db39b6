"""The jobs of inspections: drawing a sample soon after it was asked for, counting risks every night."""

from datetime import UTC, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.inspections import actions, drawing, risk_tally
from vaxpass.inspections.rules import Wish
from vaxpass.jobs.defer import defer_once
from vaxpass.offices.scope import Actor

_QUEUE = "inspections"


def begin_inspection(actor: Actor, wish: Wish, *, now: datetime) -> int:
    """Begin an inspection and have its sample drawn. Refuses as actions.begin."""
    with transaction.atomic():
        inspection_id = actions.begin(actor, wish, now=now)
        defer_once(draw, f"inspections.draw.{inspection_id}", inspection_id=inspection_id)
    return inspection_id


@app.task(name="inspections.draw", queue=_QUEUE)
def draw(inspection_id: int) -> None:
    """Draw the sample of an inspection; over the whole country this takes a minute."""
    drawing.draw_sample(inspection_id, now=datetime.now(UTC))


@app.periodic(cron="47 19 * * *")  # 02:47 in Hanoi
@app.task(name="inspections.count_risks", queue=_QUEUE, queueing_lock="inspections.count_risks")
def count_risks(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Count what stands out in the thirty days that are over."""
    risk_tally.count_risks(now=datetime.now(UTC))
