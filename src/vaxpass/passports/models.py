"""Rows of passports. A passport's signed part never changes; only its status moves, and never back to LIVE."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaxpass.passports.rules import LeafKind, Status


class Passport(models.Model):
    """One signed passport. `id` is the id of the run item whose bytes were signed, so an item gives one passport."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"uvci", "person_id", "cose"})

    id = models.BigIntegerField(primary_key=True)
    uvci = models.CharField(max_length=80)
    person_id = models.BigIntegerField()
    disease = models.CharField(max_length=12)
    version_id = models.BigIntegerField()
    facility_id = models.BigIntegerField()
    dose_number = models.PositiveSmallIntegerField()
    series_size = models.PositiveSmallIntegerField()
    kid = models.BinaryField()
    algorithm = models.CharField(max_length=5)
    cose = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in Status])
    status_since = models.DateTimeField()
    status_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uvci"], name="passport_uvci_once"),
            models.UniqueConstraint(
                fields=["person_id", "disease"], condition=Q(status=Status.LIVE.value), name="one_live_passport"
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="passport_status_known"),
        ]
        indexes = [
            models.Index(fields=["person_id"], condition=~Q(status=Status.LIVE.value), name="ended_passports"),
            models.Index(fields=["facility_id", "-id"], name="passports_of_facility"),
            models.Index(fields=["expires_at"], condition=Q(status=Status.REVOKED.value), name="revoked_passports"),
        ]


class LogLeaf(models.Model):
    """One leaf of the public log: appended with the passport or the revocation it tells of, never changed.

    Partitioned by time, without foreign keys. `position` is gapless: it comes from the one row of `LogCounter`.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    pk = models.CompositePrimaryKey("position", "at")
    position = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in LeafKind])
    kid = models.BinaryField()
    day = models.DateField()
    digest = models.BinaryField()
    hash = models.BinaryField()
    passport_id = models.BigIntegerField()

    class Meta:
        managed = False  # partitioned: the migration writes the SQL that Django cannot
        db_table = "passports_logleaf"


class LogCounter(models.Model):
    """The size of the log: one row, locked at the end of each writing transaction, so that positions have no gap."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_log")]
