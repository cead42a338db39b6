"""The verbs of notices: put into the outbox, forget what serves nobody any more.

A notice goes out in three steps: outbox.take (rows under a lease), sending (outside any transaction, see
delivering.py), outbox.record (a transaction). A worker that dies between them leaves rows whose lease runs
out; they are sent again under the same `uid`, which the gateway knows, so the phone rings once.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from vaxpass.notices.facts import Channel, NewNotice, Recipient, Template
from vaxpass.notices.models import Bounce, Notice
from vaxpass.notices.rules import NoticeState, end_of_quiet
from vaxpass.notices.templates import WORDS, NoticeIllFormedError, check_facts
from vaxpass.records.sealing import lookup_hash, seal

WAITED_FOR: Final = frozenset({Template.CODE, Template.CONTACT_CONFIRM, Template.PASSPORT_BY_EMAIL})
"""Somebody sits before the screen and waits for it, whatever the hour."""
CODE_LIFE: Final = timedelta(minutes=10)
NOTICE_LIFE: Final = timedelta(days=7)
LONGEST_KEY: Final = 120
NO_ADDRESS: Final = "NOTICE_NO_ADDRESS"


def enqueue(notices: Sequence[NewNotice], *, now: datetime) -> int:
    """Put notices into the outbox, in the caller's transaction; give how many are new.

    A key that was used before is skipped, also when both come at once. The caller then calls
    jobs.notices.send_soon() in the same transaction. A code's `minutes` are filled in from `not_after`.
    Raises NoticeIllFormedError where facts do not fit the template.
    """
    rows = [_row(notice, now) for notice in notices]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return Notice.objects.filter(uid__in=[row.uid for row in rows]).count()


def _row(notice: NewNotice, now: datetime) -> Notice:
    not_after = notice.not_after or now + (CODE_LIFE if "code" in WORDS[notice.template].needs else NOTICE_LIFE)
    facts = _facts(notice, not_after - now)
    channel = first_channel(notice.template, notice.to)
    urgent = notice.urgent or notice.template in WAITED_FOR
    return Notice(
        uid=uuid4(),
        key=notice.key,
        template=notice.template.value,
        language=notice.language,
        person_id=notice.person_id,
        facility_id=notice.facility_id,
        phone_sealed=seal(notice.to.phone),
        phone_key=lookup_hash("phone", notice.to.phone) if notice.to.phone else b"",
        email_sealed=seal(notice.to.email),
        email_key=lookup_hash("email", notice.to.email.lower()) if notice.to.email else b"",
        facts_sealed=seal(json.dumps(facts)) if facts and channel else b"",
        attachment=notice.attachment,
        urgent=urgent,
        created_at=now,
        not_after=not_after,
        channel=channel.value if channel else "",
        **_standing(channel, now if urgent else end_of_quiet(now), now),
    )


def _facts(notice: NewNotice, life: timedelta) -> dict[str, str]:
    if not 0 < len(notice.key) <= LONGEST_KEY:
        raise NoticeIllFormedError("a key has 1 to 120 letters")
    filled = {"minutes": str(max(1, life // timedelta(minutes=1)))} if "minutes" in WORDS[notice.template].needs else {}
    facts = {**filled, **notice.facts}
    check_facts(notice.template, facts)
    return facts


def first_channel(template: Template, to: Recipient) -> Channel | None:
    """Say which way a notice is tried first: the phone, unless the template goes by e-mail alone."""
    if to.phone and WORDS[template].sms:
        return Channel.SMS
    return Channel.EMAIL if to.email else None


def _standing(channel: Channel | None, first_try: datetime, now: datetime) -> dict[str, Any]:
    if channel is None:
        return {"state": NoticeState.FAILED, "code": NO_ADDRESS, "settled_at": now}
    return {"state": NoticeState.WAITING, "next_at": first_try}


KEPT: Final = timedelta(days=30)
BOUNCES_KEPT: Final = timedelta(days=365)


def forget(*, now: datetime) -> int:
    """Wipe addresses and facts of notices that were settled a month ago, and old bounces; give how many notices.

    That somebody was told something, and when, stays.
    """
    Bounce.objects.filter(at__lt=now - BOUNCES_KEPT).delete()
    old = Notice.objects.filter(settled_at__lt=now - KEPT).exclude(phone_key=b"", email_key=b"")
    return old.update(phone_sealed=b"", phone_key=b"", email_sealed=b"", email_key=b"", facts_sealed=b"", attachment="")
