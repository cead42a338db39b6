"""“Was this one issued?”: the online answer, which does not learn which passport is meant (vaxproof.log.issued)."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from vaxproof import ProofError
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.folder import FolderStore
from vaxproof.log.issued import Entry, make_bucket, prefix_length
from vaxproof.log.leaf import LeafKind as LogLeafKind
from vaxproof.log.leaf import cose_digest, read_leaf
from vaxproof.log.note import read_note
from vaxproof.log.proof import LogAnswer
from vaxproof.log.tiles import CHECKPOINT, TileReader

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.log import PREFIX_DIGITS, leaves_with_prefix
from vaxpass.passports.queries import log_size
from vaxpass.publication.files import read_or_none

_FOLDER = "log"
_DIGITS = re.compile("[0-9a-f]*")
_SHORTER = 1
"""A question may have one digit less than allowed: the log may have grown between asking for the length and asking."""


def issued_bucket(prefix: str, now: datetime, directory: Path | None = None) -> dict[str, Any]:
    """Give the leaves whose digest begins so, with paths to the published checkpoint, as values for JSON.

    `directory`: where the published files lie, PUBLISH_DIR unless said. Leaves that are committed and not yet below
    that checkpoint are in `waiting`. Refuses ISSUED_PREFIX_ILLEGAL (no lower-case hex), ISSUED_PREFIX_TOO_LONG (fewer
    than 32 leaves are expected behind it: it would tell who is meant), ISSUED_PREFIX_TOO_SHORT; both name `digits`, how
    many it should have. Unavailable LOG_NOT_PUBLISHED, LOG_FILES_DAMAGED.
    """
    folder = (directory or Path(settings.PUBLISH_DIR)) / _FOLDER
    note, size = _published(folder)
    _check(prefix, prefix_length(size))
    found = leaves_with_prefix(prefix)
    reader = TileReader(FolderStore(folder), size)
    try:
        entries = [Entry(index, leaf, reader.inclusion_path(index)) for index, leaf in found if index < size]
    except ProofError:
        raise Unavailable("LOG_FILES_DAMAGED") from None
    return make_bucket(prefix, note, entries, now, [leaf for index, leaf in found if index >= size])


def ask_database(cose: bytes, countries: frozenset[str]) -> LogAnswer:
    """What the log says of one passport, from the leaves as they are committed, published or not.

    `cose`: the whole COSE_Sign1; `countries`: whose passports the log keeps. For our own checks, which need no proof.
    """
    digest, places = cose_digest(cose), dict[LogLeafKind, int]()
    for index, leaf in leaves_with_prefix(digest.hex()[:PREFIX_DIGITS]):
        read = read_leaf(leaf)
        if read.digest == digest:
            places.setdefault(read.kind, index)
    issued, revoked = places.get(LogLeafKind.ISSUE), places.get(LogLeafKind.REVOKE)
    return LogAnswer(issued, revoked, log_size(), complete=True, countries=countries)


def question_length(directory: Path | None = None) -> int:
    """How many hex digits a question should have now; raises as `issued_bucket` does."""
    return prefix_length(_published((directory or Path(settings.PUBLISH_DIR)) / _FOLDER)[1])


def _published(folder: Path) -> tuple[bytes, int]:
    """The checkpoint as it lies there, and its size."""
    note = read_or_none(folder / CHECKPOINT)
    if note is None:
        raise Unavailable("LOG_NOT_PUBLISHED")
    try:
        return note, Checkpoint.decode(read_note(note).text).size
    except ProofError:
        raise Unavailable("LOG_FILES_DAMAGED") from None


def _check(prefix: str, digits: int) -> None:
    if not _DIGITS.fullmatch(prefix):
        raise Refused("ISSUED_PREFIX_ILLEGAL", digits=digits)
    if len(prefix) > digits:
        raise Refused("ISSUED_PREFIX_TOO_LONG", digits=digits)
    if len(prefix) < digits - _SHORTER:
        raise Refused("ISSUED_PREFIX_TOO_SHORT", digits=digits)
