"""The jobs of notices: send what waits, read what the gateway and the mail servers report, forget what is done."""

import logging
from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.notices import actions, queries
from vaxpass.notices.delivering import Post, deliver_due, read_reports
from vaxpass.notices.ports import Attachment
from vaxpass.offices.scope import Refused
from vaxpass.passports import pdf
from vaxpass.passports.face import read_face
from vaxpass.passports.queries import find_passport, hc1_text
from vaxpass.passports.rules import Shown, shown_status
from vaxpass.records.queries import get_versions

_LOG = logging.getLogger("vaxpass.notices")


def send_soon() -> None:
    """Have the outbox sent soon; call it in the transaction that filled it.

    Each caller defers a job of its own, without a lock: a shared one could end before this transaction does and leave
    its notices behind. A job that finds nothing to send ends at once.
    """
    send_notices.defer()


def _now() -> datetime:
    return datetime.now(UTC)


def _post() -> Post:
    return Post(wiring.message_channels(), settings.MESSAGES_SITE, {"passport": passport_pdf})


def passport_pdf(passport_id: int, now: datetime) -> Attachment:
    """Print a passport for an e-mail. Refuses PASSPORT_NOT_LIVE: it may have ended since the citizen asked for it."""
    passport = find_passport(passport_id)
    if passport is None or shown_status(passport.status, passport.expires_at, now) is not Shown.LIVE:
        raise Refused("PASSPORT_NOT_LIVE")
    (version,) = get_versions([passport.version_id])
    printed = pdf.render(read_face(hc1_text(passport), version.identity.nationality), now)
    return Attachment("passport.pdf", "application/pdf", printed)


@app.task(name="notices.send", queue="notices")
def send_notices() -> None:
    """Send until nothing is due; several workers may do so at once, each with other rows of the outbox."""
    deliver_due(_post(), clock=_now)


@app.periodic(cron="* * * * *")
@app.task(name="notices.send_again", queue="notices", lock="notices.send_again", queueing_lock="notices.send_again")
def send_again(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Send again what is due: after a pause, after the night, after the lease of a dead worker."""
    send_notices.func()
    for line in queries.lines():
        if line.paused_until is not None:
            _LOG.warning("%s is down (%s); %d notices wait", line.channel.value, line.code, line.waiting)


@app.periodic(cron="* * * * *")
@app.task(name="notices.reports", queue="notices", lock="notices.reports", queueing_lock="notices.reports")
def read_delivery_reports(timestamp: int) -> None:  # noqa: ARG001 -- as above
    """Read delivery reports and bounces."""
    for channel, code in read_reports(_post(), clock=_now).items():
        _LOG.warning("reports of %s could not be read: %s", channel.value, code)


@app.periodic(cron="41 19 * * *")  # 02:41 in Hanoi
@app.task(name="notices.forget", queue="notices", queueing_lock="notices.forget")
def forget_old(timestamp: int) -> None:  # noqa: ARG001 -- as above
    """Wipe the addresses and facts of what was settled a month ago."""
    actions.forget(now=_now())
