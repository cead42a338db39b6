"""Rows of campaigns: directives, steps, whom they address, who acknowledged. No verbs here."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaxpass.campaigns.rules import Function, Target
from vaxpass.offices.kinds import FacilityClass, choices_of


class Directive(models.Model):
    """A dispatch: drafted, published, perhaps replaced by an amended one or withdrawn. Published, it never changes.

    `areas` narrow whom it reaches: `province:01`, `district:001`, `commune:00001`, `office:79001`; none: everybody in
    the issuer's reach. `kinds` are the kinds of offices, `classes` those of facilities (none: all). `province_code` is
    the issuer's province when it was drafted, empty for the ministry.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    number = models.CharField(max_length=40)
    signed_on = models.DateField()
    title = models.CharField(max_length=250)
    text = models.TextField(max_length=20_000)
    issuer = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    province_code = models.CharField(max_length=2, blank=True)
    areas = ArrayField(models.CharField(max_length=21), default=list)
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    classes = ArrayField(models.CharField(max_length=10), default=list)
    moves_deadlines = models.BooleanField(default=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    drafted_by_id = models.BigIntegerField()
    drafted_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number"],
                condition=Q(published_at__isnull=False, replaced_at__isnull=True, withdrawn_at__isnull=True),
                name="directive_number_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(published_at__isnull=False), name="directive_replaced_once"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by_id__isnull=True)
                | Q(published_at__isnull=False, published_by_id__isnull=False),
                name="directive_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by_id__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by_id__isnull=False, published_at__isnull=False),
                name="directive_withdrawn_after_publication",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | Q(published_at__isnull=False),
                name="directive_replaced_after_publication",
            ),
            models.CheckConstraint(condition=~Q(kinds=[]), name="directive_addresses_some_kind"),
        ]
        indexes = [models.Index(fields=["issuer", "-drafted_at"], name="directive_by_issuer")]


class Step(models.Model):
    """One thing that a directive orders or opens. In a published directive only its withdrawal can be added.

    `amends`: the step of the earlier directive that this one carries on.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=250)
    function = models.CharField(max_length=20, blank=True, choices=[(one.value, one.name) for one in Function])
    target = models.CharField(max_length=20, choices=[(one.value, one.name) for one in Target])
    percent = models.PositiveSmallIntegerField(null=True)
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    facility_class = models.CharField(max_length=10, blank=True, choices=choices_of(FacilityClass))
    amends = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive", "place"], name="step_once_per_place"),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="step_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(function="") | Q(opens_on__isnull=False) | Q(closes_on__isnull=False),
                name="step_with_function_has_a_window",
            ),
            models.CheckConstraint(
                condition=Q(target="share_signed", percent__gte=1, percent__lte=100)
                | (~Q(target="share_signed") & Q(percent__isnull=True)),
                name="step_share_has_a_percent",
            ),
        ]
        indexes = [models.Index(fields=["function"], name="step_by_function", condition=~Q(function=""))]


class Attachment(models.Model):
    """The file of a directive, whose kind was told by its content."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive = models.OneToOneField(Directive, on_delete=models.CASCADE, related_name="attachment")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=[("pdf", "PDF"), ("docx", "DOCX"), ("xlsx", "XLSX")])
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    content = models.BinaryField()


class Addressee(models.Model):
    """An office that a published directive reaches, from a time until it closes or fits no longer."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="addressees")
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "office"], name="addressee_once")]
        indexes = [models.Index(fields=["office", "directive"], name="addressee_by_office")]


class Acknowledgement(models.Model):
    """An office says, by one officer, that it has read a directive."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="acknowledgements")
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    officer_id = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "office"], name="acknowledged_once")]


class StepDone(models.Model):
    """An office says of a step that nothing counts that it is done."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="done")
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    officer_id = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "office"], name="step_done_once")]


class Reminder(models.Model):
    """An office was reminded of a step (or, without a step, to acknowledge) at a milestone in days; once each."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, null=True, related_name="reminders")
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    milestone = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "step", "office", "milestone"], nulls_distinct=False, name="reminded_once"
            )
        ]


class OfficeContact(models.Model):
    """The mailbox to which an office is written; it may be somebody's own."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"email"})

    office = models.OneToOneField("offices.Office", on_delete=models.PROTECT, related_name="+")
    email = models.CharField(max_length=254)
    set_by_id = models.BigIntegerField()
    set_at = models.DateTimeField()
