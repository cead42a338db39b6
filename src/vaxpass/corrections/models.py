"""Rows of corrections. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaxpass.corrections.rules import Kind, Status


class Report(models.Model):
    """One request: which record, by whom, why, what is right, and how it was decided.

    A trigger lets a row change once, from OPEN to its decision; everything asked stays as it was.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "asked_sealed", "note_sealed"})

    person_id = models.BigIntegerField()
    version_id = models.BigIntegerField(null=True)
    facility_id = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in Kind])
    cause = models.CharField(max_length=40)
    asked_sealed = models.BinaryField()
    note_sealed = models.BinaryField()
    opened_by_id = models.BigIntegerField()
    opened_office_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in Status])
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=40, blank=True)
    new_version_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("opened_by_id")),
                name="correction_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, decided_by_id=None, decided_at=None, refusal="", new_version_id=None)
                | Q(status=Status.ACCEPTED, decided_by_id__isnull=False, decided_at__isnull=False, refusal="")
                | (
                    Q(status=Status.REFUSED, decided_by_id__isnull=False, decided_at__isnull=False, new_version_id=None)
                    & ~Q(refusal="")
                ),
                name="correction_decision_whole",
            ),
            models.UniqueConstraint(
                fields=["version_id"], condition=Q(status=Status.OPEN), name="one_open_correction_per_version"
            ),
        ]
        indexes = [
            models.Index(fields=["facility_id", "opened_at"], condition=Q(status=Status.OPEN), name="correction_open"),
            models.Index(fields=["person_id"], condition=Q(status=Status.OPEN), name="correction_open_person"),
            models.Index(fields=["facility_id", "status", "opened_at"], name="correction_by_facility"),
        ]
