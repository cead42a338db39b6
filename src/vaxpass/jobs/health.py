"""The jobs of the system's health: keys, certificates and disk every five minutes, alarms each minute."""

import logging
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from vaxpass import wiring
from vaxpass.jobs.notices import send_soon
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.oversight import alarms, health
from vaxpass.oversight.health_facts import CertificateKind, Health, ProbeName
from vaxpass.oversight.health_rules import findings

_QUEUE = "health"
_LOG = logging.getLogger("vaxpass.health")


def read_now(now: datetime) -> Health:
    """Read how everything is, as the settings place it."""
    return health.read(now, published=Path(settings.PUBLISH_DIR), workers_wanted=settings.WORKERS_WANTED)


def watch(now: datetime) -> int:
    """Raise, end and tell alarms; give the number of messages that go out."""
    found = findings(read_now(now))
    with transaction.atomic():
        told = alarms.report(found, wiring.duty_contacts(), now=now)
        if told:
            send_soon()
    return told


def probe(now: datetime) -> None:
    """Look at everything that only a worker can see, and keep what was found."""
    for name, look in PROBES.items():
        code, facts = _ask(name, look)
        health.note_probe(name, code, facts, now=now)


def _ask(name: ProbeName, look: Callable[[], Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]]:
    """Nothing that a key, a module or a file does may end the probe of the others."""
    try:
        return "", look()
    except (Refused, Unavailable) as refused:
        return refused.code, {}
    except Exception as fault:  # noqa: BLE001 -- a broken file raises what it likes; its kind is told, never its words
        _LOG.warning("probe of %s failed: %s", name.value, type(fault).__name__)
        return "HEALTH_PROBE_FAILED", {"fault": type(fault).__name__}


def _passport_key(open_key: Callable[[], Any]) -> Mapping[str, Any]:
    """Open the key (of a token: a session, the PIN, the public key compared) and let it go: that ends the session."""
    key = open_key()
    return {"key": key.key_id.hex(), "algorithm": key.algorithm.value}


def _log_key() -> Mapping[str, Any]:
    return {"key": wiring.log_signer().verifier.name}


def _certificates() -> Mapping[str, Any]:
    """Every certificate of ours with its end. Used: the newest signer and publisher, and whatever signs or is trusted.

    An older signer stays in the list until its last passport has ended; nothing stops when it ends.
    """
    rows = [_row(kind, der) for kind, der in wiring.own_certificates()]
    newest = {kind: max((row["ends"] for row in rows if row["kind"] == kind), default="") for kind in CertificateKind}
    alone = {CertificateKind.DSC, CertificateKind.CSCA, CertificateKind.PUBLISHER}
    for row in rows:
        row["used"] = row["kind"] not in alone or row["ends"] == newest[row["kind"]]
    return {"certificates": rows}


def _row(kind: str, der: bytes) -> dict[str, Any]:
    kind, _, provider = kind.partition("/")
    name = provider or sha256(der).hexdigest()[:16]  # a signer's first 8 bytes are its key id
    return {
        "kind": kind,
        "name": name[:40],
        "ends": x509.load_der_x509_certificate(der).not_valid_after_utc.isoformat(),
    }


def _disk() -> Mapping[str, Any]:
    folder = Path(settings.PUBLISH_DIR)
    use = shutil.disk_usage(folder if folder.is_dir() else folder.parent)
    return {"free": use.free, "total": use.total, "free_percent": 100 * use.free // use.total}


PROBES: dict[ProbeName, Callable[[], Mapping[str, Any]]] = {
    ProbeName.MINISTRY_KEY: lambda: _passport_key(wiring.ministry_key),
    ProbeName.PUBLISHER_KEY: lambda: _passport_key(wiring.publisher_key),
    ProbeName.LOG_KEY: _log_key,
    ProbeName.CERTIFICATES: _certificates,
    ProbeName.DISK: _disk,
}


@app.periodic(cron="*/5 * * * *")
@app.task(name="health.probe", queue=_QUEUE, lock="health.probe", queueing_lock="health.probe")
def probe_often(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate tells periodic jobs their time
    """Probe keys, certificates and disk."""
    probe(datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(name="health.watch", queue=_QUEUE, lock="health.watch", queueing_lock="health.watch")
def watch_often(timestamp: int) -> None:  # noqa: ARG001 -- as above
    """Look for alarms, and tell who is on duty."""
    watch(datetime.now(UTC))
