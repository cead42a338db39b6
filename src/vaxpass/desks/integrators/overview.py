"""What the pages say about the published files; read from the folder, as everybody else reads it."""

import base64
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from vaxproof import ProofError, read_certificate

from vaxpass.desks.integrators.lists import folder, heads, published_checkpoint, published_index
from vaxpass.desks.integrators.verifying import OLD

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Row:
    """One published document as the page shows it."""

    name: str
    holds: str
    number: int
    made_at: datetime
    next_at: datetime
    age: str
    size: str
    state: str
    tone: str


def document_rows(now: datetime) -> list[Row]:
    """The documents that lie there, with their ages."""
    return [
        Row(
            head.document,
            _holds(head.document),
            head.number,
            head.made_at,
            head.next_at,
            age_in_words(head.age(now)),
            size_in_words(head.size),
            *_state(head.age(now), now > head.next_at),
        )
        for head in heads()
    ]


def _holds(document: str) -> str:
    return {
        "index": _("Names every other file with its hash, the publishers, the log's key and witnesses."),
        "trust-list": _("The certificates that may sign: ours and the foreign ones that we accept."),
        "revocation-list": _("Hashes of what was revoked."),
        "revocation-filter": _("The same, compact: for devices that are long without a network."),
        "value-sets": _("The codes of vaccines, makers, tests and countries."),
        "rules": _("What countries ask of travellers, as CertLogic."),
    }[document]


def _state(age: timedelta, is_late: bool) -> tuple[str, str]:  # noqa: FBT001 -- two facts of one document
    if is_late:
        return _("Late"), "refused"
    return (_("Old"), "turn") if age >= OLD else (_("Fresh"), "done")


def age_in_words(age: timedelta) -> str:
    """Say how old something is, in whole days, hours or minutes."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < _HOUR:
        return ngettext("%(count)d minute", "%(count)d minutes", seconds // _MINUTE) % {"count": seconds // _MINUTE}
    if seconds < 2 * _DAY:
        return ngettext("%(count)d hour", "%(count)d hours", seconds // _HOUR) % {"count": seconds // _HOUR}
    return ngettext("%(count)d day", "%(count)d days", seconds // _DAY) % {"count": seconds // _DAY}


def size_in_words(size: int) -> str:
    """Bytes in kB or MB, as people say it."""
    if size < 1_000_000:  # noqa: PLR2004 -- a megabyte
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"


@dataclass(frozen=True, slots=True)
class Beside:
    """Files beside the documents: where, how many, what they are for."""

    path: str
    count: int
    holds: str


def beside() -> list[Beside]:
    """The other files, by folder, as the index counts them."""
    folders = Counter(name.partition("/")[0] for name in published_index().get("files", {}) if "/" in name)
    named = {
        "certificates": _("Each certificate of the trust list as PEM, named by its key id."),
        "revocations": _("Revocations in the EU gateway's batches."),
        "exports": _("Our keys in the forms that others take: DID document, verifier service, gateway upload."),
        "vectors": _("Test vectors for verifiers, right and wrong ones."),
    }
    return [Beside(f"{name}/", folders[name], holds) for name, holds in named.items() if folders[name]]


@dataclass(frozen=True, slots=True)
class Pin:
    """A publisher's certificate: who, its key id, its fingerprint, until when."""

    name: str
    key_id: str
    fingerprint: str
    not_after: datetime


def pins() -> list[Pin]:
    """The publishers that the index names."""
    found = []
    for text in published_index().get("publishers", []):
        der = base64.b64decode(text)
        try:
            read = read_certificate(der)
        except ProofError:
            continue
        found.append(Pin(read.common_name, read.key_id.hex(), _colons(sha256(der).hexdigest()), read.not_after))
    return found


def _colons(text: str) -> str:
    """As OpenSSL prints it."""
    return ":".join(text[at : at + 2] for at in range(0, len(text), 2)).upper()


def log_facts() -> dict[str, Any]:
    """Origin, size, key, witnesses and quorum of the log; empty where none is published."""
    log, lines = published_index().get("log"), published_checkpoint().split("\n")
    if not isinstance(log, dict) or len(lines) < 2 or not lines[1].isdigit():  # noqa: PLR2004 -- origin and size
        return {}
    return {"size": int(lines[1]), "witnesses": [], **log}


@dataclass(frozen=True, slots=True)
class Vectors:
    """How many cases there are, by kind and by answer."""

    total: int
    kinds: list[tuple[str, int]]
    answers: list[tuple[str, int]]
    codes: int


def vectors() -> Vectors | None:
    """What the published test vectors hold; None where they are not published."""
    path: Final = folder() / "vectors" / "vectors.json"
    try:
        return _counted(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=2)
def _counted(path: Path, _stamp: int) -> Vectors:
    cases = json.loads(path.read_bytes())["cases"]
    kinds = Counter(str(case["kind"]) for case in cases)
    answers = Counter(str(case["expected"]["answer"]) for case in cases)
    codes = {case["expected"]["code"] for case in cases}
    return Vectors(len(cases), sorted(kinds.items()), sorted(answers.items()), len(codes))
