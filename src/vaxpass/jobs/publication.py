"""The jobs of publication: the trust list is written anew every hour, long before the next one was promised."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.publication.actions import publish_trust_list
from vaxpass.publication.queries import Published


def publish(now: datetime) -> Published:
    """Publish the trust list of the ministry's signers."""
    signers, authorities = wiring.published_certificates()
    return publish_trust_list(signers, settings.PUBLISH_DIR, now, authorities=authorities)


@app.periodic(cron="17 * * * *")
@app.task(name="publication.publish", queue="publication", queueing_lock="publication.publish")
def publish_hourly(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Publish again."""
    publish(datetime.now(UTC))
