"""The job that counts: every minute, which means every other one; each night the days of the last weeks anew."""

from datetime import UTC, datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from vaxpass.oversight.tally import tally, tally_if_due

_QUEUE: Final = "oversight"
_LATE: Final = timedelta(days=40)
"""What was handed on later (a report forwarded after its answer) counts where it lies now."""


@app.periodic(cron="* * * * *")
@app.task(name="oversight.count", queue=_QUEUE, lock="oversight.count", queueing_lock="oversight.count")
def count_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Count what stands, and what happened today and yesterday, unless the figures are fresh."""
    tally_if_due(datetime.now(UTC))


@app.periodic(cron="47 18 * * *")  # 01:47 in Hanoi
@app.task(name="oversight.count_back", queue=_QUEUE, lock="oversight.count", queueing_lock="oversight.count_back")
def count_nightly(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Count the days of the last weeks anew, so that what came late to a day that was over is counted too."""
    tally(datetime.now(UTC), back=_LATE)
