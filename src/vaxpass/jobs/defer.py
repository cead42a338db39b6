"""Deferring a job once; and by name, where two modules of jobs have others done by each other."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

MINISTRY_QUEUE = "ministry"


def defer_once(task: object, lock: str, **arguments: int) -> None:
    """Defer a job unless one with this lock waits in the queue already. Belongs into the caller's transaction."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer(**arguments)  # type: ignore[attr-defined]  # Procrastinate's task
    except AlreadyEnqueued:
        return


def defer_carrying_out(order_id: int) -> None:
    """Have a revocation order carried out (revocations.carry_out).

    Call it in the transaction that approved the order, or that recorded passports of its run.
    """
    lock = f"revocation.carry_out.{order_id}"
    try:
        with transaction.atomic():
            job = app.configure_task("revocation.carry_out", queue=MINISTRY_QUEUE, queueing_lock=lock)
            job.defer(order_id=order_id)
    except AlreadyEnqueued:
        return
