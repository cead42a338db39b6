"""Is everything up? For whoever watches the machines; names the part that is missing, and nothing else.

A publication that is late is named too, and fails nothing: a machine that is well would be taken out of service, and
verifiers still believe the last edition.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from vaxpass.desks._shared.guard import open_to_all
from vaxpass.oversight.alarms import standing
from vaxpass.publication.queries import overdue

# A worker beats every ten seconds; three missed beats count as gone.
_WORKER_ALIVE = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WORKER_ALIVE)
        return bool(cursor.fetchone()[0])


def _demo() -> bool:
    """The demo is up once its records have walked their way; elsewhere there is none."""
    return not getattr(settings, "DEMO", False) or (Path(settings.STATE_DIR) / "demo" / "walked").exists()


PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
    "demo": _demo,
}


@open_to_all
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 -- a view's signature
    """Answer 200 when database, migrations and queue worker are up, else 503 with the names of what is missing.

    `overdue`: publications that are older than their promise; `alarms`: how many stand. Neither changes the status.
    """
    missing = [name for name, is_up in PARTS.items() if not _answers(is_up)]
    told = {"ok": not missing, "missing": missing, "overdue": _overdue(), "alarms": _alarms()}
    return JsonResponse(told, status=503 if missing else 200)


def _overdue() -> list[str]:
    try:
        return [late.document for late in overdue(datetime.now(UTC), Path(settings.PUBLISH_DIR))]
    except DatabaseError:
        return []


def _alarms() -> int:
    try:
        return len(standing())
    except DatabaseError:
        return 0


def _answers(is_up: Callable[[], bool]) -> bool:
    try:
        return is_up()
    except DatabaseError:
        return False
