"""Rows of validity_rules. No verbs here: actions.py is the only writer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaxpass.validity_rules.rules import Kind, Status

_KINDS = [(kind.value, kind.name) for kind in Kind]


class Proposal(models.Model):
    """Changes of rules that one officer proposes and another decides on.

    A trigger lets it move on (draft, open, decided) and refuses every other change. `findings`: the rules of a file
    that are no change, with their faults.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name) for status in Status])
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=1000, blank=True)
    findings = models.JSONField()
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=[Status.APPROVED, Status.REFUSED]) | ~Q(decided_by_id=F("proposed_by_id")),
                name="rules_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, sent_at=None, decided_by_id=None, decided_at=None, reason="")
                | Q(status=Status.OPEN, sent_at__isnull=False, decided_by_id=None, decided_at=None, reason="")
                | Q(status=Status.WITHDRAWN, decided_by_id=F("proposed_by_id"), decided_at__isnull=False)
                | Q(
                    status=Status.APPROVED,
                    sent_at__isnull=False,
                    decided_by_id__isnull=False,
                    decided_at__isnull=False,
                    reason="",
                )
                | (
                    Q(
                        status=Status.REFUSED,
                        sent_at__isnull=False,
                        decided_by_id__isnull=False,
                        decided_at__isnull=False,
                    )
                    & ~Q(reason="")
                ),
                name="rules_proposal_whole",
            ),
        ]
        indexes = [models.Index(fields=["status", "proposed_at"], name="rules_proposal_by_status")]


class ProposedChange(models.Model):
    """One change of a proposal; written while it is a draft, then never changed (trigger)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="changes")
    kind = models.PositiveSmallIntegerField(choices=_KINDS)
    country = models.CharField(max_length=2)
    purpose = models.CharField(max_length=30)
    identifier = models.CharField(max_length=20)
    version = models.CharField(max_length=32)
    rule = models.JSONField(null=True)
    remarks = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.PUT, rule__isnull=False) | Q(kind=Kind.RETIRE, rule__isnull=True),
                name="rules_change_whole",
            ),
            models.UniqueConstraint(
                fields=["proposal", "country", "purpose", "identifier", "version", "kind"], name="rules_change_once"
            ),
        ]


class Edition(models.Model):
    """One change that was approved, in the order in which they were. Only appended (trigger), never by one officer."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="editions")
    kind = models.PositiveSmallIntegerField(choices=_KINDS)
    country = models.CharField(max_length=2)
    purpose = models.CharField(max_length=30)
    identifier = models.CharField(max_length=20)
    version = models.CharField(max_length=32)
    rule = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.PUT, rule__isnull=False) | Q(kind=Kind.RETIRE, rule__isnull=True),
                name="rules_edition_whole",
            ),
            models.UniqueConstraint(
                fields=["country", "purpose", "identifier", "version"],
                condition=Q(kind=Kind.PUT),
                name="rules_edition_once",
            ),
        ]
