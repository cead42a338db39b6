"""Rows of publication. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.db import models
from vaxproof.log.merkle import EMPTY_ROOT


class Edition(models.Model):
    """One edition of a published document, written before its file; only appended, numbers and times only grow.

    `sha256`: of the document's bytes, in hex. `content`: SHA-256 of what it says without number and times, in hex, so
    that the next publishing knows whether anything changed.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    document = models.CharField(max_length=40)
    number = models.BigIntegerField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    content = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="edition_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="edition_number_from_one"),
            models.CheckConstraint(
                condition=models.Q(next_at__gt=models.F("made_at")), name="edition_promises_a_later_time"
            ),
        ]


class PublishedCheckpoint(models.Model):
    """A state of the log that was signed and cosigned, written before the file; only appended, sizes only grow.

    It tells the next publishing what it must extend, even if the files are lost. `root`: RFC 6962, 32 bytes.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    made_at = models.DateTimeField()


class MonitorState(models.Model):
    """What the monitor saw last: one row, so that it need not begin at the first leaf each time.

    `position`: leaves compared and tallied so far; `checkpoint_size`, `checkpoint_root`: the published checkpoint that
    it held good, which every later one must extend.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    checkpoint_size = models.BigIntegerField(default=0)
    checkpoint_root = models.BinaryField(default=EMPTY_ROOT)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_monitor")]


class LeafTally(models.Model):
    """Leaves counted by the monitor, up to its position: by key, day and kind."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kid = models.BinaryField()
    day = models.DateField()
    kind = models.PositiveSmallIntegerField()
    count = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kid", "day", "kind"], name="tally_once")]


class Alarm(models.Model):
    """Something that must not be, found by the monitor; only appended.

    `subject` names the thing within its kind; `occurrence` counts how often it came back after it had ended. `facts`:
    numbers and names of files, nothing personal.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    occurrence = models.PositiveIntegerField(default=0)
    facts = models.JSONField()
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject", "occurrence"], name="alarm_once")]


class AlarmSeen(models.Model):
    """An officer saw an alarm and answers for what is done about it; only appended."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, primary_key=True)
    officer_id = models.BigIntegerField()
    at = models.DateTimeField()


class AlarmEnd(models.Model):
    """The monitor looked again and the thing was gone; only appended."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, primary_key=True)
    at = models.DateTimeField()
