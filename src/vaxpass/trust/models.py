"""Rows of trust, only ever appended. No verbs here: actions.py is the only writer.

What is believed follows from the decisions: of each key and usage the newest accepted proposal counts.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class OwnKey(models.Model):
    """A certificate of the ministry's, noted when it was first published. `fingerprint`: SHA-256 over the DER, hex."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    fingerprint = models.CharField(max_length=64, primary_key=True)
    usage = models.CharField(max_length=4)
    der = models.BinaryField()
    key_id = models.BinaryField()
    common_name = models.CharField(max_length=200)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    noted_at = models.DateTimeField()


class KeyImport(models.Model):
    """A foreign list as it was uploaded, with all its bytes. `sha256`: of the file, hex."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=12)
    identifier = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    listed_at = models.DateTimeField(null=True)
    imported_by_id = models.BigIntegerField()
    imported_at = models.DateTimeField()


class Candidate(models.Model):
    """An entry of an import, judged as if all authorities of the file were believed.

    `refusal`: a code of vaxproof's, empty where acceptable. `authority`: fingerprint of the certificate to which it
    chains, which must be believed. `origin`: what the published list will tell of where it came from.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    key_import = models.ForeignKey(KeyImport, on_delete=models.PROTECT, db_index=False)
    fingerprint = models.CharField(max_length=64, blank=True)
    usage = models.CharField(max_length=4, blank=True)
    country = models.CharField(max_length=2, blank=True)
    der = models.BinaryField(default=b"")
    key_id = models.BinaryField(default=b"")
    common_name = models.CharField(max_length=200, blank=True)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=64, blank=True)
    quirks = ArrayField(models.CharField(max_length=40), default=list)
    origin = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["key_import", "refusal"], name="candidate_by_import")]


class ImportAuthority(models.Model):
    """A national authority that an import names. `signers`: acceptable keys of the import below it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    key_import = models.ForeignKey(KeyImport, on_delete=models.PROTECT, db_index=False)
    fingerprint = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    der = models.BinaryField()
    key_id = models.BinaryField()
    common_name = models.CharField(max_length=200)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    signers = models.IntegerField()
    origin = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_import", "fingerprint"], name="authority_once_per_import")]


class Proposal(models.Model):
    """What one officer proposes: to accept keys, to remove accepted ones, to withdraw one of ours.

    `words`: how something was compared, or why. `reason`, `unless_logged`: of a withdrawal (vaxproof's trust list).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=8)
    key_import = models.ForeignKey(KeyImport, on_delete=models.PROTECT, null=True, db_index=False)
    compared = models.CharField(max_length=11, blank=True)
    words = models.TextField()
    reason = models.CharField(max_length=20, blank=True)
    unless_logged = models.BooleanField(null=True)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="WITHDRAW", unless_logged__isnull=False) & ~Q(reason="")
                | ~Q(kind="WITHDRAW") & Q(unless_logged__isnull=True, reason=""),
                name="withdrawal_says_why",
            )
        ]


class ProposalItem(models.Model):
    """One key of a proposal, whole, so that it outlives the list it came from."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, db_index=False)
    fingerprint = models.CharField(max_length=64)
    usage = models.CharField(max_length=4)
    country = models.CharField(max_length=2, blank=True)
    der = models.BinaryField()
    key_id = models.BinaryField()
    common_name = models.CharField(max_length=200)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    authority = models.CharField(max_length=64, blank=True)
    origin = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "fingerprint", "usage"], name="key_once_per_proposal")
        ]


class Decision(models.Model):
    """Another officer accepted or refused a proposal. `words`: why it was refused.

    `proposed_by_id` is the proposal's (a trigger looks), so that the database itself can demand two people.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, primary_key=True)
    approved = models.BooleanField()
    words = models.TextField(blank=True)
    proposed_by_id = models.BigIntegerField()
    decided_by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by_id=F("proposed_by_id")), name="trust_decided_by_another")
        ]
