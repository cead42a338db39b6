"""Rows of the system's health: what jobs found out last, and the alarms. No verbs here."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Probe(models.Model):
    """What a job found out last about one part of the system: a key, the certificates, the disk.

    `code` is empty where all is well, else says what is not; `since`: since when it says so. `facts`: nothing personal.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(since__lte=F("at")), name="probe_since_before_it_looked")]


class HealthAlarm(models.Model):
    """Something that must not be: raised once, told to people, taken on by an officer, ended when it is gone.

    `subject` names the thing within its kind. `told`: how often it was told, `told_at` when last.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    told = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    seen_by_id = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(ended_at__isnull=True), name="health_alarm_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(told=0, told_at__isnull=True) | Q(told__gt=0, told_at__isnull=False),
                name="health_alarm_told_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(seen_by_id__isnull=True, seen_at__isnull=True)
                | Q(seen_by_id__isnull=False, seen_at__isnull=False),
                name="health_alarm_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("raised_at")), name="health_alarm_ends_after"
            ),
        ]
        indexes = [models.Index(fields=["-raised_at"], name="health_alarm_newest")]
