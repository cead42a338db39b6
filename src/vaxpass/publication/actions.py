"""Publish: every document, certificate and export as static files, each whole or not at all.

What a reader sees while a publishing goes on, or after one was killed: every file is either the old one or the new one,
never half of one, and every signed document carries its own signature. What is new is written first, then the index
that names it, and what no index names any more is taken away last. So the index never names a file that is not there;
between the writing of a document and that of the index, the index gives that document's previous hash, and a reader
who compares asks again a moment later.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vaxproof.log.checkpoint import LogPolicy
from vaxproof.trust import documents
from vaxproof.trust.entries import TrustEntry, Usage

from vaxpass.offices.scope import Refused
from vaxpass.passports.queries import stream_revoked
from vaxpass.publication import contents, exporting, locks, revocations
from vaxpass.publication.contents import Content
from vaxpass.publication.editions import Press, PublishedDocument, publish_content
from vaxpass.publication.files import public_files, remove, sha256_of, sweep, write_if_other
from vaxpass.publication.filtering import revocation_filter
from vaxpass.publication.rules import Document, publishable

_INDEX = (f"{Document.INDEX}.json", f"{Document.INDEX}.jws")


@dataclass(frozen=True, slots=True)
class Sources:
    """What is published besides the database's own: `entries` of the trust list, sets of rules, the log's key.

    `did`: did:web of the folder `exports` as the world reaches it. `vectors`: the folder of vaxproof's test vectors.
    """

    entries: Sequence[TrustEntry]
    rules: Sequence[dict[str, Any]] = ()
    log: LogPolicy | None = None
    did: str = "did:web:vaxpass.invalid:published:exports"
    vectors: Path | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What lies there now, in the order in which it was written."""

    documents: tuple[PublishedDocument, ...]

    @property
    def next_at(self) -> datetime:
        """By when the first of them must be followed by another."""
        return min(one.head.next_at for one in self.documents)


def publish(press: Press, sources: Sources, now: datetime) -> Published:
    """Publish everything that is due; nothing that says the same and is young gets a new number.

    Refuses NOTHING_TO_PUBLISH (no certificate of ours that may sign: verifiers everywhere could not tell),
    PUBLICATION_CLOCK_BACK, vaxproof's codes of an unfit signature; Unavailable PUBLISH_FOLDER_UNUSABLE and where the
    key does not answer. Waits while another publisher is at work.
    """
    _check_not_empty(sources.entries, now)
    with locks.only_one(locks.DOCUMENTS):
        sweep(press.directory)
        with closing(stream_revoked(now)) as stream:  # no statement may be under way when the lock is let go
            revoked = revocations.gather(stream)
        made = [publish_content(content, press, now) for content in _contents(sources, revoked, press.directory)]
        kept = _write_beside(press, sources, revoked, now)
        made.append(publish_content(_index(press, sources, kept), press, now))
        _forget(press.directory, kept)
    return Published(tuple(made))


def _check_not_empty(entries: Iterable[TrustEntry], now: datetime) -> None:
    ours = (one for one in entries if one.usage is Usage.DSC and one.certificate.country in contents.COUNTRIES)
    if not publishable((entry.certificate for entry in ours), now):
        raise Refused("NOTHING_TO_PUBLISH")


def _contents(sources: Sources, revoked: revocations.Revocations, directory: Path) -> list[Content]:
    """What the documents say; the filter looks at the old revocation list, so it comes before any is written."""
    found = {
        Document.TRUST_LIST: contents.trust_list(sources.entries),
        Document.REVOCATION_LIST: revocations.revocation_list(revoked),
        Document.REVOCATION_FILTER: revocation_filter(revoked, directory),
        Document.VALUE_SETS: contents.value_sets(),
        Document.RULES: contents.rules(sources.rules),
    }
    return [found[document] for document in Document if document in found]


def _write_beside(press: Press, sources: Sources, revoked: revocations.Revocations, now: datetime) -> set[Path]:
    """Write certificates, batches, exports and vectors; give the paths of all that belongs there."""
    kept = set()
    for name, data in _beside(press, sources, revoked, now):
        write_if_other(press.directory / name, data)
        kept.add(press.directory / name)
    return kept


def _beside(
    press: Press, sources: Sources, revoked: revocations.Revocations, now: datetime
) -> Iterator[tuple[str, bytes]]:
    yield from exporting.certificates(press, sources.entries)
    yield from exporting.formats_of_others(press, sources.entries, sources.did, now)
    yield from exporting.batches(press, revoked, now)
    yield from exporting.vectors(sources.vectors)


def _index(press: Press, sources: Sources, kept: set[Path]) -> Content:
    """Everything that may be fetched, by hash; what is about to be taken away is not named any more."""
    files = {}
    for path in public_files(press.directory):
        name = path.relative_to(press.directory).as_posix()
        if name not in _INDEX and (path in kept or not name.startswith(exporting.FOLDERS)):
            files[name] = {"sha256": sha256_of(path), "size": path.stat().st_size}
    members: dict[str, Any] = {"files": files, "publishers": [documents.base64_of(der) for der in press.all_publishers]}
    if sources.log is not None:
        members["log"] = sources.log.to_values()
    return contents.content_of(Document.INDEX, **members)


def _forget(directory: Path, kept: set[Path]) -> None:
    for folder in exporting.FOLDERS:
        for path in public_files(directory / folder):
            if path not in kept:
                remove(path)
