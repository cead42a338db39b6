"""When something of the system is not well enough. Pure: how the system is, in; findings, out.

Each kind of finding is the msgid of a sentence in locale/health, which says what is wrong and who has to act.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from vaxpass.oversight import pace
from vaxpass.oversight.health_facts import KEYS, Certificate, Finding, Health, MessageFacts, ProbeName, QueueFacts
from vaxpass.oversight.rules import LATE_AFTER

WARN_DAYS: Final = (7, 30, 90)
"""Before a certificate's end people are told so many days ahead, and each time anew."""
QUEUE_LATE: Final = timedelta(minutes=15)
PROBE_LATE: Final = timedelta(minutes=30)
"""Jobs probe every five minutes."""
TALLY_LATE: Final = timedelta(minutes=15)
"""Pages say so after five minutes already (rules.LATE_AFTER); people are called after fifteen."""
MESSAGES_LATE: Final = timedelta(minutes=15)
CLOCK_OFF: Final = timedelta(seconds=2)
DISK_LOW: Final = 10
"""Percent."""
_FEW: Final = 20
"""Below so many questions or messages a share says nothing."""

KINDS: Final = (
    "HEALTH_WORKERS_SILENT",
    "HEALTH_WORKERS_TOO_FEW",
    "HEALTH_QUEUE_LATE",
    "HEALTH_JOBS_FAILED",
    "HEALTH_JOBS_ABANDONED",
    "HEALTH_KEY_UNREACHABLE",
    "HEALTH_PROBE_LATE",
    "HEALTH_CERTIFICATES_UNREADABLE",
    "HEALTH_CERTIFICATE_ENDS",
    "HEALTH_CERTIFICATE_ENDED",
    "HEALTH_CREDENTIALS_END",
    "HEALTH_POPULATION_PAUSED",
    "HEALTH_POPULATION_SILENT",
    "HEALTH_LIST_LATE",
    "HEALTH_MESSAGES_PAUSED",
    "HEALTH_MESSAGES_LATE",
    "HEALTH_MESSAGES_FAIL",
    "HEALTH_TALLY_OLD",
    "HEALTH_TALLY_SLOW",
    "HEALTH_DISK_LOW",
    "HEALTH_MONTHS_LACKING",
    "HEALTH_CLOCK_OFF",
    "HEALTH_MONITOR_ALARMS",
)


def findings(health: Health) -> list[Finding]:
    """Give everything that is not well, in the order of the page."""
    return [
        *_workers(health),
        *(found for queue in health.queues for found in _queue(queue, health.at)),
        *_probes(health),
        *(found for one in health.certificates if one.used and (found := _certificate(one, health.at))),
        *_credentials(health),
        *_population(health),
        *_lists(health),
        *(found for one in health.messages for found in _messages(one, health.at)),
        *_figures(health),
        *_database(health),
    ]


def _workers(health: Health) -> Iterator[Finding]:
    workers = health.workers
    facts = {"alive": workers.alive, "wanted": workers.wanted}
    if workers.alive == 0:
        yield Finding("HEALTH_WORKERS_SILENT", facts=facts)
    elif workers.alive < workers.wanted:
        yield Finding("HEALTH_WORKERS_TOO_FEW", facts=facts)


def _queue(queue: QueueFacts, now: datetime) -> Iterator[Finding]:
    if queue.oldest_due is not None and now - queue.oldest_due > QUEUE_LATE:
        yield Finding("HEALTH_QUEUE_LATE", queue.name, {"queue": queue.name, "number": queue.due})
    if queue.failed:
        yield Finding("HEALTH_JOBS_FAILED", queue.name, {"queue": queue.name, "number": queue.failed})
    if queue.abandoned:
        yield Finding("HEALTH_JOBS_ABANDONED", queue.name, {"queue": queue.name, "number": queue.abandoned})


def _probes(health: Health) -> Iterator[Finding]:
    for name, probe in health.probes.items():
        if health.at - probe.at > PROBE_LATE:
            yield Finding("HEALTH_PROBE_LATE", name, {"what": name.value})
        elif name in KEYS and probe.code:
            yield Finding("HEALTH_KEY_UNREACHABLE", name, {"key": name.value, "code": probe.code})
        elif name is ProbeName.CERTIFICATES and probe.code:
            yield Finding("HEALTH_CERTIFICATES_UNREADABLE", facts={"code": probe.code})
        elif name is ProbeName.DISK and int(probe.facts.get("free_percent", 100)) < DISK_LOW:
            yield Finding("HEALTH_DISK_LOW", facts={"percent": int(probe.facts["free_percent"])})


