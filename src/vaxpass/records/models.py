"""Rows of the spine. No verbs here: receiving.py and actions.py are the only writers.

People, identities and dose versions are only ever appended. What moves is the narrow table VersionState.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from vaxpass.records.states import ENDED, State


class NumberKind(models.IntegerChoices):
    """Which number identifies somebody."""

    NONE = 0
    CCCD = 1  # 12 digits, also the personal identification number
    CMND = 2  # 9 digits, the old card
    PASSPORT = 3  # foreigners


class Sex(models.IntegerChoices):
    """As the registers code it (1 nam, 2 nữ)."""

    MALE = 1
    FEMALE = 2


class Person(models.Model):
    """Somebody, known by a keyed hash of number, name without accents, and birth year.

    A wrong digit thus makes another person, who never matches, instead of spoiling a right one.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"key"})

    key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="person_key_once")]


class Identity(models.Model):
    """A person's identity as it was declared once. A correction is another row."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "digest", "full_name", "name_folded", "sex", "birth_date", "nationality", "number_sealed", "number_key",
            "phone_sealed", "phone_key", "address_sealed",
        }
    )  # fmt: skip

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    digest = models.BinaryField()
    full_name = models.CharField(max_length=100)
    name_folded = models.CharField(max_length=100)
    sex = models.PositiveSmallIntegerField(choices=Sex.choices)
    birth_date = models.CharField(max_length=10)  # YYYY or YYYY-MM-DD
    nationality = models.CharField(max_length=2)
    number_kind = models.PositiveSmallIntegerField(choices=NumberKind.choices)
    number_sealed = models.BinaryField()
    number_key = models.BinaryField()
    phone_sealed = models.BinaryField()
    phone_key = models.BinaryField()
    address_sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="identity_once_per_person"),
            models.CheckConstraint(
                condition=Q(birth_date__regex=r"^\d{4}(-\d{2}-\d{2})?$"), name="birth_date_is_year_or_day"
            ),
        ]
        indexes = [
            models.Index(fields=["number_key"], name="identity_by_number"),
            models.Index(fields=["phone_key"], name="identity_by_phone", condition=~Q(phone_key=b"")),
        ]


class DoseVersion(models.Model):
    """One dose as entered once. `dose_id` is the id of the first version; a mended dose is a new row."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"lot", "given_on", "place", "priority_group"})

    dose_id = models.BigIntegerField()
    version_no = models.PositiveSmallIntegerField(default=1)
    replaces_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, db_index=False)
    facility_id = models.BigIntegerField()
    product = models.CharField(max_length=40)
    lot = models.CharField(max_length=30, blank=True)
    given_on = models.DateField()
    dose_number = models.PositiveSmallIntegerField(null=True)
    place = models.CharField(max_length=160, blank=True)
    priority_group = models.CharField(max_length=40, blank=True)
    facility_states_identity = models.BooleanField(default=False)
    entered_by_id = models.BigIntegerField()
    entered_at = models.DateTimeField()
    upload_id = models.UUIDField(null=True)
    upload_row = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="version_by_person"),
            models.Index(fields=["person"], name="replacing_by_person", condition=Q(replaces_id__isnull=False)),
            BrinIndex(fields=["entered_at"], name="version_entered", pages_per_range=32, autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces_id"], condition=Q(replaces_id__isnull=False), name="version_replaced_once"
            ),
        ]


class VersionState(models.Model):
    """Where a version stands: the one narrow table that is updated, and the queue of every desk."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"given_on"})

    version_id = models.BigIntegerField(primary_key=True)
    person_id = models.BigIntegerField()
    facility_id = models.BigIntegerField()
    given_on = models.DateField()
    state = models.PositiveSmallIntegerField(choices=[(state.value, state.name) for state in State])
    reason = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "given_on"],
                include=["facility_id"],  # people are counted in it alone: counting.PEOPLE
                condition=~Q(state__in=sorted(state.value for state in ENDED)),
                name="one_live_dose_per_person_and_day",
            )
        ]
        indexes = [
            models.Index(fields=["facility_id", "state", "version_id"], name="state_queue"),
            models.Index(fields=["person_id"], condition=Q(state=State.ATTESTED.value), name="attested_people"),
        ]


class History(models.Model):
    """One step of one version: who, when, which verb, from where to where, why.

    Append-only, partitioned by time, without foreign keys, so that it outlives what it tells of.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    version_id = models.BigIntegerField()
    verb = models.CharField(max_length=20)
    from_state = models.PositiveSmallIntegerField(null=True)
    to_state = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40, blank=True)
    officer_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    facts = models.JSONField(null=True)

    class Meta:
        managed = False  # partitioned: the migration writes the SQL that Django cannot
        db_table = "records_history"


class Look(models.Model):
    """One look of an officer at a person; the citizen may see who looked."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id"})

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    officer_id = models.BigIntegerField()
    office_id = models.BigIntegerField()
    purpose = models.CharField(max_length=30)

    class Meta:
        managed = False  # partitioned: the migration writes the SQL that Django cannot
        db_table = "records_look"
