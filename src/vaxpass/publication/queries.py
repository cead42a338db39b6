"""Reading what was published: which documents do not keep what they promised."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from vaxproof import ProofError
from vaxproof.trust.publications import Pins

from vaxpass.passports.queries import leaves
from vaxpass.publication.editions import editions
from vaxpass.publication.files import read_or_none, sha256_of
from vaxpass.publication.log import LOG, last_checkpoint
from vaxpass.publication.models import PublishedCheckpoint
from vaxpass.publication.rules import LOG_NEXT_IN, Document, EditionFacts, Lateness


@dataclass(frozen=True, slots=True)
class Late:
    """One document that does not keep its promise, and why. `since`: when it was due; None where it never was made."""

    document: str
    why: Lateness
    since: datetime | None = None


def overdue(now: datetime, directory: Path) -> list[Late]:
    """Say which documents are older than their promise, or not there at all; and whether the log lags behind.

    Cheap: some rows, some file names.
    """
    made = editions()
    late = [found for document in Document if (found := _lateness(made.get(document), document, directory, now))]
    return late + _log_behind(now)


class Standing(NamedTuple):
    """A publication: when it was made, until when the next is promised, why it is late (empty where it is not)."""

    document: str
    made_at: datetime | None
    next_at: datetime | None
    lateness: str


def standings(now: datetime, directory: Path) -> list[Standing]:
    """Say of every document, and of the log, how it stands; as cheap as `overdue`."""
    made, late = editions(), {one.document: one for one in overdue(now, directory)}
    found = [_standing(document, made.get(document), late.get(document)) for document in Document]
    signed = PublishedCheckpoint.objects.order_by("-size").values_list("made_at", flat=True).first()
    return [*found, Standing(LOG, signed, None, late[LOG].why if LOG in late else "")]


def _standing(document: str, edition: EditionFacts | None, late: Late | None) -> Standing:
    head = edition.head if edition else None
    why = late.why if late else ""
    return Standing(document, head.made_at, head.next_at, why) if head else Standing(document, None, None, why)


def _log_behind(now: datetime) -> list[Late]:
    """The first leaf that no published checkpoint speaks of, if it has waited too long."""
    waiting = leaves(last_checkpoint("").size, 1)
    since = waiting[0].at + LOG_NEXT_IN if waiting else now
    return [Late(LOG, Lateness.LOG_BEHIND, since)] if since < now else []


def _lateness(edition: EditionFacts | None, document: Document, directory: Path, now: datetime) -> Late | None:
    if edition is None or not (directory / f"{document}.jws").is_file():
        return Late(document, Lateness.MISSING, edition.head.made_at if edition else None)
    if edition.head.next_at <= now:
        return Late(document, Lateness.OVERDUE, edition.head.next_at)
    return None


def altered(directory: Path, publishers: list[bytes], now: datetime) -> list[Late]:
    """Say which files are not what was published: opened as a verifier does, compared with rows and index.

    Reads everything; for `vaxpass publish --check` and the monitor.
    """
    made, pins = editions(), Pins(publishers)
    found = [d for d in Document if d in made and not _is_as_published(directory, made[d], pins, now)]
    return [Late(document, Lateness.ALTERED) for document in found] + _unlike_the_index(directory)


def _is_as_published(directory: Path, edition: EditionFacts, pins: Pins, now: datetime) -> bool:
    path = directory / f"{edition.document}.json"
    data, signed = read_or_none(path), read_or_none(path.with_suffix(".jws"))
    if data is None or signed is None:
        return True  # `overdue` says that it is missing
    try:
        return sha256_of(path) == edition.sha256 and pins.open(signed, at=now) == data
    except ProofError:
        return False


def _unlike_the_index(directory: Path) -> list[Late]:
    """Files that the index names and that are gone, or of other bytes."""
    return [
        Late(name, Lateness.ALTERED) for name, file in _indexed(directory).items() if not _is(directory / name, file)
    ]


def _indexed(directory: Path) -> dict[str, dict[str, Any]]:
    try:
        files = json.loads(read_or_none(directory / "index.json") or b"{}").get("files", {})
    except ValueError:
        return {}
    return files if isinstance(files, dict) else {}


def _is(path: Path, file: dict[str, Any]) -> bool:
    try:
        return bool(sha256_of(path) == file["sha256"])
    except (OSError, KeyError, TypeError):
        return False