def days_left(ends: datetime, now: datetime) -> int:
    """Give the whole days until an end; negative where it is past."""
    return (ends - now) // timedelta(days=1)


def warned(ends: datetime, now: datetime) -> int | None:
    """Give which of WARN_DAYS has been reached; None where the end is further away."""
    return next((limit for limit in WARN_DAYS if ends - now <= timedelta(days=limit)), None)


def _certificate(one: Certificate, now: datetime) -> Finding | None:
    limit = warned(one.ends, now)
    if limit is None:
        return None
    facts = {"kind": one.kind.value, "name": one.name, "days": max(0, days_left(one.ends, now))}
    if one.ends <= now:
        return Finding("HEALTH_CERTIFICATE_ENDED", f"{one.kind}/{one.name}", facts)
    return Finding("HEALTH_CERTIFICATE_ENDS", f"{one.kind}/{one.name}/{limit}", facts)


def _credentials(health: Health) -> Iterator[Finding]:
    number = health.credentials_ending.get(WARN_DAYS[0], 0)
    if number:
        yield Finding("HEALTH_CREDENTIALS_END", facts={"number": number, "days": WARN_DAYS[0]})


def _population(health: Health) -> Iterator[Finding]:
    line = health.population
    # the pause is forgotten at the first answer: between two pauses the line is being tried, not well
    if line.paused_until is not None and (line.waiting or line.paused_until > health.at):
        yield Finding("HEALTH_POPULATION_PAUSED", facts={"waiting": line.waiting})
    if line.asked_hour >= _FEW and 2 * line.silent_hour > line.asked_hour:
        yield Finding("HEALTH_POPULATION_SILENT", facts={"asked": line.asked_hour, "silent": line.silent_hour})


def _lists(health: Health) -> Iterator[Finding]:
    late = [one.document for one in health.publications if one.lateness]
    return (Finding("HEALTH_LIST_LATE", document, {"list": document}) for document in late)


def _messages(way: MessageFacts, now: datetime) -> Iterator[Finding]:
    if way.paused_until is not None and way.paused_until > now:
        yield Finding("HEALTH_MESSAGES_PAUSED", way.channel, {"channel": way.channel, "waiting": way.waiting})
    elif way.due_since is not None and now - way.due_since > MESSAGES_LATE:
        yield Finding("HEALTH_MESSAGES_LATE", way.channel, {"channel": way.channel, "waiting": way.waiting})
    tried = way.sent + way.failed + way.expired
    if tried >= _FEW and 5 * (way.failed + way.expired) > tried:
        facts = {"channel": way.channel, "failed": way.failed + way.expired, "tried": tried}
        yield Finding("HEALTH_MESSAGES_FAIL", way.channel, facts)


def _figures(health: Health) -> Iterator[Finding]:
    if health.tally_at is not None and health.at - health.tally_at > TALLY_LATE:
        yield Finding("HEALTH_TALLY_OLD", facts={"minutes": (health.at - health.tally_at) // timedelta(minutes=1)})
    if pace.oldest(health.tally_took) > LATE_AFTER:
        yield Finding("HEALTH_TALLY_SLOW", facts={"seconds": round(health.tally_took.total_seconds())})
    if health.monitor_alarms:
        yield Finding("HEALTH_MONITOR_ALARMS", facts={"number": health.monitor_alarms})


def _database(health: Health) -> Iterator[Finding]:
    database = health.database
    if database.lacking_months:
        yield Finding("HEALTH_MONTHS_LACKING", facts={"number": len(database.lacking_months)})
    if abs(database.clock_ahead) > CLOCK_OFF:
        yield Finding("HEALTH_CLOCK_OFF", facts={"seconds": round(abs(database.clock_ahead).total_seconds())})


PARTS: Final[dict[str, Sequence[str]]] = {
    "work": ("HEALTH_WORKERS_SILENT", "HEALTH_QUEUE_LATE"),
    "identity": ("HEALTH_POPULATION_PAUSED", "HEALTH_POPULATION_SILENT"),
    "signing": ("HEALTH_KEY_UNREACHABLE",),
    "lists": ("HEALTH_LIST_LATE",),
    "messages": ("HEALTH_MESSAGES_PAUSED", "HEALTH_MESSAGES_LATE", "HEALTH_MESSAGES_FAIL"),
    "figures": ("HEALTH_TALLY_OLD",),
}
"""Which findings trouble which part that facilities and citizens know."""


def troubled(found: Sequence[Finding]) -> dict[str, bool]:
    """Say for each part of PARTS whether something troubles it."""
    kinds = {one.kind for one in found}
    return {part: bool(kinds.intersection(names)) for part, names in PARTS.items()}
