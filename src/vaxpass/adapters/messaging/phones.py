"""What a gateway knows: phones that answer, phones that do not, and each message once. Shared by fake and simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from vaxpass.adapters.messaging import wire


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it reached a phone."""

    id: str
    to: str
    sender: str
    text: str = field(repr=False)


class Phones:
    """The phones behind a gateway.

    `refused` maps numbers (E.164) to the word that the gateway refuses them with at once; `lost` to the word that it
    reports later. A message's id is known for ever: it rings once.
    """

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        self.received: list[Received] = []
        self.taken = 0
        self._answers: dict[str, str] = {}
        self._reports: list[dict[str, str]] = []

    def take(self, message: dict[str, str], *, at: datetime | None = None) -> str:
        """Take a message; give the word that it is refused with, or "". A known id is answered as before."""
        self.taken += 1
        number, uid = message["to"], message["id"]
        if uid not in self._answers:
            self._answers[uid] = self.refused.get(number, "")
            if not self._answers[uid]:
                self._ring(message, self.lost.get(number, ""), at or datetime.now(UTC))
        return self._answers[uid]

    def _ring(self, message: dict[str, str], lost: str, at: datetime) -> None:
        if not lost:
            self.received.append(Received(message["id"], message["to"], message["from"], message["text"]))
        status = wire.FAILED if lost else wire.DELIVERED
        self._reports.append({"id": message["id"], "status": status, "error": lost, "at": at.isoformat()})

    def report(self, after: str, limit: int) -> tuple[list[dict[str, str]], str]:
        """Give the reports past a cursor, and where the next begin."""
        begin = int(after) if after.isdigit() else 0
        found = self._reports[begin : begin + limit]
        return found, str(begin + len(found))
