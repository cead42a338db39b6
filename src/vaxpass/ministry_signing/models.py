"""Rows of ministry signing. Items, drops are only ever appended; runs, chunks and holds move."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaxpass.ministry_signing.rules import STANDING, RunKind, RunState

_DECIDED = [RunState.APPROVED.value, RunState.DONE.value, RunState.REFUSED.value]


class Survey(models.Model):
    """One pass over the people with attested doses: how many are ready, how many are not, and why."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_person = models.BigIntegerField(default=0)
    considered = models.IntegerField(default=0)
    ready = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    reasons = models.JSONField(default=dict)
    for_run = models.BooleanField(default=False)


class Finding(models.Model):
    """One reason why one person is not ready, found by one survey. `version_id`: the dose that shows it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id"})

    survey_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    person_id = models.BigIntegerField()
    version_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["survey_id", "code", "id"], name="finding_by_reason")]


class Run(models.Model):
    """One signing run: who prepared it for whom, the key and times in its bytes, who decided, how far it is."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    state = models.CharField(max_length=10, default=RunState.PREPARING.value)
    kind = models.CharField(max_length=10, default=RunKind.ORDINARY.value)
    order_id = models.BigIntegerField(null=True)
    survey = models.OneToOneField(Survey, on_delete=models.PROTECT)
    province_code = models.CharField(max_length=2, blank=True)
    facility_id = models.BigIntegerField(null=True)
    size_limit = models.IntegerField()
    prepared_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    kid = models.BinaryField(default=b"")
    algorithm = models.CharField(max_length=5, blank=True)
    issuer_name = models.CharField(max_length=80, blank=True)
    bursts = models.JSONField(default=list)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=40, blank=True)
    chunks_open = models.IntegerField(default=0)
    recorded = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=40, blank=True)
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="run_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("prepared_by_id")),
                name="run_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | Q(decided_by_id__isnull=False), name="run_decided_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(kind=RunKind.ORDER.value, order_id__isnull=False)
                | (~Q(kind=RunKind.ORDER.value) & Q(order_id__isnull=True)),
                name="run_of_an_order_names_it",
            ),
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(order_id__isnull=False), name="one_run_per_revocation_order"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(
                    kind__in=[kind.value for kind in STANDING],
                    state__in=[RunState.PREPARING.value, RunState.PREPARED.value],
                ),
                name="one_standing_run_waits",
            ),
        ]


class RunPerson(models.Model):
    """One person whom a run names; `version_id`: the newest version that was counted when the run began."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id"})

    pk = models.CompositePrimaryKey("run_id", "person_id")
    run_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    version_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="run_person_by_person")]


class StandingOrder(models.Model):
    """An officer's order that runs of one kind be prepared by themselves. Every one of them is approved by another.

    At most one stands per kind. It ends with a press of a button, or when the officer may no longer prepare runs.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=10)
    officer_id = models.BigIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at__isnull=True), name="one_standing_order"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in STANDING]), name="standing_order_of_a_kind"
            ),
        ]


class RunChunk(models.Model):
    """Some thousand items of a run, signed and recorded together: the queue of the signing workers."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField()
    first_item = models.BigIntegerField()
    last_item = models.BigIntegerField()
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="chunk_once_per_run")]


class RunItem(models.Model):
    """One passport to be: identifier and payload bytes, fixed before anybody approves. Its id becomes the passport's.

    `version_ids`: every dose counted; `version_id`: the latest of them, which the passport shows.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "uvci", "payload"})

    id = models.BigIntegerField(primary_key=True)
    run_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    facility_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    version_ids = ArrayField(models.BigIntegerField())
    dose_number = models.PositiveSmallIntegerField()
    series_size = models.PositiveSmallIntegerField()
    uvci = models.CharField(max_length=80)
    payload = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="run_item_by_person")]


class RunHold(models.Model):
    """An item that a brake holds back, and what the approver decided: RELEASED, KEPT, or nothing yet."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"version_id"})

    item_id = models.BigIntegerField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_index=False)
    version_id = models.BigIntegerField()
    codes = ArrayField(models.CharField(max_length=40))
    prepared_by_id = models.BigIntegerField()
    decision = models.CharField(max_length=8, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "item_id"], name="hold_by_run")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by_id__isnull=True)
                | (
                    Q(decision__in=["RELEASED", "KEPT"], decided_by_id__isnull=False)
                    & ~Q(decided_by_id=F("prepared_by_id"))
                ),
                name="hold_decided_by_another",
            )
        ]


class RunDrop(models.Model):
    """An item that left its run unsigned or unrecorded, and why."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"version_id"})

    item_id = models.BigIntegerField(primary_key=True)
    run_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run_id", "item_id"], name="drop_by_run")]
