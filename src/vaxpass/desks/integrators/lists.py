"""The published lists as the API knows them: read again when a file changes. They are our own files, by path."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from vaxproof import Code, ProofError
from vaxproof.device import Device
from vaxproof.verify import Policy

POLICY: Final = Policy(guard_clock=True)
"""The time of a check is the clock, so a clock that was turned back is noticed."""

_TROUBLE: Final = {
    "trust-list": Code.TRUST_LIST_INVALID,
    "revocation-list": Code.REVOCATION_LIST_INVALID,
    "value-sets": Code.VALUE_SETS_INVALID,
    "rules": Code.RULES_INVALID,
    "index": Code.PUBLICATION_UNREADABLE,
}
DOCUMENTS: Final = ("index", "trust-list", "revocation-list", "revocation-filter", "value-sets", "rules")
_HEAD_BYTES: Final = 512
_MEMBER: Final = re.compile(rb'"(number|made_at|next_at)":\s*("[^"\\]{1,40}"|[0-9]{1,16})')


@dataclass(frozen=True, slots=True)
class Known:
    """A device with the lists. `troubles`: by document, why one that lies there cannot be used."""

    device: Device
    troubles: dict[str, Code]

    @property
    def trouble(self) -> Code | None:
        """Why nothing can be said about any passport."""
        return self.troubles.get("trust-list") or self.troubles.get("revocation-list")

    @property
    def rules_trouble(self) -> Code | None:
        """Why nothing can be judged."""
        return self.troubles.get("rules") or self.troubles.get("value-sets")


@dataclass(frozen=True, slots=True)
class Head:
    """When a published document was made, and when the next one comes. Times: aware UTC."""

    document: str
    number: int
    made_at: datetime
    next_at: datetime
    size: int

    def age(self, now: datetime) -> timedelta:
        """How long ago it was made."""
        return now - self.made_at


_last: tuple[object, Known] | None = None


def folder() -> Path:
    """Where the published files lie."""
    return Path(settings.PUBLISH_DIR)


def known_lists() -> Known:
    """Give the lists of `settings.PUBLISH_DIR`; never raises."""
    global _last  # noqa: PLW0603 -- one set of lists a process; the swap of one name is atomic
    files = [folder() / f"{name}.json" for name in _TROUBLE]
    stamp = [(file, _stamp(file)) for file in files]
    if _last is None or _last[0] != stamp:
        _last = (stamp, _read(files))
    return _last[1]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _read(files: list[Path]) -> Known:
    """A document that is not there is not taken; one that is broken is trouble, with the others taken all the same."""
    device, now, troubles = Device(None, policy=POLICY), datetime.now(UTC), dict[str, Code]()
    for file in files:
        try:
            device.take(file.read_bytes(), at=now)
        except FileNotFoundError:
            continue
        except (OSError, ProofError):
            troubles[file.stem] = _TROUBLE[file.stem]
    return Known(device, troubles)


def heads() -> list[Head]:
    """Give the heads of all documents that lie there, without reading them whole: the list of revocations is long."""
    found = (_head(name) for name in DOCUMENTS)
    return [head for head in found if head]


def _head(document: str) -> Head | None:
    path = folder() / f"{document}.json"
    try:
        with path.open("rb") as file:
            members = {name.decode(): json.loads(value) for name, value in _MEMBER.findall(file.read(_HEAD_BYTES))}
        made_at, next_at = (datetime.fromisoformat(members[name]) for name in ("made_at", "next_at"))
        return Head(document, int(members.get("number", 0)), made_at, next_at, path.stat().st_size)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def published_checkpoint() -> str:
    """Give the log's signed checkpoint; empty where there is none."""
    try:
        return (folder() / "log" / "checkpoint").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def published_index() -> dict[str, Any]:
    """Give the index as the device took it; empty where there is none."""
    return known_lists().device.index or {}
