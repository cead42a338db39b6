"""Rows of oversight: the figures of the last tally. tally.py is their only writer."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.given_models import DosesGiven as DosesGiven  # noqa: PLC0414 -- Django finds models here
from vaxpass.oversight.signatories import Capacity
from vaxpass.records.states import State


class Tally(models.Model):
    """One count. `at`: the moment of its snapshot. `placing`: a digest of where every office stood.

    `whole`: every day was counted anew, not only those that may still have changed.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    at = models.DateTimeField()
    whole = models.BooleanField()
    placing = models.CharField(max_length=32)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="tally_latest")]


class OfficeFigures(models.Model):
    """What stands at one office, and where the office stands in both lists of units (see measures.Measure).

    `sign_since`, `mend_since`: since when its oldest dose waits to be signed or mended; null where none waits.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    office_id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    facility_class = models.CharField(max_length=10, blank=True)
    old_province = models.CharField(max_length=2, blank=True)
    old_district = models.CharField(max_length=3, blank=True)
    old_commune = models.CharField(max_length=5, blank=True)
    new_province = models.CharField(max_length=2, blank=True)
    new_commune = models.CharField(max_length=5, blank=True)
    people = models.BigIntegerField()
    doses = models.BigIntegerField()
    received = models.BigIntegerField()
    unanswered = models.BigIntegerField()
    mismatched = models.BigIntegerField()
    incomplete = models.BigIntegerField()
    to_sign = models.BigIntegerField()
    attested = models.BigIntegerField()
    certified = models.BigIntegerField()
    refused = models.BigIntegerField()
    exempt = models.BigIntegerField()
    mended = models.BigIntegerField()
    confirmed = models.BigIntegerField()
    passports = models.BigIntegerField()
    reports_open = models.BigIntegerField()
    reports_overdue = models.BigIntegerField()
    reports_answered = models.BigIntegerField()
    reports_in_time = models.BigIntegerField()
    given = models.BigIntegerField()
    sign_since = models.DateTimeField(null=True)
    mend_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="figures_office_once"),
            models.CheckConstraint(
                condition=Q(
                    doses=models.F("received")
                    + models.F("unanswered")
                    + models.F("mismatched")
                    + models.F("incomplete")
                    + models.F("to_sign")
                    + models.F("attested")
                    + models.F("certified")
                    + models.F("refused")
                ),
                name="figures_states_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["new_province"], name="figures_new_province"),
            models.Index(fields=["old_province"], name="figures_old_province"),
        ]


class CauseRow(models.Model):
    """Doses that wait in one state for one reason. `ages`: how many by age (rules.AGE_EDGES)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    state = models.PositiveSmallIntegerField(choices=[(state.value, state.name) for state in State])
    reason = models.CharField(max_length=40, blank=True)
    count = models.BigIntegerField()
    oldest = models.DateTimeField()
    ages = ArrayField(models.BigIntegerField())

    class Meta:
        abstract = True


class OfficeCause(CauseRow):
    """What waits at one office."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    office_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "state", "reason"], name="cause_once_per_office")]


class UnitCause(CauseRow):
    """What waits in the country, a province, or a class of facilities: the sum of its offices' rows."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    scheme = models.CharField(max_length=3, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    code = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "scheme", "code", "state", "reason"], name="cause_once_per_unit")
        ]


class DayRow(models.Model):
    """What happened on a day in Hanoi.

    The four spans of time (times.Span) that ended on that day are bins: each value times 2^32, and how often it was.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    day = models.DateField()
    entered = models.BigIntegerField(default=0)
    attested = models.BigIntegerField(default=0)
    certified = models.BigIntegerField(default=0)
    passports = models.BigIntegerField(default=0)
    mended = models.BigIntegerField(default=0)
    reports = models.BigIntegerField(default=0)
    answered = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)
    dose_to_signature = ArrayField(models.BigIntegerField(), default=list)
    entry_to_signature = ArrayField(models.BigIntegerField(), default=list)
    report_to_answer = ArrayField(models.BigIntegerField(), default=list)
    report_to_passport = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        abstract = True


class OfficeDay(DayRow):
    """A day of one office."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    office_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "day"], name="day_once_per_office")]
        indexes = [models.Index(fields=["day"], name="office_day_by_day")]


class UnitDay(DayRow):
    """A day of the country, a province, or a class of facilities: the sum of its offices' rows."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    scheme = models.CharField(max_length=3, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    code = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "scheme", "code", "day"], name="day_once_per_unit")]
        indexes = [models.Index(fields=["day"], name="unit_day_by_day")]


class UnitNeed(models.Model):
    """What one unit missed of one directive at the last tally; of a directive that ended, at the last one before.

    `needs`: by step [what is missing or null where it cannot be counted, out of how many]. `missing`: their sum. `due`:
    the earliest deadline of what is missing. What nothing counts (campaigns.rules.Target.TOLD) is not among them.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive_id = models.BigIntegerField()
    office_id = models.BigIntegerField()
    is_met = models.BooleanField()
    due = models.DateField(null=True)
    missing = models.BigIntegerField()
    needs = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive_id", "office_id"], name="need_once_per_unit"),
            models.CheckConstraint(condition=Q(missing__gte=0), name="need_never_negative"),
            models.CheckConstraint(condition=Q(is_met=False) | Q(missing=0, due=None), name="need_met_misses_nothing"),
        ]


class WeeklyFile(models.Model):
    """A unit's weekly report as it was made: once per unit and week, never changed. `week`: its Monday.

    `standings`: what stood then, by measure, for the next report to compare with. The digests are SHA-256.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    week = models.DateField()
    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    scheme = models.CharField(max_length=3, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    code = models.CharField(max_length=12, blank=True)
    made_at = models.DateTimeField()
    as_of = models.DateTimeField()
    standings = models.JSONField()
    sheet = models.BinaryField()
    sheet_digest = models.CharField(max_length=64)
    pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "level", "code"], name="weekly_report_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="weekly_report_by_its_monday"),
        ]
        indexes = [models.Index(fields=["scheme", "level", "code", "-week"], name="weekly_report_of_unit")]


class WeeklySignatory(models.Model):
    """Who signs a unit's weekly reports from a moment on: the capacity by its code, and the name. Append-only."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name"})

    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    code = models.CharField(max_length=12, blank=True)
    capacity = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Capacity])
    name = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField()
    officer_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["level", "code", "-since"], name="weekly_signatory_latest")]


class Probe(models.Model):
    """What a job found out last about one part of the system: a key, the certificates, the disk.

    `code` is empty where all is well, else says what is not; `since`: since when it says so. `facts`: nothing personal.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(since__lte=F("at")), name="probe_since_before_it_looked")]


class HealthAlarm(models.Model):
    """Something that must not be: raised once, told to people, taken on by an officer, ended when it is gone.

    `subject` names the thing within its kind. `told`: how often it was told, `told_at` when last.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    told = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    seen_by_id = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(ended_at__isnull=True), name="health_alarm_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(told=0, told_at__isnull=True) | Q(told__gt=0, told_at__isnull=False),
                name="health_alarm_told_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(seen_by_id__isnull=True, seen_at__isnull=True)
                | Q(seen_by_id__isnull=False, seen_at__isnull=False),
                name="health_alarm_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("raised_at")), name="health_alarm_ends_after"
            ),
        ]
        indexes = [models.Index(fields=["-raised_at"], name="health_alarm_newest")]
