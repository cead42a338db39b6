"""What this room asks of the outside: hand a message over, and tell later what became of it.

In: rendered messages, each under its `uid`. Out: one answer for each, in the same order; reports of deliveries and
bounces, read in batches. Nothing here raises for what goes wrong outside, except `reports` (Unavailable).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID


class Verdict(StrEnum):
    """What became of handing a message over; silence is a verdict of its own and never a refusal."""

    ACCEPTED = "ACCEPTED"
    """Taken, also where the same uid was taken before: then nothing is sent anew."""
    REFUSED = "REFUSED"
    """Never, as it is: the code says why."""
    NO_ANSWER = "NO_ANSWER"
    """Time-out, fault or "later": send the same uid again."""


ADDRESS_FAULTS: Final = frozenset(
    {
        "NOTICE_NUMBER_UNKNOWN",
        "NOTICE_NUMBER_NOT_MOBILE",
        "NOTICE_NUMBER_BLOCKED",
        "NOTICE_MAILBOX_UNKNOWN",
        "NOTICE_MAILBOX_FULL",
        "NOTICE_MAIL_BOUNCED",
        "NOTICE_NUMBER_UNREACHABLE",
    }
)
"""Refusals that say something about the address, which its keeper can mend."""
CONTENT_REFUSED: Final = "NOTICE_CONTENT_REFUSED"
"""The gateway or mail server will not take such a message; the operator has to look."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with an e-mail."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, rendered. `address` is a phone in our form (0912345678) or an e-mail address.

    `text` is what an SMS says, or the plain part of an e-mail; subject, html and attachment are of e-mails alone.
    """

    uid: UUID
    address: str = field(repr=False)
    text: str = field(repr=False)
    not_after: datetime
    language: str = "vi"
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one message. `is_line_down`: only with NO_ANSWER; nothing else would get through either."""

    uid: UUID
    verdict: Verdict
    code: str = ""
    retry_after: float | None = None
    is_line_down: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway or mail server told later of one message; `code` is empty where it arrived."""

    uid: UUID
    at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reports:
    """A batch of reports; `cursor` is where the next one begins, `receipts` name what `acknowledge` may put away."""

    found: tuple[Report, ...]
    cursor: str
    receipts: tuple[str, ...] = ()


class MessageChannel(Protocol):
    """A way out: the SMS gateway, the mail server, or a folder in their place."""

    @property
    def at_once(self) -> int:
        """How many messages are handed over before what became of them is recorded."""
        ...

    def send(self, messages: Sequence[Outgoing]) -> list[Answer]:
        """Hand messages over; `answers[i].uid == messages[i].uid`. A uid that was taken before is not sent anew."""
        ...

    def reports(self, cursor: str) -> Reports:
        """Read what became of earlier messages, past the cursor; raises Unavailable."""
        ...

    def acknowledge(self, reports: Reports) -> None:
        """Put away what was read and recorded."""
        ...
