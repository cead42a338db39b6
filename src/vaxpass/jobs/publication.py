"""The jobs of publication: documents every hour and at once when something counts, the log every minute.

The hourly job comes long before the promise of a day ends; what says the same is renewed by it, what changed is
published by whatever job comes first. `publish_soon` belongs into the transaction of the change.
"""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.publication import actions, log
from vaxpass.publication.actions import Published
from vaxpass.publication.log import LogPublished
from vaxpass.trust.actions import note_own_keys

_QUEUE = "publication"


def publish(now: datetime) -> Published:
    """Publish every document that is due; our own certificates are noted first, so that none is ever forgotten."""
    signers, authorities = wiring.published_certificates()
    note_own_keys(signers, authorities, now=now)
    return actions.publish(wiring.press(), wiring.publication_sources(now), now)


def publish_log(now: datetime, *, anew: bool = False) -> LogPublished | None:
    """Publish the log as far as it is committed; `anew`: write each of its files again."""
    return log.publish_log(wiring.log_press(), now, anew=anew)


def publish_soon() -> None:
    """Have the documents published: call it in the transaction that revoked, withdrew or approved something.

    Each caller defers a job of its own: one that waits already could begin before this transaction ends, and miss it.
    They run one after the other, and a job that finds nothing new writes nothing.
    """
    publish_now.defer()


@app.task(name="publication.publish_now", queue=_QUEUE, lock="publication.publish", retry=3)
def publish_now() -> None:
    """Publish what is due."""
    publish(datetime.now(UTC))


@app.periodic(cron="17 * * * *")
@app.task(
    name="publication.publish", queue=_QUEUE, lock="publication.publish", queueing_lock="publication.publish", retry=3
)
def publish_hourly(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Publish again."""
    publish(datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(name="publication.log", queue=_QUEUE, lock="publication.log", queueing_lock="publication.log")
def publish_log_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Publish the log if it has grown; a witness that is away is asked again in a minute."""
    publish_log(datetime.now(UTC))
