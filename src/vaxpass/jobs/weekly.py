"""The job of the weekly reports: made on Monday 06:00 in Hanoi, or as soon as the platform is back after it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app

from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.measures import Unit
from vaxpass.oversight.weekly_facts import Difficulties, Week
from vaxpass.oversight.weekly_files import make_due
from vaxpass.support.weekly import count_week


def make_reports(now: datetime, *, only: Collection[str] | None = None) -> int:
    """Make the reports that are due and missing, of some units alone where their codes are named; give how many."""
    return make_due(now, lambda unit, week: _difficulties(unit, week, now), only=only)


def _difficulties(unit: Unit, week: Week, now: datetime) -> Difficulties:
    begin = datetime.combine(week.monday, datetime.min.time(), VIETNAM)
    counted = count_week(unit.code, begin, begin + timedelta(days=7), now=now)
    return Difficulties(counted.opened, counted.solved, counted.open, counted.overdue, counted.at_ministry)


@app.periodic(cron="*/5 * * * *")  # asks one row when nothing is missing; so a Monday that was missed is caught up
@app.task(name="oversight.weekly", queue="oversight", lock="oversight.weekly", queueing_lock="oversight.weekly")
def make_weekly(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Make the reports of the last week that is due."""
    make_reports(datetime.now(UTC))
