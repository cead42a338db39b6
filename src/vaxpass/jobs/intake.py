"""The jobs of intake: check a large file, store it, and let go of what nobody confirmed."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass.intake import actions
from vaxpass.jobs.identity import defer_checks

AT_ONCE = 1_000  # rows; a smaller file is checked and stored while its clerk waits


def check_soon(upload_id: UUID, rows: int) -> None:
    """Have a file checked: a small one now, a large one by a job; call it in the transaction of the mapping."""
    if rows <= AT_ONCE:
        actions.check(upload_id, now=datetime.now(UTC))
    else:
        check_upload.configure(lock=f"upload/{upload_id}").defer(upload_id=str(upload_id))


def store_soon(upload_id: UUID, rows: int) -> None:
    """Have a confirmed file stored: a small one now, a large one by a job; in the transaction of the confirmation."""
    if rows <= AT_ONCE:
        store_and_ask(upload_id, datetime.now(UTC))
    else:
        store_upload.configure(lock=f"upload/{upload_id}").defer(upload_id=str(upload_id))


def store_and_ask(upload_id: UUID, now: datetime) -> int:
    """Store a file and have its people compared, in one transaction."""
    with transaction.atomic():
        stored = actions.store(upload_id, now=now)
        if stored:
            defer_checks()
    return stored


@app.task(name="intake.check", queue="intake", retry=2)
def check_upload(upload_id: str) -> None:
    """Check one file."""
    actions.check(UUID(upload_id), now=datetime.now(UTC))


@app.task(name="intake.store", queue="intake", retry=2)
def store_upload(upload_id: str) -> None:
    """Store one file."""
    store_and_ask(UUID(upload_id), datetime.now(UTC))


@app.periodic(cron="17 19 * * *")  # 02:17 in Hanoi
@app.task(name="intake.expire", queue="intake", queueing_lock="intake.expire")
def expire_uploads(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Wipe what nobody confirmed for a week."""
    actions.expire(datetime.now(UTC))
