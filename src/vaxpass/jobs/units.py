"""Changes of units with everything that follows them, each in one transaction; those of a later day by a daily job."""

from datetime import UTC, date, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.offices import changing
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.unit_changes import Wish
from vaxpass.reports import actions as reports


def change_units(actor: Actor, wish: Wish, *, on: date, basis: str, now: datetime) -> int:
    """Decide a change and, where its day has come, do it at once; give its id. Refuses as changing.decide."""
    with transaction.atomic():
        change_id = changing.decide(actor, wish, on=on, basis=basis, now=now)
        if changing.is_due(change_id, now):
            _take_effect(change_id, now)
    return change_id


def _take_effect(change_id: int, now: datetime) -> None:
    with transaction.atomic():
        effect = changing.take_effect(change_id, now=now)
        if effect is not None:
            reports.follow_units(effect.provinces, effect.departments, effect.offices)


def change_what_is_due(now: datetime) -> None:
    """Do the changes whose day has come; one that is refused stays with its reason, the others go on."""
    for change_id in changing.due(now):
        try:
            _take_effect(change_id, now)
        except Refused as refused:
            changing.note_trouble(change_id, refused.code)


@app.periodic(cron="3 17 * * *")  # 00:03 in Hanoi
@app.task(name="units.change", queue="units", lock="units.change", queueing_lock="units.change")
def change_daily(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Do the changes whose day has come."""
    change_what_is_due(datetime.now(UTC))
