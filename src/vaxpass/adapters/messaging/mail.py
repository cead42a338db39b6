"""An e-mail as bytes, and what a mail server's status means. Shared by the sender and by the reader of bounces."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vaxpass.notices.ports import CONTENT_REFUSED

if TYPE_CHECKING:
    from datetime import datetime

    from vaxpass.notices.ports import Outgoing

_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463
_MESSAGE_ID: Final = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_NOBODY: Final = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})
_FULL: Final = frozenset({(2, 2)})
_ABOUT_THE_MESSAGE: Final = frozenset({3, 6, 7})  # RFC 3463 §3: mail system, content, security and policy


def compose(message: Outgoing, sender: str, at: datetime) -> EmailMessage:
    """Build the e-mail: plain text, HTML beside it, the attachment; its Message-ID is the notice's uid."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.uid.hex}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    if message.attachment:
        main, _, sub = message.attachment.media_type.partition("/")
        mail.add_attachment(message.attachment.content, maintype=main, subtype=sub, filename=message.attachment.name)
    mail["Content-Language"] = message.language  # last: making a multipart moves such headers into a part
    return mail


def uid_in(text: str) -> UUID | None:
    """Find our uid in a Message-ID, or in an envelope id, which is the uid alone."""
    found = _MESSAGE_ID.search(text)
    name = found.group(1) if found else text.strip()
    try:
        return UUID(hex=name)
    except ValueError:
        return None


def code_of_status(text: str, *, of_recipient: bool) -> str:
    """Give our code for a final refusal, from its enhanced status where it has one (RFC 3463).

    `of_recipient`: the server refused the address itself (RCPT); without a status that means that there is no mailbox.
    """
    found = _STATUS.search(text)
    if found is None:
        return "NOTICE_MAILBOX_UNKNOWN" if of_recipient else CONTENT_REFUSED
    subject, detail = int(found.group(2)), int(found.group(3))
    if (subject, detail) in _NOBODY:
        return "NOTICE_MAILBOX_UNKNOWN"
    if (subject, detail) in _FULL:
        return "NOTICE_MAILBOX_FULL"
    return CONTENT_REFUSED if subject in _ABOUT_THE_MESSAGE else "NOTICE_MAIL_BOUNCED"
