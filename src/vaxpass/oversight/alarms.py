"""Alarms of the system's health: raised once, told at once and again each day, taken on by an officer, ended when gone.

Whoever is on duty is told through the outbox of notices, so a message that fails is tried again, and told once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import NewNotice, Recipient, Template
from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.oversight.health_facts import Finding
from vaxpass.oversight.models import HealthAlarm

TELL_AGAIN: Final = timedelta(days=1)
"""What nobody has taken on is told again each day."""
MOST_AT_ONCE: Final = 5
"""When everything fails at once nobody needs fifty messages; the others follow a minute later, if they still stand."""
_KEPT: Final = timedelta(days=7)
"""What has ended is shown so long."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('oversight.alarms'))"
_LOG = logging.getLogger(__name__)


class AlarmFacts(NamedTuple):
    """One alarm as a reader sees it. Times: aware UTC."""

    id: int
    kind: str
    subject: str
    facts: dict[str, Any]
    raised_at: datetime
    told: int
    told_at: datetime | None
    seen_by: int | None
    seen_at: datetime | None
    ended_at: datetime | None


def report(findings: Sequence[Finding], contacts: Sequence[Recipient], *, now: datetime) -> int:
    """Raise what is new, end what is gone, put what must be told into the outbox; give the number of new notices.

    In one transaction; two that report at once wait for each other.
    """
    found = {(finding.kind, str(finding.subject)): finding for finding in findings}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        standing = {(alarm.kind, alarm.subject): alarm for alarm in _standing()}
        gone = [alarm.pk for thing, alarm in standing.items() if thing not in found]
        HealthAlarm.objects.filter(pk__in=gone).update(ended_at=now)
        _renew([(alarm, found[thing]) for thing, alarm in standing.items() if thing in found])
        _raise([finding for thing, finding in found.items() if thing not in standing], now)
        return _tell(contacts, now)


def _standing() -> Any:
    return HealthAlarm.objects.filter(ended_at__isnull=True)


def _raise(findings: Sequence[Finding], now: datetime) -> None:
    HealthAlarm.objects.bulk_create(
        HealthAlarm(kind=one.kind, subject=str(one.subject), facts=dict(one.facts), raised_at=now) for one in findings
    )
    for one in findings:
        _LOG.error("health.alarm kind=%s subject=%s", one.kind, one.subject)


def _renew(standing: Sequence[tuple[HealthAlarm, Finding]]) -> None:
    """Numbers move on while an alarm stands."""
    changed = [alarm for alarm, finding in standing if alarm.facts != dict(finding.facts)]
    facts = {alarm.pk: dict(finding.facts) for alarm, finding in standing}
    for alarm in changed:
        alarm.facts = facts[alarm.pk]
    HealthAlarm.objects.bulk_update(changed, ["facts"])


def _tell(contacts: Sequence[Recipient], now: datetime) -> int:
    if not contacts:
        return 0
    again = Q(told=0) | Q(seen_at__isnull=True, told_at__lte=now - TELL_AGAIN)
    due = list(_standing().filter(again).order_by("pk")[:MOST_AT_ONCE])
    for alarm in due:
        alarm.told, alarm.told_at = alarm.told + 1, now
    HealthAlarm.objects.bulk_update(due, ["told", "told_at"])
    return enqueue([_notice(alarm, n, to) for alarm in due for n, to in enumerate(contacts)], now=now)


def _notice(alarm: HealthAlarm, contact: int, to: Recipient) -> NewNotice:
    return NewNotice(
        key=f"health/{alarm.pk}/{alarm.told}/{contact}",
        template=Template.HEALTH_ALARM,
        to=to,
        facts={"alarm": alarm.kind},
        urgent=True,
    )


def see(actor: Actor, alarm_id: int, *, now: datetime) -> None:
    """An officer takes an alarm on: it is not told again. The second one changes nothing.

    Refuses RIGHT_MISSING, ALARM_UNKNOWN.
    """
    check_may(actor, Permission.HEALTH_SEE)
    with transaction.atomic():
        alarm = HealthAlarm.objects.select_for_update().filter(pk=alarm_id).first()
        if alarm is None:
            raise Refused("ALARM_UNKNOWN")
        if alarm.seen_at is not None or alarm.ended_at is not None:
            return
        alarm.seen_by_id, alarm.seen_at = actor.officer_id, now
        alarm.save(update_fields=["seen_by_id", "seen_at"])
        note_act_of(actor, "health_alarm.seen", f"health_alarm/{alarm_id}", now=now)


def standing() -> list[AlarmFacts]:
    """Give the alarms that stand, oldest first."""
    return [_facts(alarm) for alarm in _standing().order_by("pk")]


def ended(*, now: datetime) -> list[AlarmFacts]:
    """Give the alarms that ended within a week, newest end first; at most a hundred."""
    rows = HealthAlarm.objects.filter(ended_at__gte=now - _KEPT, raised_at__gte=now - 10 * _KEPT)
    return [_facts(alarm) for alarm in rows.order_by("-ended_at", "-pk")[:100]]


def count_standing(actor: Actor) -> int:  # noqa: ARG001 -- what the navigation calls
    """Count the alarms that stand, for the navigation."""
    return int(_standing().count())


def _facts(alarm: HealthAlarm) -> AlarmFacts:
    return AlarmFacts(
        alarm.pk,
        alarm.kind,
        alarm.subject,
        alarm.facts,
        alarm.raised_at,
        alarm.told,
        alarm.told_at,
        alarm.seen_by_id,
        alarm.seen_at,
        alarm.ended_at,
    )
