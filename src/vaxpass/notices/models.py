"""Rows of this room. No verbs here: actions.py and settling.py are the only writers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaxpass.notices.rules import NoticeState


class Notice(models.Model):
    """One thing told to somebody, once. It is the outbox as well: what is WAITING goes out.

    `uid` is what the outside sees: the gateway's idempotency key and the Message-ID. `channel` is the way that is
    tried, or was taken; empty where there is no address. Address and facts are wiped once they serve nobody.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"person_id", "phone_sealed", "phone_key", "email_sealed", "email_key", "facts_sealed"}
    )

    uid = models.UUIDField(unique=True)
    key = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=30)
    language = models.CharField(max_length=2)
    person_id = models.BigIntegerField(null=True)
    facility_id = models.BigIntegerField(null=True)
    phone_sealed = models.BinaryField()
    phone_key = models.BinaryField()
    email_sealed = models.BinaryField()
    email_key = models.BinaryField()
    facts_sealed = models.BinaryField()
    attachment = models.CharField(max_length=60, blank=True)
    urgent = models.BooleanField()
    created_at = models.DateTimeField()
    not_after = models.DateTimeField()
    state = models.PositiveSmallIntegerField(choices=[(state.value, state.name) for state in NoticeState])
    channel = models.CharField(max_length=5, blank=True)
    code = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=NoticeState.WAITING, next_at__isnull=False, settled_at__isnull=True)
                | (
                    ~Q(state=NoticeState.WAITING)
                    & Q(next_at__isnull=True, claim__isnull=True, settled_at__isnull=False)
                ),
                name="notice_waits_or_is_settled",
            ),
            models.CheckConstraint(condition=Q(language__in=["vi", "en"]), name="notice_language_known"),
            models.CheckConstraint(condition=Q(channel__in=["", "sms", "email"]), name="notice_channel_known"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "-urgent", "next_at"], name="notice_outbox", condition=Q(state=NoticeState.WAITING)
            ),
            models.Index(fields=["not_after"], name="notice_expiry", condition=Q(state=NoticeState.WAITING)),
            models.Index(fields=["settled_at"], name="notice_to_forget", condition=~Q(phone_key=b"", email_key=b"")),
            models.Index(fields=["person_id"], name="notice_by_person", condition=Q(person_id__isnull=False)),
        ]


class Bounce(models.Model):
    """A notice that an address refused for good, kept until somebody mends the address or settles it.

    `facility_id`: whose record names the address. `settled_by_id` is empty where the record was mended.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "address_key"})

    notice_id = models.BigIntegerField()
    channel = models.CharField(max_length=5)
    code = models.CharField(max_length=40)
    at = models.DateTimeField()
    template = models.CharField(max_length=30)
    person_id = models.BigIntegerField(null=True)
    facility_id = models.BigIntegerField(null=True)
    address_key = models.BinaryField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice_id", "channel"], name="bounce_once_per_way"),
            models.CheckConstraint(
                condition=Q(settled_by_id__isnull=True) | Q(settled_at__isnull=False), name="bounce_settled_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["facility_id", "at"], name="bounce_open", condition=Q(settled_at__isnull=True)),
        ]


class Line(models.Model):
    """One way out: whether it is paused because it was down, and how far its reports were read."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    channel = models.CharField(max_length=5, primary_key=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    resume_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    cursor = models.CharField(max_length=200, blank=True)
