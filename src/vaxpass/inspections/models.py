"""Rows of inspections: samples, checklists, findings, answers. No verbs here; triggers hold what constraints cannot."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaxpass.inspections.rules import (
    MOST_SAMPLED,
    STANDING,
    ComplaintKind,
    ComplaintStatus,
    FindingStatus,
    FindingStep,
    Population,
    Severity,
    Subject,
    Verdict,
)

_STANDING = Q(status__in=sorted(status.value for status in STANDING))


def _choices(values: type[Population | Verdict | FindingStep | ComplaintKind | Subject]) -> list[tuple[str, str]]:
    return [(one.value, one.name) for one in values]


class RiskTally(models.Model):
    """One count of risks over a period; the newest is shown."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    counted_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()


class RiskRow(models.Model):
    """One risk that a tally found: which rule, where, with which numbers. A reason to look, never a verdict."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    tally = models.ForeignKey(RiskTally, on_delete=models.CASCADE)
    kind = models.CharField(max_length=30)
    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField(null=True)
    count = models.IntegerField()
    base = models.IntegerField()
    value = models.FloatField()
    usual = models.FloatField()


class Inspection(models.Model):
    """One inspection: which unit, which period, what is drawn from what, by which seed, who leads it.

    `office_id` and `province_code` empty: the country. `population`: from what; `found`: of how many the sample is.
    `risk`: the risk that led here, as it was then.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    title = models.CharField(max_length=150)
    population = models.CharField(max_length=20, choices=_choices(Population))
    office_id = models.BigIntegerField(null=True)
    province_code = models.CharField(max_length=2, blank=True)
    officer_id = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    seed = models.CharField(max_length=32)
    size = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    risk = models.JSONField(null=True)
    led_by_id = models.BigIntegerField()
    led_office_id = models.BigIntegerField()
    begun_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    found = models.IntegerField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=MOST_SAMPLED), name="inspection_size"),
            models.CheckConstraint(
                condition=Q(until__gt=F("since"), begun_at__gte=F("until")), name="inspection_period_is_over"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, found=None) | Q(drawn_at__isnull=False, found__isnull=False),
                name="inspection_drawn_wholly",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by_id=None)
                | Q(closed_at__isnull=False, closed_by_id__isnull=False, drawn_at__isnull=False),
                name="inspection_closed_wholly",
            ),
            models.CheckConstraint(
                condition=Q(officer_id=None) | ~Q(officer_id=F("led_by_id")), name="inspection_of_another"
            ),
        ]
        indexes = [models.Index(fields=["led_office_id", "-id"], name="inspection_by_leader")]


class Question(models.Model):
    """One question of an inspection's checklist: a code of ours, or a text of the inspector's."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, db_index=False)
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "place"], name="question_place_once"),
            models.CheckConstraint(condition=Q(code="") ^ Q(text=""), name="question_code_or_text"),
        ]


class Sampled(models.Model):
    """One row of a sample: a record's version, a report or an officer, and the office that answers for it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, db_index=False)
    place = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=10, choices=_choices(Subject))
    subject_id = models.BigIntegerField()
    office_id = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)
    done_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "place"], name="sampled_place_once"),
            models.UniqueConstraint(fields=["inspection", "subject_id"], name="sampled_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by_id=None) | Q(done_at__isnull=False, done_by_id__isnull=False),
                name="sampled_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(subject="OFFICER") | Q(done_by_id=None) | ~Q(done_by_id=F("subject_id")),
                name="nobody_inspects_oneself",
            ),
        ]


class CheckAnswer(models.Model):
    """What an inspector answered to one question about one row; may be changed until the inspection is closed."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    sampled = models.ForeignKey(Sampled, on_delete=models.PROTECT, db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, db_index=False)
    verdict = models.CharField(max_length=12, choices=_choices(Verdict))
    answered_by_id = models.BigIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sampled", "question"], name="checked_once")]


class Finding(models.Model):
    """What is wrong, which office mends it, by when. `officer_id`: about whom it is, where it is about one officer.

    The text is sealed, for it may name somebody. What was written never changes (a trigger).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text_sealed"})

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT)
    sampled = models.ForeignKey(Sampled, on_delete=models.PROTECT, null=True, db_index=False)
    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField(null=True)
    severity = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Severity])
    text_sealed = models.BinaryField()
    due_on = models.DateField()
    status = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in FindingStatus])
    written_by_id = models.BigIntegerField()
    written_at = models.DateTimeField()
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by_id=None)
                | (~Q(answered_by_id=F("written_by_id")) & (Q(officer_id=None) | ~Q(answered_by_id=F("officer_id")))),
                name="finding_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_by_id=None)
                | (
                    (Q(answered_by_id=None) | ~Q(closed_by_id=F("answered_by_id")))
                    & (Q(officer_id=None) | ~Q(closed_by_id=F("officer_id")))
                ),
                name="finding_closed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(officer_id=None) | ~Q(officer_id=F("written_by_id")), name="finding_about_another"
            ),
            models.CheckConstraint(
                condition=Q(status=FindingStatus.OPEN, closed_by_id=None, closed_at=None)
                | Q(status=FindingStatus.ANSWERED, answered_by_id__isnull=False, closed_by_id=None, closed_at=None)
                | Q(status=FindingStatus.CLOSED, answered_by_id__isnull=False, closed_at__isnull=False)
                | Q(status=FindingStatus.WITHDRAWN, closed_at__isnull=False, closed_by_id__isnull=False),
                name="finding_status_whole",
            ),
        ]
        indexes = [models.Index(fields=["office_id", "due_on"], condition=_STANDING, name="finding_standing")]


class FindingStepRow(models.Model):
    """One step of a finding. Append-only."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text_sealed"})

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT)
    at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=_choices(FindingStep))
    text_sealed = models.BinaryField()
    due_on = models.DateField(null=True)
    officer_id = models.BigIntegerField()
    office_id = models.BigIntegerField()


class Complaint(models.Model):
    """What somebody tells the inspectors about officers (dispatch 2228/BYT-CNTT); nameless unless a contact was left.

    Nothing of the sender is kept: no address, no session, no officer.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text_sealed", "contact_sealed", "outcome_sealed"})

    kind = models.CharField(max_length=20, choices=_choices(ComplaintKind))
    by_staff = models.BooleanField()
    office_id = models.BigIntegerField(null=True)
    province_code = models.CharField(max_length=2, blank=True)
    ministry_only = models.BooleanField(default=False)
    text_sealed = models.BinaryField()
    contact_sealed = models.BinaryField()
    filed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in ComplaintStatus])
    taken_by_id = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    outcome_sealed = models.BinaryField(default=b"")
    closed_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ComplaintStatus.NEW, taken_by_id=None, closed_at=None)
                | Q(status=ComplaintStatus.TAKEN_UP, taken_by_id__isnull=False, closed_at=None)
                | (
                    Q(status=ComplaintStatus.CLOSED, taken_by_id__isnull=False, closed_at__isnull=False)
                    & ~Q(outcome_sealed=b"")
                ),
                name="complaint_status_whole",
            )
        ]
        indexes = [models.Index(fields=["status", "-id"], name="complaint_by_status")]
