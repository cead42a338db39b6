"""Sending what is due: take, render, hand over, record, batch by batch, until nothing is left or the line is down."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from vaxpass.notices import outbox
from vaxpass.notices.bouncing import find_keepers, note_reports
from vaxpass.notices.facts import Channel
from vaxpass.notices.models import Line
from vaxpass.notices.outbox import Due, Taken, Timing
from vaxpass.notices.ports import Answer, Attachment, MessageChannel, Outgoing, Verdict
from vaxpass.notices.rendering import render
from vaxpass.notices.rules import is_mobile
from vaxpass.offices.scope import Refused, Unavailable

Renderer = Callable[[int, datetime], Attachment]
"""Makes a file from its number, at a time; raises Refused where there is nothing to send any more, Unavailable."""


MOST_BATCHES: Final = 1_000  # of reports in one run; a gateway that never comes to an end must not hold a worker


@dataclass(frozen=True, slots=True)
class Post:
    """The ways out that this platform has, the host that people know it by, and what makes attachments by kind."""

    channels: Mapping[Channel, MessageChannel]
    site: str
    renderers: Mapping[str, Renderer] = field(default_factory=dict)


def deliver_due(
    post: Post,
    *,
    clock: Callable[[], datetime],
    timing: Timing | None = None,
    draw: Callable[[], float] = random.random,
) -> int:
    """Send until nothing is due or the lines are down; give how many notices were handed over.

    Several workers may do so at once, each with other rows of the outbox.
    """
    outbox.expire(clock())
    _use_the_ways_there_are(post, clock())
    return sum(_deliver(channel, post, clock, timing or Timing(), draw) for channel in post.channels)


def _use_the_ways_there_are(post: Post, now: datetime) -> None:
    for here in Channel:
        for there in post.channels:
            if here not in post.channels:
                outbox.turn_to(there, here, now=now)


def _deliver(
    channel: Channel, post: Post, clock: Callable[[], datetime], timing: Timing, draw: Callable[[], float]
) -> int:
    way, sent, is_up = post.channels[channel], 0, True
    while is_up and (taken := outbox.take(channel, now=clock(), size=way.at_once, timing=timing)).due:
        answers = _hand_over(taken, way, post, clock())
        is_up = outbox.record(taken, answers, now=clock(), draw=draw, timing=timing)
        sent += sum(answer.verdict is Verdict.ACCEPTED for answer in answers)
    return sent


def _hand_over(taken: Taken, way: MessageChannel, post: Post, now: datetime) -> list[Answer]:
    rendered = [_rendered(due, taken.channel, post, now) for due in taken.due]
    settled = [one for one in rendered if isinstance(one, Answer)]
    outgoing = [one for one in rendered if isinstance(one, Outgoing)]
    return [*settled, *(way.send(outgoing) if outgoing else [])]


def _rendered(due: Due, channel: Channel, post: Post, now: datetime) -> Outgoing | Answer:
    """Render one notice; what cannot be sent at all is answered here."""
    if not due.is_readable:
        return Answer(due.uid, Verdict.REFUSED, "NOTICE_UNREADABLE")
    if channel is Channel.SMS and not is_mobile(due.address):
        return Answer(due.uid, Verdict.REFUSED, "NOTICE_NUMBER_NOT_MOBILE")
    try:
        attachment = _attachment(due.attachment, post, now) if channel is Channel.EMAIL else None
    except Refused as refused:
        return Answer(due.uid, Verdict.REFUSED, refused.code)
    except Unavailable as unavailable:
        return Answer(due.uid, Verdict.NO_ANSWER, unavailable.code)
    words = render(due.template, due.facts, language=due.language, channel=channel, site=post.site)
    return Outgoing(
        due.uid, due.address, words.text, due.not_after, due.language, words.subject, words.html, attachment
    )


def _attachment(named: str, post: Post, now: datetime) -> Attachment | None:
    if not named:
        return None
    kind, _, number = named.partition("/")
    if kind not in post.renderers or not number.isdigit():
        raise Refused("NOTICE_ATTACHMENT_UNKNOWN")
    return post.renderers[kind](int(number), now)


def read_reports(post: Post, *, clock: Callable[[], datetime]) -> dict[Channel, str]:
    """Read what gateway and mail servers told later, until there is no more; give the codes of the ways that failed.

    A batch is put away after it is recorded: a crash between the two reads it again, which changes nothing.
    """
    troubles = {}
    for channel, way in post.channels.items():
        try:
            for _ in range(MOST_BATCHES):
                if not _read_batch(channel, way, clock()):
                    break
        except Unavailable as unavailable:
            troubles[channel] = unavailable.code
    find_keepers(now=clock())
    return troubles


def _read_batch(channel: Channel, way: MessageChannel, now: datetime) -> bool:
    line, _ = Line.objects.get_or_create(pk=channel.value)
    batch = way.reports(line.cursor)
    with transaction.atomic():
        note_reports(batch.found, channel, now=now)
        Line.objects.filter(pk=channel.value).update(cursor=batch.cursor)
    way.acknowledge(batch)
    return bool(batch.found or batch.receipts)
