"""The queue: Procrastinate on our PostgreSQL. A job is deferred in the transaction of its rows."""

from procrastinate import App


def on_ready(app: App) -> None:
    """Register the periodic jobs; called by Procrastinate's Django app once the tasks are imported."""
