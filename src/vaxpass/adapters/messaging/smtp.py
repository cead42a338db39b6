"""The mail server over SMTP (RFC 5321): one message a connection, encrypted, its bounces read from a folder.

The server's final no (5xx) is a refusal, its "later" (4xx) and any silence are none. A message whose acceptance we did
not hear is sent again under the same Message-ID, which mailbox providers show once.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from vaxpass.adapters.messaging.bounces import BounceFolder
from vaxpass.adapters.messaging.mail import code_of_status, compose
from vaxpass.notices.ports import CONTENT_REFUSED, Answer, Outgoing, Reports, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PERMANENT: Final = 500
_TOO_LARGE: Final = 552


@dataclass(frozen=True, slots=True)
class MailServer:
    """What the operator is given to reach the mail server.

    `security`: `tls` (from the first byte), `starttls`, or `none`, which is for this machine alone. `bounces_to` is the
    address that bounces go to, `bounces` the Maildir in which they arrive; without it none are read. `authorities`: a
    PEM file instead of the machine's own. `timeout` is in seconds.
    """

    host: str
    port: int
    sender: str
    security: str = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    bounces_to: str = ""
    bounces: Path | None = None
    authorities: str = ""
    timeout: float = 15.0

    def __post_init__(self) -> None:
        """Refuse a plain-text line to anywhere but this machine."""
        if self.security not in {"tls", "starttls", "none"}:
            raise ValueError("SMTP_SECURITY_UNKNOWN")
        if self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("SMTP_NOT_ENCRYPTED")


class SmtpChannel:
    """`MessageChannel` over SMTP."""

    at_once = 1  # what became of a message is recorded before the next one leaves

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._bounces = BounceFolder(server.bounces) if server.bounces else None

    def send(self, messages: Sequence[Outgoing]) -> list[Answer]:
        """Hand each message over; see the port for what comes back."""
        return [self._send_one(message) for message in messages]

    def _send_one(self, message: Outgoing) -> Answer:
        try:
            self._hand_over(message)
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(message, *refused.recipients[message.address], of_recipient=True)
        except smtplib.SMTPResponseException as said:
            return _answered(message, said)
        except (smtplib.SMTPException, OSError):
            return _down(message, "SMTP_UNREACHABLE")
        except ValueError:  # no mail can be made of it: one message must not hold up the others
            return Answer(message.uid, Verdict.REFUSED, CONTENT_REFUSED)
        return Answer(message.uid, Verdict.ACCEPTED)

    def _hand_over(self, message: Outgoing) -> None:
        own = self._server
        mail = compose(message, own.sender, datetime.now(UTC))
        with closing(self._connect()) as line:
            if own.user:
                line.login(own.user, own.password)
            asks_bounces = line.has_extn("dsn")  # RFC 3461
            line.send_message(
                mail,
                from_addr=own.bounces_to or None,
                to_addrs=[message.address],  # never what a header can be read as
                mail_options=["RET=HDRS", f"ENVID={message.uid.hex}"] if asks_bounces else [],
                rcpt_options=["NOTIFY=FAILURE"] if asks_bounces else [],
            )
            with suppress(smtplib.SMTPException, OSError):  # it was taken; a faulty good-bye changes nothing
                line.quit()

    def _connect(self) -> smtplib.SMTP:
        own = self._server
        if own.security == "tls":
            return smtplib.SMTP_SSL(own.host, own.port, timeout=own.timeout, context=self._context())
        line = smtplib.SMTP(own.host, own.port, timeout=own.timeout)
        if own.security == "starttls":
            try:
                line.starttls(context=self._context())  # raises where the server offers none
            except BaseException:
                line.close()
                raise
        line.ehlo_or_helo_if_needed()
        return line

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.authorities or None)

    def reports(self, cursor: str) -> Reports:
        """Read the bounces that have arrived; raises Unavailable BOUNCE_FOLDER_UNREADABLE."""
        return self._bounces.read(cursor) if self._bounces else Reports((), cursor)

    def acknowledge(self, reports: Reports) -> None:
        """Move the bounces that were read aside."""
        if self._bounces:
            self._bounces.put_away(reports.receipts)


def _answered(message: Outgoing, said: smtplib.SMTPResponseException) -> Answer:
    """Tell what is about the message (its size, RFC 1870; its content) from what is about us, and thus about all."""
    is_about_it = isinstance(said, smtplib.SMTPDataError) or said.smtp_code == _TOO_LARGE
    if is_about_it:
        return _refused(message, said.smtp_code, said.smtp_error, of_recipient=False)
    is_login = isinstance(said, smtplib.SMTPAuthenticationError)
    return _down(message, "SMTP_UNAUTHORIZED" if is_login else "SMTP_UNREACHABLE")


def _down(message: Outgoing, code: str) -> Answer:
    return Answer(message.uid, Verdict.NO_ANSWER, code, is_line_down=True)


def _refused(message: Outgoing, status: int, said: bytes | str, *, of_recipient: bool) -> Answer:
    """Read what the server said; it is not kept, for it may quote the address."""
    if status < _PERMANENT:
        return Answer(message.uid, Verdict.NO_ANSWER, "SMTP_LATER")
    text = said.decode("latin-1") if isinstance(said, bytes) else said
    return Answer(message.uid, Verdict.REFUSED, code_of_status(text, of_recipient=of_recipient))
