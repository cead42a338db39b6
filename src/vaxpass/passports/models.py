"""Rows of passports. A passport's signed part never changes; only its status moves, and never back to LIVE."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from vaxpass.passports.orders.rules import Criterion, Holder, OrderState, Outcome
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
            models.Index(
                fields=["facility_id", "expires_at"], condition=Q(status=Status.LIVE.value), name="live_by_facility"
            ),
            BrinIndex(fields=["recorded_at"], name="passport_recorded", pages_per_range=32, autosummarize=True),
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


_DECIDED = [OrderState.APPROVED.value, OrderState.DONE.value, OrderState.REFUSED.value]


class RevocationOrder(models.Model):
    """One order: what it names, why, who made it, who decided, how far it is.

    `subject_sealed`: what was typed. `subject_id`: the facility, officer or batch; None where people are named.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"subject_sealed", "people"})

    state = models.CharField(max_length=10, default=OrderState.COLLECTING.value)
    criterion = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Criterion])
    subject_sealed = models.BinaryField()
    subject_id = models.BigIntegerField(null=True)
    people = ArrayField(models.BigIntegerField(), default=list)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    reason = models.CharField(max_length=40)
    supposed = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Holder])
    made_by_id = models.BigIntegerField()
    made_office_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_office_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="order_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("made_by_id")),
                name="order_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | Q(decided_by_id__isnull=False, decided_at__isnull=False),
                name="order_decided_by_somebody",
            ),
        ]


class RevocationItem(models.Model):
    """One passport of an order with the listed doses that it counts; without a passport: listed doses that none counts.

    `version_id`: the newest listed dose, for whoever looks. All items of a person are marked alike.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "version_id", "version_ids"})

    order = models.ForeignKey(RevocationOrder, on_delete=models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    passport_id = models.BigIntegerField(null=True)
    version_id = models.BigIntegerField()
    version_ids = ArrayField(models.BigIntegerField())
    holder = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Holder])
    outcome = models.CharField(max_length=12, blank=True, choices=[(one.value, one.value) for one in Outcome])
    code = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["order", "person_id"], name="order_item_by_person"),
            models.Index(fields=["order", "holder", "id"], condition=Q(outcome=""), name="order_item_waits"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "passport_id"],
                condition=Q(passport_id__isnull=False),
                name="passport_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["order", "person_id"],
                condition=Q(passport_id__isnull=True),
                name="person_without_passport_once",
            ),
        ]
