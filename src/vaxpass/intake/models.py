"""Rows of intake: uploads on their way, their sealed content, what was found in their rows. No verbs here."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class UploadStatus(models.TextChoices):
    """Where an upload stands. CHECKING and STORING are a job's turn, STAGED and CHECKED the clerk's."""

    STAGED = "STAGED"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    STORING = "STORING"
    CONFIRMED = "CONFIRMED"
    DISCARDED = "DISCARDED"
    EXPIRED = "EXPIRED"


class PartKind(models.IntegerChoices):
    """What a sealed part of an upload holds."""

    SHEET = 1  # rows as read
    ACCEPTED = 2  # doses ready to be stored
    REFUSED = 3  # rows as read that were refused


class Upload(models.Model):
    """One file of one office, from upload to its end. The file's name is sealed: people write names into it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"file_name_sealed"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField()
    digest = models.BinaryField()
    file_name_sealed = models.BinaryField()
    status = models.CharField(max_length=10, choices=UploadStatus.choices)
    headers = models.JSONField()
    mapping = models.JSONField(default=dict)
    rows = models.IntegerField()
    rows_done = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    replacing = models.IntegerField(default=0)
    foreigners = models.IntegerField(default=0)
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "digest"],
                condition=Q(status__in=["STORING", "CONFIRMED"]),
                name="file_confirmed_once_per_office",
            ),
            models.CheckConstraint(
                condition=~Q(status="CONFIRMED") | Q(confirmed_at__isnull=False, confirmed_by_id__isnull=False),
                name="confirmed_upload_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(accepted__gte=0, refused__gte=0, replacing__lte=F("accepted")), name="upload_counts_sane"
            ),
        ]
        indexes = [models.Index(fields=["office_id", "uploaded_at"], name="upload_by_office")]


class UploadPart(models.Model):
    """Some thousand rows of an upload, sealed; deleted when the upload ends or expires."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"sealed"})

    pk = models.CompositePrimaryKey("upload_id", "kind", "number")
    upload_id = models.UUIDField()
    kind = models.PositiveSmallIntegerField(choices=PartKind.choices)
    number = models.IntegerField()
    sealed = models.BinaryField()


class RowFinding(models.Model):
    """What was found in one row: where, which code; no personal data. `refuses`: the row was not accepted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    pk = models.CompositePrimaryKey("upload_id", "row", "place")
    upload_id = models.UUIDField()
    row = models.IntegerField()
    place = models.PositiveSmallIntegerField()  # the finding's place among those of its row
    column = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    refuses = models.BooleanField()
    twin_row = models.IntegerField(null=True)
