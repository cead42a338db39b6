"""Rows of offices: administrative units, offices, officers, roles, delegations, acts."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from vaxpass.offices.kinds import FacilityClass, OfficeKind, choices_of


class AdministrativeUnit(models.Model):
    """A province, district or commune between two dates; a code is never reused at its level.

    The parent of a district is its province; that of a commune its district until 30/6/2025, its province afterwards.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    level = models.CharField(max_length=10)
    code = models.CharField(max_length=5)
    parent_code = models.CharField(max_length=5, blank=True)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="unit_once_per_start"),
            models.UniqueConstraint(
                fields=["level", "code"], condition=Q(valid_to__isnull=True), name="unit_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="unit_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["province", "district", "commune"]), name="unit_of_a_known_level"
            ),
        ]
        indexes = [models.Index(fields=["level", "parent_code"], name="unit_by_parent")]


class UnitSuccession(models.Model):
    """What became of a unit on a day: merged into another, or split into several.

    A unit that goes on under its own code beside others that came or went has a row to itself too.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    level = models.CharField(max_length=10)
    old_code = models.CharField(max_length=5)
    new_code = models.CharField(max_length=5)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "old_code", "new_code", "on"], name="succession_once"),
            models.CheckConstraint(
                condition=Q(level__in=["province", "district", "commune"]), name="succession_of_a_known_level"
            ),
        ]


class UnitChange(models.Model):
    """A change of units or of one office, decided for a day: done at once, or by the daily job when the day comes."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=20)
    on = models.DateField()
    facts = models.JSONField()
    basis = models.CharField(max_length=120)
    officer_id = models.BigIntegerField()
    decided_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(dropped_at__isnull=True), name="unit_change_done_or_dropped"
            )
        ]
        indexes = [
            models.Index(
                fields=["on"],
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
                name="unit_change_to_come",
            )
        ]


class Office(models.Model):
    """A facility, commune health station, province's health department, the ministry, or a support branch."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=choices_of(OfficeKind))
    facility_class = models.CharField(max_length=10, choices=choices_of(FacilityClass), blank=True)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=3, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="office_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{1,12}$"), name="office_code_fits_uvci"),
            models.CheckConstraint(
                condition=(Q(kind="facility") & ~Q(facility_class="")) | (~Q(kind="facility") & Q(facility_class="")),
                name="office_class_for_facilities_only",
            ),
        ]

    def __str__(self) -> str:
        return self.name_vi


class Placement(models.Model):
    """Where an office belongs between two days, and of which class it is; the office keeps the present values.

    Until is the first day on which it no longer holds. The migration keeps placements of one office from overlapping.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="placements")
    since = models.DateField()
    until = models.DateField(null=True)
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=3, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    facility_class = models.CharField(max_length=10, choices=choices_of(FacilityClass), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=Q(until__isnull=True), name="one_open_placement_per_office"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="placement_ends_after_it_begins"
            ),
        ]


class OfficerManager(BaseUserManager["Officer"]):
    """Django's way to find an officer by user name."""


class Officer(AbstractBaseUser):
    """Somebody who signs in. Belongs to one office; roles say what, the office says for whom."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"username", "full_name", "password", "last_login"})

    username = models.CharField(max_length=60)
    full_name = models.CharField(max_length=120)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="officers")
    is_active = models.BooleanField(default=True)
    second_factor_waived = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="vi")

    USERNAME_FIELD = "username"
    objects = OfficerManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["username"], name="officer_username_once")]

    def __str__(self) -> str:
        return f"officer {self.pk}"


class OfficerRole(models.Model):
    """A role held by an officer from a time until, perhaps, another."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "role"], condition=Q(until__isnull=True), name="role_held_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(granted_by_id__isnull=True) | ~Q(granted_by_id=F("officer_id")),
                name="role_never_granted_to_oneself",
            ),
        ]


class SigningDelegation(models.Model):
    """A province names a unit that signs for a facility (letter 2/2022; Decision 5772 step 2)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    facility = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="delegations_given")
    signer_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="delegations_held")
    named_by = models.ForeignKey(Officer, on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility"], condition=Q(until__isnull=True), name="one_signing_unit_per_facility"
            )
        ]


class Act(models.Model):
    """One act of an officer that is not a step of a single record: sign-in, upload, export, delegation.

    Append-only, partitioned by time, without foreign keys, so that it outlives what it tells of.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    officer_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        managed = False  # partitioned: the migration writes the SQL that Django cannot
        db_table = "offices_act"
