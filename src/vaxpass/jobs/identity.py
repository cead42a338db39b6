"""The jobs of identity: ask the population database about what came in, and again about what it left unanswered."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.identity.actions import Timing
from vaxpass.identity.checking import check_waiting


def defer_checks() -> None:
    """Have identities checked soon; call it in the transaction that stored doses.

    Each caller defers a job of its own, without a lock: a shared one could end before this transaction does and
    leave its doses behind. A job that finds nothing to do ends at once.
    """
    check_identities.defer()


def _now() -> datetime:
    return datetime.now(UTC)


@app.task(name="identity.check", queue="identity")
def check_identities() -> None:
    """Ask until nothing is due; several workers may do so at once, each with other rows of the queue."""
    timing = Timing(confirmation_age=timedelta(days=settings.IDENTITY_CONFIRMATION_DAYS))
    check_waiting(wiring.population_database(), clock=_now, timing=timing)


@app.periodic(cron="* * * * *")
@app.task(name="identity.ask_again", queue="identity", lock="identity.ask_again", queueing_lock="identity.ask_again")
def ask_again(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Ask again what is due: unanswered questions, leases of dead workers, and what no job took."""
    check_identities.func()
