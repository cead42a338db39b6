"""Rows of this room. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from vaxpass.rights.rules import Kind, Purpose, Status, Step


class Demand(models.Model):
    """What somebody demanded about his data. `person_ids`: the people whom he had shown to be, or his child.

    A trigger keeps what was asked; status and due time move while it is open, and an ended one never changes.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_ids", "words_sealed"})

    number = models.CharField(max_length=16)
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in Kind])
    matters = ArrayField(models.CharField(max_length=20))
    person_ids = ArrayField(models.BigIntegerField())
    words_sealed = models.BinaryField()
    language = models.CharField(max_length=2)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in Status])
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="demand_number_once"),
            models.CheckConstraint(condition=~Q(person_ids=[]), name="demand_of_somebody"),
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, ended_at=None) | ~Q(status=Status.OPEN) & Q(ended_at__isnull=False),
                name="demand_ended_wholly_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status=Status.OPEN), name="demand_open_by_due"),
            GinIndex(fields=["person_ids"], name="demand_by_person"),
        ]


class DemandStep(models.Model):
    """One step of a demand, only ever appended; each at most once, so that nobody answers twice.

    `answers`: code by matter. `officer_id` is null where the citizen or the platform itself acted.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"words_sealed"})

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, db_index=False)
    step = models.CharField(max_length=10, choices=[(step.value, step.name) for step in Step])
    at = models.DateTimeField()
    officer_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    answers = models.JSONField(default=dict)
    words_sealed = models.BinaryField(default=b"")
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "step"], name="demand_step_once")]


class Consent(models.Model):
    """A consent given or taken back, only ever appended; of each person and purpose the newest row counts.

    `wording`: which wording of the purpose was read (rules.WORDING).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20, choices=[(purpose.value, purpose.name) for purpose in Purpose])
    given = models.BooleanField()
    wording = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_id", "purpose", "-id"], name="consent_by_person")]
