"""A folder in place of gateway and mail server, for the demo and for building: a message is a file named by its uid."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vaxpass.notices.ports import Answer, Outgoing, Reports, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_AT_ONCE = 40
_NOBODY = {"sms": "NOTICE_NUMBER_UNKNOWN", "email": "NOTICE_MAILBOX_UNKNOWN"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it lies in the folder; `attachment` is the name of its file, or empty."""

    uid: UUID
    channel: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    at: datetime
    attachment: str


class FolderChannel:
    """`MessageChannel` that delivers into a folder; a uid that lies there is not written anew."""

    at_once = _AT_ONCE

    def __init__(self, folder: Path, channel: str) -> None:
        self._folder = folder
        self._channel = channel
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, messages: Sequence[Outgoing]) -> list[Answer]:
        """Write each message, but refuse the addresses in `wrong.txt`, so that one can see what is done about them."""
        listed = self._folder / "wrong.txt"
        wrong = set(listed.read_text(encoding="utf-8").split()) if listed.exists() else set()
        return [self._send_one(message, wrong) for message in messages]

    def _send_one(self, message: Outgoing, wrong: Collection[str]) -> Answer:
        if message.address in wrong:
            return Answer(message.uid, Verdict.REFUSED, _NOBODY[self._channel])
        self._write(message)
        return Answer(message.uid, Verdict.ACCEPTED)

    def _write(self, message: Outgoing) -> None:
        name = f"{message.uid.hex}.json"
        if (self._folder / name).exists():
            return
        if message.attachment:
            (self._folder / f"{message.uid.hex}.attachment").write_bytes(message.attachment.content)
        told = {
            "channel": self._channel,
            "to": message.address,
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "at": datetime.now(UTC).isoformat(),
            "attachment": message.attachment.name if message.attachment else "",
        }
        unfinished = self._folder / f"{name}.{os.getpid()}.unfinished"
        unfinished.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        unfinished.rename(self._folder / name)

    def reports(self, cursor: str) -> Reports:
        """Give nothing: whatever lies in the folder has arrived."""
        return Reports((), cursor)

    def acknowledge(self, reports: Reports) -> None:
        """Do nothing."""


def kept_messages(folder: Path, limit: int) -> list[Kept]:
    """Give the newest messages of a folder, newest first."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:limit]
    return sorted((_kept(file) for file in files), key=lambda kept: kept.at, reverse=True)


def _kept(file: Path) -> Kept:
    told = json.loads(file.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(told["at"])
    return Kept(UUID(hex=file.stem), told["channel"], told["to"], told["subject"], told["text"], at, told["attachment"])
