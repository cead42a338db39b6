"""What an address refused for good: kept for whoever keeps the address, sent by the other way where there is one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from vaxpass.notices.facts import Channel, Template
from vaxpass.notices.models import Bounce, Notice
from vaxpass.notices.ports import ADDRESS_FAULTS, Report
from vaxpass.notices.queries import open_bounces
from vaxpass.notices.rules import NoticeState
from vaxpass.notices.templates import WORDS
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.states import ENDED

_ENDED = ", ".join(str(int(state)) for state in sorted(ENDED))


def give_up(refused: Sequence[tuple[int, str]], channel: Channel, *, now: datetime) -> None:
    """Note that notices (id, code) were refused on a channel for good; those with another way take it.

    In the caller's transaction. A notice that has its bounce on this channel already gets no second one.
    """
    codes = dict(refused)
    rows = list(Notice.objects.select_for_update().filter(pk__in=codes, channel=channel.value).order_by("pk"))
    _note_bounces(rows, codes, channel, now)
    onward = [row.pk for row in rows if _may_go_by_email(row, channel, now)]
    Notice.objects.filter(pk__in=onward).update(
        state=NoticeState.WAITING, channel=Channel.EMAIL.value, next_at=now, attempts=0, claim=None, settled_at=None
    )
    for code in set(codes.values()):
        failed = [row.pk for row in rows if row.pk not in onward and codes[row.pk] == code]
        Notice.objects.filter(pk__in=failed).update(
            state=NoticeState.FAILED, code=code, settled_at=now, next_at=None, claim=None, facts_sealed=b""
        )


def _note_bounces(rows: Sequence[Notice], codes: Mapping[int, str], channel: Channel, now: datetime) -> None:
    bounces = [
        Bounce(
            notice_id=row.pk,
            channel=channel.value,
            code=codes[row.pk],
            at=now,
            template=row.template,
            person_id=row.person_id,
            facility_id=row.facility_id,
            address_key=row.phone_key if channel is Channel.SMS else row.email_key,
        )
        for row in rows
        if codes[row.pk] in ADDRESS_FAULTS
    ]
    Bounce.objects.bulk_create(bounces, ignore_conflicts=True)


def _may_go_by_email(row: Notice, channel: Channel, now: datetime) -> bool:
    """A code stays on the way that was chosen for it: whoever asked looks at that phone."""
    is_code = "code" in WORDS[Template(row.template)].needs
    return channel is Channel.SMS and bool(row.email_sealed) and not is_code and row.not_after > now


def note_reports(reports: Sequence[Report], channel: Channel, *, now: datetime) -> None:
    """Record what gateways or mail servers told later. Twice changes nothing; strangers' uids are left aside."""
    told = {report.uid: report for report in reports}
    with transaction.atomic():
        known = Notice.objects.select_for_update().filter(uid__in=told, channel=channel.value, state=NoticeState.SENT)
        rows = list(known.order_by("pk").values_list("pk", "uid"))
        arrived = [pk for pk, uid in rows if not told[uid].code]
        Notice.objects.filter(pk__in=arrived).update(state=NoticeState.DELIVERED, settled_at=now, facts_sealed=b"")
        give_up([(pk, told[uid].code) for pk, uid in rows if told[uid].code], channel, now=now)


_LIVE = f"JOIN records_versionstate s ON s.version_id = v.id AND NOT s.state IN ({_ENDED})"
_KEEPERS = f"""
UPDATE notices_bounce b SET facility_id = k.facility_id, person_id = coalesce(b.person_id, k.person_id),
  settled_at = CASE WHEN k.facility_id IS NULL THEN %(now)s END
FROM (
  SELECT o.id, f.facility_id, f.person_id FROM notices_bounce o LEFT JOIN LATERAL (
    SELECT s.facility_id, v.person_id, v.id FROM records_identity i
    JOIN records_doseversion v ON v.person_id = i.person_id AND v.identity_id = i.id {_LIVE}
    WHERE o.channel = 'sms' AND i.phone_key = o.address_key AND NOT i.phone_key = ''
      AND (o.person_id IS NULL OR i.person_id = o.person_id)
    UNION ALL
    SELECT s.facility_id, v.person_id, v.id FROM records_doseversion v {_LIVE}
    WHERE o.channel = 'email' AND v.person_id = o.person_id
    ORDER BY id DESC LIMIT 1) AS f ON true
  WHERE o.settled_at IS NULL ORDER BY o.id FOR UPDATE OF o) AS k
WHERE b.id = k.id AND (k.facility_id IS NULL OR b.facility_id IS DISTINCT FROM k.facility_id)
"""  # noqa: S608 -- numbers of states, no value from outside


def find_keepers(*, now: datetime) -> int:
    """Lead each open bounce to the facility whose record names the address; settle those that no record names.

    So a number leaves the list by itself once it is mended. A code names nobody: its number alone leads to the record.
    Give how many rows changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEPERS, {"now": now})
        return int(cursor.rowcount)


def check_open(actor: Actor, bounce_id: int) -> None:
    """Refuse BOUNCE_UNKNOWN unless this message stands on the actor's list."""
    if not open_bounces(actor).filter(pk=bounce_id).exists():
        raise Refused("BOUNCE_UNKNOWN")


def settle_bounce(actor: Actor, bounce_id: int, *, now: datetime) -> None:
    """Take a message that did not arrive off the list: somebody saw to it. Refuses RIGHT_MISSING, BOUNCE_UNKNOWN."""
    check_may(actor, Permission.RECORD_MEND)
    if not open_bounces(actor).filter(pk=bounce_id).update(settled_at=now, settled_by_id=actor.officer_id):
        raise Refused("BOUNCE_UNKNOWN")
