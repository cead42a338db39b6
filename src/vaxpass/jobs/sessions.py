"""The job that forgets: sessions whose time is over, and with them unfinished reports and their photos."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app


@app.periodic(cron="23 * * * *")
@app.task(name="sessions.forget_expired", queue="sessions", queueing_lock="sessions.forget_expired")
def forget_expired(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Delete what has expired; a browser that comes back finds nothing."""
    SessionStore.clear_expired()
