"""What lies among the published files: the heads of documents, the checkpoint, the index."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from vaxpass.desks._shared.published_lists import known_lists

DOCUMENTS: Final = ("index", "trust-list", "revocation-list", "revocation-filter", "value-sets", "rules")
_HEAD_BYTES: Final = 512
_MEMBER: Final = re.compile(rb'"(number|made_at|next_at)":\s*("[^"\\]{1,40}"|[0-9]{1,16})')


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


def folder() -> Path:
    """Where the published files lie."""
    return Path(settings.PUBLISH_DIR)


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
