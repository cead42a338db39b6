"""Reading notices: what somebody was told, what did not arrive, how the outbox stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from vaxpass.notices.facts import Channel, NoticeFacts, Template, UndeliveredFacts
from vaxpass.notices.models import Bounce, Line, Notice
from vaxpass.notices.rules import NoticeState
from vaxpass.offices.scope import Actor
from vaxpass.records.access import facilities_changed_by
from vaxpass.records.states import ENDED

_ENDED = ", ".join(str(int(state)) for state in sorted(ENDED))


def notices_of(person_ids: Collection[int], limit: int = 500) -> list[NoticeFacts]:
    """Give what people were told, newest first: template, way and times; codes and addresses are not among it."""
    rows = Notice.objects.filter(person_id__in=person_ids).order_by("-created_at", "-pk")[:limit]
    return [_facts(row) for row in rows]


def get_notice(key: str) -> NoticeFacts | None:
    """Give a notice by its key."""
    row = Notice.objects.filter(key=key).first()
    return None if row is None else _facts(row)


def _facts(row: Notice) -> NoticeFacts:
    return NoticeFacts(
        row.uid,
        Template(row.template),
        row.language,
        Channel(row.channel) if row.channel else None,
        NoticeState(row.state),
        row.created_at,
        row.settled_at,
        row.person_id,
    )


def open_bounces(actor: Actor) -> QuerySet[Bounce]:
    """List the messages that did not arrive at addresses which the actor's facilities keep."""
    reach = facilities_changed_by(actor)
    found = Bounce.objects.filter(settled_at__isnull=True, facility_id__isnull=False)
    return found if reach is None else found.filter(facility_id__in=reach)


def count_undelivered(actor: Actor) -> int:
    """Count them, for the navigation."""
    return open_bounces(actor).count()


def get_undelivered(bounce_ids: Sequence[int]) -> list[UndeliveredFacts]:
    """Give the facts of some bounces in their order, each with the newest live version that names the address."""
    found = Bounce.objects.in_bulk(bounce_ids)
    bounces = [found[bounce_id] for bounce_id in bounce_ids if bounce_id in found]
    versions = _versions(bounce_ids)
    return [
        UndeliveredFacts(
            bounce.pk,
            Template(bounce.template),
            Channel(bounce.channel),
            bounce.code,
            bounce.at,
            bounce.person_id,
            bounce.facility_id,
            versions.get(bounce.pk),
        )
        for bounce in bounces
    ]


_VERSIONS = f"""
SELECT b.id, max(v.id) FROM notices_bounce b
JOIN records_doseversion v ON v.person_id = b.person_id AND v.facility_id = b.facility_id
JOIN records_versionstate s ON s.version_id = v.id AND NOT s.state IN ({_ENDED})
JOIN records_identity i ON i.id = v.identity_id AND (b.channel = 'email' OR i.phone_key = b.address_key)
WHERE b.id = ANY (%s) GROUP BY b.id
"""  # noqa: S608 -- numbers of states, no value from outside


def _versions(bounce_ids: Sequence[int]) -> Mapping[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(bounce_ids)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class LineFacts:
    """How one way out stands: what waits, since when the oldest, and until when and why it is paused."""

    channel: Channel
    waiting: int
    oldest: datetime | None
    paused_until: datetime | None
    code: str


def lines() -> list[LineFacts]:
    """Give how both ways out stand, for operators."""
    rows = Notice.objects.filter(state=NoticeState.WAITING).values("channel")
    waiting = {row["channel"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("created_at"))}
    paused = {line.channel: line for line in Line.objects.filter(resume_at__isnull=False)}
    return [_line(channel, waiting.get(channel.value, {}), paused.get(channel.value)) for channel in Channel]


def _line(channel: Channel, waiting: Mapping[str, object], paused: Line | None) -> LineFacts:
    number, oldest = waiting.get("n", 0), waiting.get("oldest")
    return LineFacts(
        channel,
        number if isinstance(number, int) else 0,
        oldest if isinstance(oldest, datetime) else None,
        paused.resume_at if paused else None,
        paused.code if paused else "",
    )


def count_by_state(since: datetime) -> dict[NoticeState, int]:
    """Count the notices written since a time, by where they stand."""
    rows = Notice.objects.filter(created_at__gte=since).values("state").annotate(n=Count("pk"))
    found = dict(rows.values_list("state", "n"))
    return {state: found.get(int(state), 0) for state in NoticeState}


def due_since(now: datetime) -> dict[Channel, datetime]:
    """Give since when the oldest notice should have gone out, by way; what waits for the morning is not due."""
    due = Notice.objects.filter(state=NoticeState.WAITING, next_at__lte=now).values("channel")
    rows = due.annotate(first=Min("next_at")).values_list("channel", "first")
    return {Channel(channel): first for channel, first in rows if channel}


def count_settled(since: datetime) -> dict[Channel, tuple[int, int, int]]:
    """Count by way what was settled since a time: sent or delivered, failed for good, expired."""
    # "To forget" is the index's condition: addresses are wiped a month later.
    kept = ~Q(phone_key=b"", email_key=b"")
    rows = Notice.objects.filter(kept, settled_at__gte=since).values("channel", "state").annotate(n=Count("pk"))
    found = {(row["channel"], row["state"]): row["n"] for row in rows}

    def count(channel: Channel, *states: NoticeState) -> int:
        return sum(found.get((channel.value, int(state)), 0) for state in states)

    return {
        channel: (
            count(channel, NoticeState.SENT, NoticeState.DELIVERED),
            count(channel, NoticeState.FAILED),
            count(channel, NoticeState.EXPIRED),
        )
        for channel in Channel
    }


def count_open_bounces() -> int:
    """Count the messages that did not arrive and that nobody has followed up, everywhere."""
    return Bounce.objects.filter(settled_at__isnull=True).count()
