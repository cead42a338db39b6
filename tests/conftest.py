"""What every test may rely on."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


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
