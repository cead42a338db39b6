"""Reading how the system is: queues, workers, keys, lists, messages, figures, database. Changes nothing.

Cheap enough for every page and every scrape: counts over indexes, some rows, some file names. What needs a key, a
folder of keys or another machine is found out by jobs, which leave their answer in a Probe.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connection

from vaxpass.facility_signing.queries import count_credentials_ending
from vaxpass.identity import queries as identity
from vaxpass.notices import queries as notices
from vaxpass.oversight import pace
from vaxpass.oversight.health_facts import (
    Certificate,
    CertificateKind,
    DatabaseFacts,
    Health,
    MessageFacts,
    PopulationFacts,
    ProbeFacts,
    ProbeName,
    PublicationFacts,
    QueueFacts,
    WorkerFacts,
)
from vaxpass.oversight.health_rules import WARN_DAYS
from vaxpass.oversight.models import Probe, Tally
from vaxpass.oversight.tally import durations
from vaxpass.publication import alarms
from vaxpass.publication.queries import standings

_ALIVE: Final = timedelta(seconds=30)
"""A worker beats every ten seconds; three missed beats count as gone."""
_DAY: Final = timedelta(days=1)
_FAILED_LOOKED_AT: Final = 1_000

# The oldest job that could run: jobs are numbered as they come, so the lowest number has waited longest; when it came
# stands in its first event.
_QUEUES = """
WITH open AS (
  SELECT queue_name, count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, %(now)s) <= %(now)s) AS due,
         count(*) FILTER (WHERE status = 'todo' AND scheduled_at > %(now)s) AS later,
         count(*) FILTER (WHERE status = 'doing') AS doing,
         count(*) FILTER (WHERE status = 'doing' AND NOT EXISTS (
           SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id AND w.last_heartbeat > %(alive)s)) AS abandoned,
         min(id) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, %(now)s) <= %(now)s) AS first
  FROM procrastinate_jobs j WHERE status IN ('todo', 'doing') GROUP BY queue_name),
failed AS (
  SELECT j.queue_name, count(*) AS failed
  FROM (SELECT id, queue_name FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id DESC LIMIT %(looked_at)s) j
  WHERE EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed' AND e.at > %(day)s)
  GROUP BY j.queue_name)
SELECT queue_name, coalesce(due, 0), coalesce(later, 0), coalesce(doing, 0), coalesce(abandoned, 0),
       coalesce(failed, 0),
       (SELECT greatest(min(e.at), max(j.scheduled_at)) FROM procrastinate_jobs j
        LEFT JOIN procrastinate_events e ON e.job_id = j.id WHERE j.id = first)
FROM open FULL JOIN failed USING (queue_name) ORDER BY queue_name
"""
_WORKERS = "SELECT count(*) FILTER (WHERE last_heartbeat > %s), max(last_heartbeat) FROM procrastinate_workers"
_DATABASE = """
SELECT pg_database_size(current_database()), clock_timestamp(), ARRAY(
  SELECT c.relname::text FROM pg_partitioned_table t JOIN pg_class c ON c.oid = t.partrelid
  WHERE to_regclass(c.relname || to_char(%s::date, '_YYYY_MM')) IS NULL ORDER BY 1)
"""


def read(now: datetime, *, published: Path, workers_wanted: int = 1) -> Health:
    """Read everything. `now`: the process's clock, compared with the database's. `published`: the published folder."""
    probes = read_probes()
    return Health(
        at=now,
        database=_database(now),
        workers=_workers(now, workers_wanted),
        queues=_queues(now),
        probes=probes,
        certificates=_certificates(probes),
        credentials_ending=count_credentials_ending(now, WARN_DAYS),
        population=_population(now),
        publications=tuple(PublicationFacts(*one) for one in standings(now, published)),
        messages=_messages(now),
        bounces_open=notices.count_open_bounces(),
        tally_at=Tally.objects.order_by("-at").values_list("at", flat=True).first(),
        monitor_alarms=alarms.count_unseen(),
        tally_took=pace.usual(durations()),
    )


def read_probes() -> dict[ProbeName, ProbeFacts]:
    """Give what jobs found out last, in the order of ProbeName; what was never looked at is missing."""
    rows = {row.name: row for row in Probe.objects.all()}
    found = ((name, rows[name.value]) for name in ProbeName if name.value in rows)
    return {name: ProbeFacts(name, row.at, row.code, row.since, row.facts) for name, row in found}


def note_probe(name: ProbeName, code: str, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what a job found out; `since` stays while it finds the same."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"name": name.value, "now": now, "code": code, "facts": json.dumps(dict(facts))})


_NOTE = """
INSERT INTO oversight_probe AS old (name, at, code, since, facts)
VALUES (%(name)s, %(now)s, %(code)s, %(now)s, %(facts)s::jsonb)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, code = excluded.code, facts = excluded.facts,
  since = CASE WHEN old.code = excluded.code THEN old.since ELSE excluded.since END
WHERE old.at <= excluded.at
"""


def _queues(now: datetime) -> tuple[QueueFacts, ...]:
    parameters: dict[str, Any] = {"now": now, "alive": now - _ALIVE, "day": now - _DAY, "looked_at": _FAILED_LOOKED_AT}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, parameters)
        return tuple(QueueFacts(*row) for row in cursor.fetchall())


def _workers(now: datetime, wanted: int) -> WorkerFacts:
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, [now - _ALIVE])
        alive, last_beat = cursor.fetchone()
    return WorkerFacts(alive, wanted, last_beat)


def _database(now: datetime) -> DatabaseFacts:
    next_month = (now.replace(day=1) + timedelta(days=32)).date()
    asked_at = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE, [next_month])
        size, its_clock, lacking = cursor.fetchone()
    return DatabaseFacts(size, its_clock - asked_at, tuple(lacking))


def _certificates(probes: Mapping[ProbeName, ProbeFacts]) -> tuple[Certificate, ...]:
    probe = probes.get(ProbeName.CERTIFICATES)
    rows = probe.facts.get("certificates", []) if probe else []
    found = (
        Certificate(CertificateKind(row["kind"]), row["name"], datetime.fromisoformat(row["ends"]), row["used"])
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: one.ends))


def _population(now: datetime) -> PopulationFacts:
    hour, day = identity.count_answers(now - timedelta(hours=1)), identity.count_answers(now - _DAY)
    return PopulationFacts(identity.count_waiting(), identity.get_line().resume_at, *hour, *day)


def _messages(now: datetime) -> tuple[MessageFacts, ...]:
    due, settled = notices.due_since(now), notices.count_settled(now - _DAY)
    return tuple(
        MessageFacts(
            line.channel.value,
            line.waiting,
            due.get(line.channel),
            line.paused_until,
            line.code,
            *settled[line.channel],
        )
        for line in notices.lines()
    )
