"""How the system is, as frozen values: what the page, the metrics and the rules of alarms read. Nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class ProbeName(StrEnum):
    """What jobs look at, because a web server cannot or should not."""

    MINISTRY_KEY = "ministry_key"
    PUBLISHER_KEY = "publisher_key"
    LOG_KEY = "log_key"
    CERTIFICATES = "certificates"
    DISK = "disk"


KEYS = (ProbeName.MINISTRY_KEY, ProbeName.PUBLISHER_KEY, ProbeName.LOG_KEY)


class CertificateKind(StrEnum):
    """Whose certificates end."""

    DSC = "DSC"
    CSCA = "CSCA"
    PUBLISHER = "PUBLISHER"
    WALLET = "WALLET"
    FACILITY_ANCHOR = "FACILITY_ANCHOR"


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """One queue of jobs. `due`: those that could run now; `oldest_due`: since when the oldest of them could."""

    name: str
    due: int
    later: int
    doing: int
    abandoned: int
    failed: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """Workers that beat lately, how many there should be, and when one last beat."""

    alive: int
    wanted: int
    last_beat: datetime | None


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """What a job found out last; `code` is empty where all is well."""

    name: ProbeName
    at: datetime
    code: str
    since: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its end. `used`: something stops with it. `name`: its key's id or its provider."""

    kind: CertificateKind
    name: str
    ends: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class PopulationFacts:
    """The line to the population database: answers and silence of the last hour and day, what waits, any pause."""

    waiting: int
    paused_until: datetime | None
    asked_hour: int
    silent_hour: int
    asked_day: int
    silent_day: int


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """A published document: when it was made, until when its next edition is promised, and why it is late."""

    document: str
    made_at: datetime | None
    next_at: datetime | None
    lateness: str


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """One way out for messages: what waits, what should have gone out already, and what became of the last day's."""

    channel: str
    waiting: int
    due_since: datetime | None
    paused_until: datetime | None
    code: str
    sent: int
    failed: int
    expired: int


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """Size (bytes), how far its clock lies ahead of this process's, tables that lack next month's partition."""

    size: int
    clock_ahead: timedelta
    lacking_months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Everything at one moment. `credentials_ending`: facility signers' certificates by days left (7, 30, 90)."""

    at: datetime
    database: DatabaseFacts
    workers: WorkerFacts
    queues: tuple[QueueFacts, ...]
    probes: Mapping[ProbeName, ProbeFacts]
    certificates: tuple[Certificate, ...]
    credentials_ending: Mapping[int, int]
    population: PopulationFacts
    publications: tuple[PublicationFacts, ...]
    messages: tuple[MessageFacts, ...]
    bounces_open: int
    tally_at: datetime | None
    monitor_alarms: int
    tally_took: timedelta = timedelta(0)
    """How long a tally usually takes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be. `subject` names it within its kind; `facts` fill the sentence of its kind."""

    kind: str
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
