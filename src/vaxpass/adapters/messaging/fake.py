"""The SMS gateway inside the process, for tests and for a run without the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaxpass.adapters.messaging import wire
from vaxpass.adapters.messaging.phones import Phones
from vaxpass.notices.ports import Answer, Outgoing, Reports, Verdict
from vaxpass.offices.scope import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence


class FakeSmsChannel:
    """`MessageChannel` over phones in memory. `is_out` makes it silent."""

    at_once = 40

    def __init__(self, phones: Phones | None = None) -> None:
        self.phones = phones or Phones()
        self.is_out = False

    def send(self, messages: Sequence[Outgoing]) -> list[Answer]:
        """Take each message, unless the gateway is out."""
        return [self._send_one(message) for message in messages]

    def _send_one(self, message: Outgoing) -> Answer:
        if self.is_out:
            return Answer(message.uid, Verdict.NO_ANSWER, "SMS_GATEWAY_UNREACHABLE", is_line_down=True)
        refused = self.phones.take(wire.encode_message(message, "BOYTE"))
        if refused:
            return Answer(message.uid, Verdict.REFUSED, wire.code_of(refused))
        return Answer(message.uid, Verdict.ACCEPTED)

    def reports(self, cursor: str) -> Reports:
        """Give what became of the messages; raises Unavailable while out."""
        if self.is_out:
            raise Unavailable("SMS_GATEWAY_UNREACHABLE")
        rows, after = self.phones.report(cursor, wire.REPORTS_AT_ONCE)
        found = tuple(report for row in rows if (report := wire.read_report(row)) is not None)
        return Reports(found, after, ("more",) if after != cursor else ())

    def acknowledge(self, reports: Reports) -> None:
        """Do nothing."""
