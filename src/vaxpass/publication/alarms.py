"""Alarms: raised once for each thing, seen by an officer, ended when the thing is gone. Rows are only appended."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from vaxpass.offices.actions import note_act_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.publication.models import Alarm, AlarmEnd, AlarmSeen

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be. `subject` names it within its kind; `facts`: nothing personal."""

    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)


class AlarmFacts(NamedTuple):
    """One alarm as a reader sees it. Times: aware UTC."""

    id: int
    kind: str
    subject: str
    facts: dict[str, Any]
    raised_at: datetime
    seen_at: datetime | None
    seen_by: int | None
    ended_at: datetime | None


def report(findings: Iterable[Finding], *, looked_for: Collection[str], now: datetime) -> list[AlarmFacts]:
    """Raise what is new, and end what is gone among the kinds that this look would have found; give what is new.

    One look at a time: the caller holds locks.MONITOR. New ones are logged at ERROR.
    """
    found = {(finding.kind, finding.subject): finding for finding in findings}
    with transaction.atomic():
        standing = {(alarm.kind, alarm.subject): alarm.pk for alarm in Alarm.objects.filter(alarmend__isnull=True)}
        gone = [pk for thing, pk in standing.items() if thing not in found and thing[0] in looked_for]
        AlarmEnd.objects.bulk_create(AlarmEnd(alarm_id=pk, at=now) for pk in gone)
        raised = _raise([finding for thing, finding in found.items() if thing not in standing], now)
    for alarm in raised:
        _log.error("publication.alarm kind=%s subject=%s", alarm.kind, alarm.subject)
    return list(map(_facts, raised))


def _raise(findings: Sequence[Finding], now: datetime) -> list[Alarm]:
    """What came back is counted on from what had ended."""
    subjects = {finding.subject for finding in findings}
    before = Alarm.objects.filter(subject__in=subjects).values_list("kind", "subject").annotate(times=Count("pk"))
    times = {(kind, subject): count for kind, subject, count in before}
    return Alarm.objects.bulk_create(
        Alarm(
            kind=finding.kind,
            subject=finding.subject,
            occurrence=times.get((finding.kind, finding.subject), 0),
            facts=finding.facts,
            raised_at=now,
        )
        for finding in findings
    )


def see(actor: Actor, alarm_id: int, *, now: datetime) -> None:
    """An officer takes an alarm on; the second one changes nothing.

    Refuses RIGHT_MISSING, ALARM_UNKNOWN.
    """
    if not actor.may(Permission.PUBLICATION_PROPOSE):
        check_may(actor, Permission.PUBLICATION_APPROVE)
    with transaction.atomic():
        alarm = Alarm.objects.filter(pk=alarm_id).first()
        if alarm is None:
            raise Refused("ALARM_UNKNOWN")
        _, is_first = AlarmSeen.objects.get_or_create(alarm=alarm, defaults={"officer_id": actor.officer_id, "at": now})
        if is_first:
            note_act_of(actor, "alarm.seen", f"alarm/{alarm_id}", now=now)


def alarms() -> QuerySet[Alarm]:
    """Every alarm, for tables; `facts_of` turns a page of them into facts."""
    return Alarm.objects.select_related("alarmseen", "alarmend")


def get_alarm(alarm_id: int) -> AlarmFacts:
    """Give an alarm; refuses ALARM_UNKNOWN."""
    alarm = alarms().filter(pk=alarm_id).first()
    if alarm is None:
        raise Refused("ALARM_UNKNOWN")
    return _facts(alarm)


def standing() -> list[AlarmFacts]:
    """The alarms that have not ended, oldest first."""
    return list(map(_facts, alarms().filter(alarmend__isnull=True).order_by("pk")))


def count_unseen() -> int:
    """How many stand and have been seen by nobody."""
    return Alarm.objects.filter(Q(alarmend__isnull=True), Q(alarmseen__isnull=True)).count()


def facts_of(part: Iterable[Alarm]) -> list[AlarmFacts]:
    """Give the facts of some alarms in their order."""
    return list(map(_facts, part))


def _facts(alarm: Alarm) -> AlarmFacts:
    seen, end = getattr(alarm, "alarmseen", None), getattr(alarm, "alarmend", None)
    return AlarmFacts(
        alarm.pk,
        alarm.kind,
        alarm.subject,
        alarm.facts,
        alarm.raised_at,
        seen.at if seen else None,
        seen.officer_id if seen else None,
        end.at if end else None,
    )
