"""Rows of facility signing. No verbs here; the triggers of migration 0002 hold what constraints cannot say."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaxpass.facility_signing.facts import BatchStatus, Verdict

_KINDS = [("software", "software"), ("pkcs12", "PKCS#12"), ("pkcs11", "PKCS#11")]


class SigningCredential(models.Model):
    """A certificate registered for an officer and an office by another officer: only such a one signs for it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"certificates_pem", "subject"})

    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField()
    provider = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=_KINDS)
    reference = models.CharField(max_length=200)
    algorithm = models.CharField(max_length=5)
    subject = models.CharField(max_length=300)
    thumbprint = models.CharField(max_length=64)
    certificates_pem = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    registered_by_id = models.BigIntegerField()
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(registered_by_id=F("officer_id")), name="credential_never_registered_by_its_holder"
            ),
            models.UniqueConstraint(
                fields=["thumbprint"], condition=Q(withdrawn_at__isnull=True), name="certificate_registered_once"
            ),
        ]
        indexes = [models.Index(fields=["officer_id"], name="credential_by_officer")]


class Batch(models.Model):
    """Doses of one facility that are signed together. `manifest` never changes; `jws` covers exactly these bytes."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    number = models.CharField(max_length=24)
    facility_id = models.BigIntegerField()
    office_id = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=[(s.value, s.value) for s in BatchStatus])
    count = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()
    root = models.BinaryField()
    manifest = models.BinaryField()
    prepared_by_id = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    signed_by_id = models.BigIntegerField(null=True)
    credential = models.ForeignKey(SigningCredential, on_delete=models.PROTECT, null=True, db_index=False)
    algorithm = models.CharField(max_length=5, blank=True)
    jws = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="batch_number_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="batch_not_empty"),
            models.CheckConstraint(
                condition=Q(
                    status="signed", signed_by_id__isnull=False, credential__isnull=False, ended_at__isnull=False
                )
                & ~Q(jws="")
                | Q(status__in=["prepared", "abandoned"], signed_by_id__isnull=True, credential__isnull=True, jws=""),
                name="batch_signed_wholly_or_not",
            ),
        ]
        indexes = [models.Index(fields=["facility_id", "-prepared_at"], name="batch_by_facility")]


class Attestation(models.Model):
    """One dose version in a batch that is prepared or signed: at most one for ever. Leaves of a dropped batch go."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"salt"})

    version_id = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False)
    leaf_index = models.PositiveIntegerField()
    leaf_hash = models.BinaryField()
    salt = models.BinaryField()
    entered_by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "leaf_index"], name="one_dose_per_leaf")]


class SampledRecord(models.Model):
    """A record of a batch that its signer must read, and what he or she said of it.

    A wrong one is held back from every later batch until somebody lets it through or a mended version replaces it.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False)
    version_id = models.BigIntegerField()
    facility_id = models.BigIntegerField()
    verdict = models.CharField(max_length=5, blank=True, choices=[(v.value, v.value) for v in Verdict])
    said_at = models.DateTimeField(null=True)
    let_through_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "version_id"], name="sampled_once_per_batch")]
        indexes = [
            models.Index(
                fields=["facility_id"],
                condition=Q(verdict="wrong", let_through_at__isnull=True),
                name="held_back_by_facility",
            )
        ]
