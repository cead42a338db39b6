"""`/metrics` for Prometheus: numbers of the system's health. Nothing personal; labels come from our own code alone.

With VAXPASS_METRICS_TOKEN whoever brings it as bearer token reads them; without it this machine alone, and only
straight: a proxy in front says for whom it asks, and everybody would look like this machine.
"""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.refusals import sentence
from vaxpass.oversight import alarms, health
from vaxpass.oversight.health_facts import Health, ProbeName
from vaxpass.oversight.health_rules import KINDS, findings

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""What a proxy in front may add; the protocol it always tells, for without it production answers nobody."""


@open_to_all
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers as Prometheus reads them; 403 METRICS_TOKEN_MISSING to whoever may not."""
    if not _may_read(request):
        text = f"METRICS_TOKEN_MISSING: {sentence('METRICS_TOKEN_MISSING')}\n"
        return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")
    now = datetime.now(UTC)
    read = health.read(now, published=Path(settings.PUBLISH_DIR), workers_wanted=settings.WORKERS_WANTED)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(list(families(read))))
    answer = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_read(request: HttpRequest) -> bool:
    wanted = settings.METRICS_TOKEN
    if wanted:
        brought = request.headers.get("Authorization", "")
        return hmac.compare_digest(brought.encode(), f"Bearer {wanted}".encode())
    passed_on = any(name in request.headers for name in _FORWARDED)
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not passed_on


class _Collected(Collector):
    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def families(read: Health) -> Iterable[Metric]:
    """Give the metrics of one reading."""
    yield from _work(read)
    yield from _outside(read)
    yield from _promises(read)
    yield from _house(read)
    kinds = [one.kind for one in findings(read)]
    not_well = _family("findings", "What is not well now, by kind", ["kind"])
    for kind in KINDS:
        not_well.add_metric([kind], kinds.count(kind))
    yield not_well
    standing = alarms.standing()
    told = _family("alarms", "Alarms that stand, by whether somebody took them on", ["taken_on"])
    told.add_metric(["no"], sum(one.seen_at is None for one in standing))
    told.add_metric(["yes"], sum(one.seen_at is not None for one in standing))
    yield told


def _family(name: str, words: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"vaxpass_{name}", words, labels=labels)


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"vaxpass_{name}", words, value=value)


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _work(read: Health) -> Iterable[Metric]:
    yield _one("workers_alive", "Workers of the jobs that gave a sign lately", read.workers.alive)
    yield _one("workers_wanted", "Workers that there should be", read.workers.wanted)
    jobs = _family("jobs", "Jobs by queue and state; failed: within a day", ["queue", "state"])
    oldest = _family("jobs_oldest_due_seconds", "How long the oldest job that could run has waited", ["queue"])
    for queue in read.queues:
        states = {"due": queue.due, "planned": queue.later, "doing": queue.doing, "failed": queue.failed}
        for state, number in {**states, "abandoned": queue.abandoned}.items():
            jobs.add_metric([queue.name, state], number)
        oldest.add_metric([queue.name], _age(read.at, queue.oldest_due))
    yield from (jobs, oldest)


def _outside(read: Health) -> Iterable[Metric]:
    line = read.population
    yield _one("population_waiting", "Identities that wait for the population database", line.waiting)
    yield _one(
        "population_paused", "1 while the line is paused", bool(line.paused_until and line.paused_until > read.at)
    )
    asked = _family(
        "population_questions", "Questions put, by period and whether they were answered", ["period", "answered"]
    )
    for period, put, silent in (("hour", line.asked_hour, line.silent_hour), ("day", line.asked_day, line.silent_day)):
        asked.add_metric([period, "yes"], put - silent)
        asked.add_metric([period, "no"], silent)
    yield asked
    messages = _family("messages", "Messages by way and state; all but waiting: within a day", ["way", "state"])
    for way in read.messages:
        for state in ("waiting", "sent", "failed", "expired"):
            messages.add_metric([way.channel, state], getattr(way, state))
    yield messages
    yield _one("messages_bounced_open", "Messages that did not arrive and that nobody followed up", read.bounces_open)


def _promises(read: Health) -> Iterable[Metric]:
    keys = _family("key_reachable", "1 where the last try opened the signing key", ["key"])
    tried = _family("probe_age_seconds", "How long ago a job looked last", ["what"])
    for name, probe in read.probes.items():
        tried.add_metric([name.value], _age(read.at, probe.at))
        if name not in (ProbeName.CERTIFICATES, ProbeName.DISK):
            keys.add_metric([name.value], not probe.code)
    yield from (keys, tried)
    ends = _family("certificate_ends_seconds", "Time until the first used certificate of a kind ends", ["kind"])
    first: dict[str, datetime] = {}
    for one in read.certificates:
        if one.used:
            first[one.kind.value] = min(one.ends, first.get(one.kind.value, one.ends))
    for kind, end in first.items():
        ends.add_metric([kind], (end - read.at).total_seconds())
    yield ends
    credentials = _family("credentials_ending", "Facility signers' certificates that end within so many days", ["days"])
    for days, number in read.credentials_ending.items():
        credentials.add_metric([str(days)], number)
    yield credentials
    ages = _family("publication_age_seconds", "Age of the newest edition", ["document"])
    late = _family("publication_late", "1 where a publication does not keep its promise", ["document"])
    for document in read.publications:
        late.add_metric([document.document], bool(document.lateness))
        if document.made_at is not None:
            ages.add_metric([document.document], _age(read.at, document.made_at))
    yield from (ages, late)


def _house(read: Health) -> Iterable[Metric]:
    yield _one("database_bytes", "Size of the database", read.database.size)
    ahead = read.database.clock_ahead.total_seconds()
    yield _one("database_clock_ahead_seconds", "How far the database's clock is ahead of the web server's", ahead)
    yield _one("months_lacking", "Tables without a partition for next month", len(read.database.lacking_months))
    if read.tally_at is not None:
        yield _one("figures_age_seconds", "Age of the figures that oversight shows", _age(read.at, read.tally_at))
    disk = read.probes.get(ProbeName.DISK)
    if disk is not None and "free" in disk.facts:
        yield _one("published_disk_free_bytes", "Room on the disk of the published files", disk.facts["free"])
    yield _one("monitor_alarms_unseen", "Alarms of the log's monitor that nobody has taken on", read.monitor_alarms)
