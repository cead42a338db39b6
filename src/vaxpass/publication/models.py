"""Rows of publication. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.db import models


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
