"""Rows of reports. No verbs here: the modules of actions/ are the only writers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from vaxpass.reports.rules import PROVEN, UNDECIDED, Level, Relation, ReporterProof, ReportStatus, StepKind

_UNDECIDED = Q(status__in=sorted(status.value for status in UNDECIDED))
_PROVEN = Q(proof__in=sorted(proof.value for proof in PROVEN))


class Report(models.Model):
    """One report of a citizen: about whom, what is wrong, what is right, where it lies, how it was decided.

    What was filed never changes (a trigger); only where it lies and how far it is. `number_key` is the keyed hash of
    the receipt's number; `twin_key` is equal for reports of the same error; `group_key` for errors of the same kind at
    one facility. `office_id`: the office that was asked first, or to which it was forwarded.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "number_key", "number_sealed", "person_ids", "claimed_sealed", "note_sealed", "reporter_name_sealed",
            "reporter_phone_sealed", "reporter_phone_key", "reporter_email_sealed", "address_key", "twin_key",
            "group_key", "language", "relation",
        }
    )  # fmt: skip

    number_key = models.BinaryField()
    number_sealed = models.BinaryField()
    twin_key = models.BinaryField()
    group_key = models.BinaryField()
    wrongs = ArrayField(models.CharField(max_length=20))
    person_ids = ArrayField(models.BigIntegerField())
    version_id = models.BigIntegerField(null=True)
    facility_id = models.BigIntegerField(null=True)
    claimed_sealed = models.BinaryField()
    note_sealed = models.BinaryField()
    proof = models.CharField(max_length=10, choices=[(proof.value, proof.name) for proof in ReporterProof])
    relation = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Relation])
    reporter_name_sealed = models.BinaryField()
    reporter_phone_sealed = models.BinaryField()
    reporter_phone_key = models.BinaryField()
    reporter_email_sealed = models.BinaryField()
    address_key = models.BinaryField()
    language = models.CharField(max_length=2)
    filed_at = models.DateTimeField()

    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in ReportStatus])
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Level])
    office_id = models.BigIntegerField()
    province_code = models.CharField(max_length=2, blank=True)
    clock_from = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=40, blank=True)
    refused_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number_key"], name="report_number_once"),
            models.UniqueConstraint(fields=["twin_key"], condition=_UNDECIDED, name="one_open_report_of_an_error"),
            models.CheckConstraint(condition=~Q(wrongs=[]), name="report_says_what_is_wrong"),
            models.CheckConstraint(
                condition=(_PROVEN & ~Q(person_ids=[])) | (~_PROVEN & Q(person_ids=[], version_id=None)),
                name="report_unproven_touches_nobody",
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.OPEN, due_at__isnull=False, asked_at=None)
                | Q(status=ReportStatus.MORE_NEEDED, due_at=None, asked_at__isnull=False)
                | (~_UNDECIDED & Q(due_at=None, asked_at=None, decided_at__isnull=False)),
                name="report_clock_runs_while_open",
            ),
            models.CheckConstraint(
                condition=(_UNDECIDED & Q(decided_by_id=None, decided_at=None, refusal=""))
                | (Q(status=ReportStatus.REFUSED, decided_by_id__isnull=False) & ~Q(refusal=""))
                | Q(status=ReportStatus.UPDATED, decided_by_id__isnull=False, refusal="")
                | Q(status=ReportStatus.WITHDRAWN, decided_by_id=None, refusal=""),
                name="report_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(objected_at=None)
                | Q(sent_back_at__isnull=False)
                | Q(decided_by_id=None)
                | ~Q(decided_by_id=F("refused_by_id")),
                name="objection_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at=None) | Q(objected_at__isnull=False), name="report_sent_back_after_objection"
            ),
        ]
        indexes = [
            models.Index(fields=["office_id", "due_at"], condition=_UNDECIDED, name="report_open_by_office"),
            models.Index(fields=["facility_id", "filed_at"], name="report_by_facility"),
            models.Index(fields=["province_code", "filed_at"], name="report_by_province"),
            models.Index(fields=["due_at"], condition=Q(status=ReportStatus.OPEN), name="report_due"),
            models.Index(fields=["asked_at"], condition=Q(status=ReportStatus.MORE_NEEDED), name="report_asked"),
            models.Index(fields=["facility_id", "group_key"], condition=_UNDECIDED, name="report_group"),
            models.Index(fields=["reporter_phone_key", "filed_at"], name="report_by_phone"),
            models.Index(fields=["address_key", "filed_at"], name="report_by_address"),
            GinIndex(fields=["person_ids"], name="report_people"),
        ]


class ReportStep(models.Model):
    """One step of a report. Append-only."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text_sealed"})

    report_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.name) for kind in StepKind])
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in ReportStatus])
    code = models.CharField(max_length=40, blank=True)
    text_sealed = models.BinaryField()
    officer_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["report_id", "id"], name="step_by_report")]


class ReportPhoto(models.Model):
    """One picture of a report's paper, sealed. Wiped some time after the decision; that it was there stays known."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"content_sealed", "content_key"})

    report_id = models.BigIntegerField()
    n = models.PositiveSmallIntegerField()
    content_sealed = models.BinaryField()
    content_key = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    source_type = models.CharField(max_length=10)
    added_at = models.DateTimeField()
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report_id", "n"], name="photo_place_once"),
            models.UniqueConstraint(fields=["report_id", "content_key"], name="photo_once_in_a_report"),
            models.CheckConstraint(
                condition=(Q(wiped_at=None) & ~Q(content_sealed=b"")) | Q(wiped_at__isnull=False, content_sealed=b""),
                name="photo_there_or_wiped",
            ),
        ]


class NumberTry(models.Model):
    """How many numbers that do not exist an address asked for within an hour. Rows of hours past are deleted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"address_key"})

    address_key = models.BinaryField()
    hour = models.DateTimeField()
    tries = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address_key", "hour"], name="tries_counted_once")]
