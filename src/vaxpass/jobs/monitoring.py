"""The jobs of the monitor: every ten minutes what is new, every night the whole log."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.publication.alarms import AlarmFacts
from vaxpass.publication.monitoring import watch
from vaxpass.publication.watched_files import Watched

_QUEUE = "monitor"


def look(now: datetime, *, whole: bool) -> list[AlarmFacts]:
    """Look at log, database and published files; give the new alarms."""
    watched = Watched(Path(settings.PUBLISH_DIR), wiring.log_policy(), wiring.publisher_certificates())
    return watch(watched, now, whole=whole)


@app.periodic(cron="*/10 * * * *")
@app.task(name="monitor.look", queue=_QUEUE, lock="monitor", queueing_lock="monitor.look")
def look_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Look at what came since."""
    look(datetime.now(UTC), whole=False)


@app.periodic(cron="43 18 * * *")  # 01:43 in Hanoi
@app.task(name="monitor.look_whole", queue=_QUEUE, lock="monitor", queueing_lock="monitor.look_whole")
def look_nightly(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Look at everything."""
    look(datetime.now(UTC), whole=True)
