"""What every test may rely on."""

import os
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what touches no database, where the tests run once more for the sake of another one."""
    if os.environ.get("VAXPASS_TESTS") != "database":
        return
    asks = [
        bool(one.get_closest_marker("django_db") or _DATABASE & set(getattr(one, "fixturenames", ()))) for one in items
    ]
    config.hook.pytest_deselected(items=[one for one, needed in zip(items, asks, strict=True) if not needed])
    items[:] = [one for one, needed in zip(items, asks, strict=True) if needed]


@pytest.fixture(autouse=True)
def _forget_partitioned_rows(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty what the flush after a transactional test leaves: it knows managed tables alone.

    Set up before the test's own fixtures, so it runs after all of them are gone.
    """
    yield
    marker = request.node.get_closest_marker("django_db")
    transactional = marker is not None and marker.kwargs.get("transaction")
    if transactional or {"transactional_db", "live_server"} & set(request.fixturenames):
        tables = ", ".join(model._meta.db_table for model in apps.get_models() if not model._meta.managed)
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let no lost session of a thread or of a killed worker hold the test database when it is dropped.

    The server learns of a closed line a moment after us; a session that still lives then is ended, and waited for.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for _ in range(_PATIENCE):
            cursor.execute(_END_OTHERS)
            if not cursor.fetchall():
                return
            cursor.execute("SELECT pg_sleep(0.01)")


_PATIENCE = 1_000
"""Hundredths of a second."""
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
