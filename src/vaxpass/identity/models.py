"""Rows of identity. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.db import models


class Waiting(models.Model):
    """The narrow queue: one row for each identity that must be asked about, from its dose until its answer.

    `request_id` is fixed when a worker takes the row, before the question leaves, so that a question asked
    again after a crash carries the same id; `claim` names that taking, `next_at` is then the end of its lease.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    identity_id = models.BigIntegerField(primary_key=True)
    officer_id = models.BigIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    request_id = models.UUIDField(null=True)
    claim = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="identity_waiting_next")]


class Confirmation(models.Model):
    """An identity that the population database confirmed, and when it last did."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    identity_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()


class Line(models.Model):
    """The one row that tells every worker whether the line to the population database is out."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    id = models.PositiveSmallIntegerField(primary_key=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    resume_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="identity_one_line")]


class Check(models.Model):
    """One question and what came back. Append-only, partitioned by time, without foreign keys."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    pk = models.CompositePrimaryKey("id", "answered_at")
    id = models.BigIntegerField()
    identity_id = models.BigIntegerField()
    request_id = models.UUIDField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    outcome = models.CharField(max_length=14)
    officer_code = models.CharField(max_length=20)
    office_id = models.BigIntegerField()

    class Meta:
        managed = False  # partitioned: the migration writes the SQL that Django cannot
        db_table = "identity_check"
