"""Is everything up?"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.factories import NOW
from vaxpass.desks._shared import health
from vaxpass.oversight.alarms import report
from vaxpass.oversight.health_facts import Finding

pytestmark = pytest.mark.django_db


def beat(age: str = "0 seconds") -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [age])


@pytest.fixture(autouse=True)
def _nothing_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "overdue", lambda *_: [])


def ask(client: Client) -> tuple[int, Any]:
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_all_up(client: Client) -> None:
    beat()
    assert ask(client) == (200, {"ok": True, "missing": [], "overdue": [], "alarms": 0})


def test_a_worker_that_no_longer_beats_is_missing(client: Client) -> None:
    beat("5 minutes")
    assert ask(client) == (503, {"ok": False, "missing": ["worker"], "overdue": [], "alarms": 0})


def test_a_migration_that_was_not_run_is_missing(client: Client) -> None:
    beat()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'offices' AND name = '0006_whereabouts'")
    assert ask(client) == (503, {"ok": False, "missing": ["migrations"], "overdue": [], "alarms": 0})


def test_alarms_are_counted_and_fail_nothing(client: Client) -> None:
    beat()
    report([Finding("HEALTH_DISK_LOW"), Finding("HEALTH_TALLY_OLD")], [], now=NOW)
    assert ask(client) == (200, {"ok": True, "missing": [], "overdue": [], "alarms": 2})


def test_a_late_publication_is_named_and_fails_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()
    monkeypatch.undo()
    status, told = ask(client)
    assert status == 200
    assert told["ok"]
    assert "trust-list" in told["overdue"]
