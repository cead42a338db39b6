"""Rows of this room. No verbs here: codes.py, limits.py and actions.py are the only writers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaxpass.citizens.rules import Proof, Purpose


class Challenge(models.Model):
    """A one-time code that somebody asked for. Written alike whether or not anybody is found.

    `token_hash` ties it to one browser's session; `asked_key` is the keyed hash of the number or phone as typed;
    `details_sealed` is what a job needs to find the people and the phone; `people_sealed` and `to_sealed` are what it
    found. The row goes within a day.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"asked_key", "details_sealed", "people_sealed", "to_sealed", "code_hash"}
    )

    token_hash = models.BinaryField(unique=True)
    purpose = models.CharField(max_length=10, choices=[(purpose.value, purpose.name) for purpose in Purpose])
    asked_key = models.BinaryField()
    details_sealed = models.BinaryField()
    people_sealed = models.BinaryField(default=b"")
    to_sealed = models.BinaryField(default=b"")
    code_hash = models.BinaryField(default=b"")
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # the job looked; a code went out, or none
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="challenge_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("begun_at")), name="challenge_ends_after_begin"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(settled_at__isnull=False), name="challenge_used_after_settled"
            ),
        ]


class Tally(models.Model):
    """How often something was done within one hour or day; `key` is the keyed hash of what is counted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"key"})

    key = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="tally_once_per_span")]
        indexes = [models.Index(fields=["until"], name="tally_by_end")]


class Spent(models.Model):
    """A solved question against machines; it is taken once."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    digest = models.BinaryField(primary_key=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="spent_by_end")]


class Visit(models.Model):
    """A citizen came to what is kept about a person. Appended alone."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id = models.BigIntegerField()
    proof = models.CharField(max_length=5, choices=[(proof.value, proof.name) for proof in Proof])
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_id", "at"], name="visit_by_person")]


class Contact(models.Model):
    """An e-mail address that a citizen confirmed for a person; deleted when he takes it back."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "email_sealed", "email_key"})

    person_id = models.BigIntegerField()
    email_sealed = models.BinaryField()
    email_key = models.BinaryField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "email_key"], name="contact_once_per_person")]


class EidLink(models.Model):
    """Which number an account of the electronic identity named when it came first; never another. Appended alone."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"account_key", "number_key"})

    account_key = models.BinaryField(unique=True)  # of issuer and `sub`
    number_key = models.BinaryField()
    linked_at = models.DateTimeField()
