"""Rows of the numbers of doses given, which provinces enter; models.py takes them in. given.py is their only writer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaxpass.offices.units import Scheme


class DosesGiven(models.Model):
    """How many doses a province's department says were given on a day; of several rows of a day the newest counts.

    `province_code` and `scheme` tell the unit as it was when the number was entered. Append-only.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    office_id = models.BigIntegerField()
    province_code = models.CharField(max_length=2)
    scheme = models.CharField(max_length=3, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    day = models.DateField()
    number = models.BigIntegerField()
    officer_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=0), name="given_never_negative")]
        indexes = [models.Index(fields=["office_id", "day", "-id"], name="given_by_office_and_day")]
