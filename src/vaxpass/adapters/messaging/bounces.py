"""Bounces as a mail server puts them into a Maildir: delivery status notifications (RFC 3464), read once.

Which notice bounced is told by the envelope id that we sent along, or by the Message-ID of the returned headers. Both
are random and known to the recipient's servers alone, so that nobody bounces what was not sent to him.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Final

from vaxpass.adapters.messaging.mail import code_of_status, uid_in
from vaxpass.notices.ports import Report, Reports
from vaxpass.offices.scope import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import Message
    from pathlib import Path
    from uuid import UUID

_AT_ONCE: Final = 200
_LARGEST: Final = 1024 * 1024  # bytes that are read; a status notification with headers is a few thousand


class BounceFolder:
    """A Maildir (`new`, `cur`): what is in `new` was not read yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, cursor: str) -> Reports:
        """Read the oldest mails of `new`; what is no bounce is read over, and put away with the rest."""
        try:
            files = sorted(file for file in (self._folder / "new").iterdir() if file.is_file())[:_AT_ONCE]
            found = tuple(report for file in files if (report := _read(file)) is not None)
        except OSError as error:
            raise Unavailable("BOUNCE_FOLDER_UNREADABLE") from error
        return Reports(found, cursor, tuple(file.name for file in files))

    def put_away(self, names: Sequence[str]) -> None:
        """Move mails to `cur`, marked as seen; one that is gone already was put away by another worker."""
        (self._folder / "cur").mkdir(exist_ok=True)
        for name in names:
            try:
                (self._folder / "new" / name).rename(self._folder / "cur" / f"{name}:2,S")
            except FileNotFoundError:
                continue


def _read(file: Path) -> Report | None:
    with file.open("rb") as opened:
        mail = message_from_bytes(opened.read(_LARGEST), policy=default)
    if mail.get_content_type() != "multipart/report":
        return None
    blocks = [
        block for part in mail.walk() if part.get_content_type() == "message/delivery-status" for block in _blocks(part)
    ]
    status = next((str(block["Status"]) for block in blocks if _is_final(block)), None)
    uid = _uid(mail, blocks)
    if status is None or uid is None:
        return None
    return Report(uid, datetime.now(UTC), code_of_status(status, of_recipient=False))


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if not isinstance(block, str)] if isinstance(payload, list) else []


def _is_final(block: Message) -> bool:
    return str(block.get("Action", "")).strip().lower() == "failed" and str(block.get("Status", "")).startswith("5.")


def _uid(mail: Message, blocks: Sequence[Message]) -> UUID | None:
    return next((uid for text in _names(mail, blocks) if (uid := uid_in(text)) is not None), None)


def _names(mail: Message, blocks: Sequence[Message]) -> Iterator[str]:
    """Give what may name the notice: the envelope id, then the headers that came back."""
    yield from (str(block["Original-Envelope-Id"]) for block in blocks if "Original-Envelope-Id" in block)
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield str(part.get_payload())
        elif part is not mail and "Message-ID" in part:
            yield str(part["Message-ID"])
